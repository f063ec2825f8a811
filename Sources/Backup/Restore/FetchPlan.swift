import Storage
import Units

/// A place that needs the contents of a block.
struct BlockUse: Sendable {
  var digest: Digest
  /// The owner of the block: the number of a stream, or another count of the reader's.
  var owner: Int
  /// The position of the block for its owner: a byte of a stream, or the number of a segment.
  var position: Int
}

/// The blocks to read, each once in the order of storage, with the places that need them.
///
/// A use takes 48 bytes and an item four. The place of a block is looked up again when it is needed.
struct FetchPlan: Sendable {
  struct Item: Sendable {
    var digest: Digest
    var location: BlockLocation
  }

  /// The uses in the order of storage.
  private var uses: [BlockUse]
  /// The first use of each item.
  private var starts: [UInt32] = []
  /// The needed blocks that no index lists.
  private(set) var unlisted: [BlockUse] = []
  private let catalog: Catalog

  var itemCount: Int { starts.count }

  /// Plans the reads. Complexity: O(n log n).
  init(_ wanted: consuming [BlockUse], in catalog: Catalog) {
    precondition(wanted.count <= Int(UInt32.max), "a plan has fewer than four billion uses")
    self.catalog = catalog
    uses = wanted
    removeUnlisted()
    let places = FetchPlace.sorted(uses, in: catalog)
    for (number, place) in places.enumerated() {
      let isOther =
        number == 0 || (places[number - 1].pack, places[number - 1].offset) != (place.pack, place.offset)
      if isOther { starts.append(UInt32(number)) }
    }
    arrange(places.map(\.use))
  }

  private mutating func removeUnlisted() {
    var kept = 0
    for number in uses.indices {
      if catalog.blocks[uses[number].digest] == nil {
        unlisted.append(uses[number])
      } else {
        uses[kept] = uses[number]
        kept += 1
      }
    }
    uses.removeLast(uses.count - kept)
  }

  /// Puts the uses in an order, in place.
  private mutating func arrange(_ order: consuming [UInt32]) {
    let isDone = UInt32.max
    for start in order.indices where order[start] != isDone {
      let first = uses[start]
      var current = start
      while order[current] != isDone {
        let next = Int(order[current])
        order[current] = isDone
        uses[current] = next == start ? first : uses[next]
        current = next
      }
    }
  }

  func digest(of item: Int) -> Digest { uses[Int(starts[item])].digest }

  func item(_ number: Int) -> Item {
    let digest = digest(of: number)
    guard let location = catalog.blocks[digest] else { preconditionFailure("a planned block has a place") }
    return Item(digest: digest, location: location)
  }

  /// Returns the places that need an item, ascending.
  func uses(of item: Int) -> ArraySlice<BlockUse> {
    uses[Int(starts[item])..<(item + 1 < starts.count ? Int(starts[item + 1]) : uses.count)]
  }
}

/// The place of a use's block, in a form that sorts quickly.
private struct FetchPlace {
  /// The rank of the pack among the packs of the plan.
  var pack: UInt32
  var offset: UInt32
  let use: UInt32

  /// Returns the places of uses in the order of storage.
  static func sorted(_ uses: [BlockUse], in catalog: Catalog) -> [FetchPlace] {
    places(of: uses, in: catalog).sorted { a, b in
      if (a.pack, a.offset) != (b.pack, b.offset) { return (a.pack, a.offset) < (b.pack, b.offset) }
      let (a, b) = (uses[Int(a.use)], uses[Int(b.use)])
      return (a.owner, a.position) < (b.owner, b.position)
    }
  }

  private static func places(of uses: [BlockUse], in catalog: Catalog) -> [FetchPlace] {
    var numbers: [ObjectID: UInt32] = [:]
    var packs: [ObjectID] = []
    var places: [FetchPlace] = []
    places.reserveCapacity(uses.count)
    for (number, use) in uses.enumerated() {
      guard let location = catalog.blocks[use.digest] else { continue }
      if packs.last != location.pack, numbers[location.pack] == nil {
        numbers[location.pack] = UInt32(packs.count)
        packs.append(location.pack)
      }
      places.append(
        FetchPlace(pack: numbers[location.pack] ?? 0, offset: location.offset, use: UInt32(number)))
    }
    var ranks = [UInt32](repeating: 0, count: packs.count)
    for (rank, number) in packs.indices.sorted(by: { packs[$0] < packs[$1] }).enumerated() {
      ranks[number] = UInt32(rank)
    }
    for number in places.indices { places[number].pack = ranks[Int(places[number].pack)] }
    return places
  }
}
