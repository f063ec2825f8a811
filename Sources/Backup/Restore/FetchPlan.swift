import Storage
import Units

/// A place where the contents of a block are wanted.
struct BlockUse: Sendable {
  var digest: Digest
  /// Whose block it is: the number of a stream, or whatever the reader of the blocks counts by.
  var owner: Int
  /// Where the block stands for its owner: a byte of a stream, or the number of a segment.
  var position: Int
}

/// The blocks to read, each once, in the order in which they are stored; and who wants each of them.
struct FetchPlan: Sendable {
  struct Item: Sendable {
    var digest: Digest
    var location: BlockLocation
    /// Where the item's uses are in `uses`.
    var uses: Range<Int>
  }

  private(set) var items: [Item] = []
  private(set) var uses: [BlockUse] = []
  /// Wanted blocks that no index lists.
  private(set) var unlisted: [BlockUse] = []

  /// Complexity: O(n log n).
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
