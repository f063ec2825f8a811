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
struct FetchPlan: Sendable {
  struct Item: Sendable {
    var digest: Digest
    var location: BlockLocation
    /// The range of the item's uses in `uses`.
    var uses: Range<Int>
  }

  private(set) var items: [Item] = []
  private(set) var uses: [BlockUse] = []
  /// The needed blocks that no index lists.
  private(set) var unlisted: [BlockUse] = []

  /// Plans the reads. Complexity: O(n log n).
  init(_ wanted: [BlockUse], in catalog: Catalog) {
    var located: [(location: BlockLocation, use: BlockUse)] = []
    located.reserveCapacity(wanted.count)
    for use in wanted {
      if let location = catalog.blocks[use.digest] {
        located.append((location, use))
      } else {
        unlisted.append(use)
      }
    }
    located.sort { a, b in
      if a.location.pack != b.location.pack { return a.location.pack < b.location.pack }
      if a.location.offset != b.location.offset { return a.location.offset < b.location.offset }
      return (a.use.owner, a.use.position) < (b.use.owner, b.use.position)
    }
    uses.reserveCapacity(located.count)
    for (location, use) in located {
      uses.append(use)
      if let last = items.indices.last, items[last].location == location {
        items[last].uses = items[last].uses.lowerBound..<uses.count
      } else {
        items.append(Item(digest: use.digest, location: location, uses: (uses.count - 1)..<uses.count))
      }
    }
  }
}
