import Storage

/// A set of digests, most of which a catalog lists. A listed one takes one bit.
package struct ReachedBlocks: Sendable {
  private let loaded: LoadedBlocks
  private var marks: [UInt64]
  private var others: Set<Digest> = []
  package private(set) var count = 0

  package init(_ catalog: Catalog) {
    loaded = catalog.blocks.loaded
    marks = Array(repeating: 0, count: (loaded.slotCount + 63) / 64)
  }

  /// Inserts a digest; returns whether it is new. Complexity: O(1) on average.
  package mutating func insert(_ digest: Digest) -> Bool {
    guard let slot = loaded.slot(of: digest) else {
      let isNew = others.insert(digest).inserted
      if isNew { count += 1 }
      return isNew
    }
    let mark: UInt64 = 1 << UInt64(slot % 64)
    guard marks[slot / 64] & mark == 0 else { return false }
    marks[slot / 64] |= mark
    count += 1
    return true
  }

  /// Returns the digests that satisfy a condition, ascending.
  package func sorted(where condition: (Digest) -> Bool) -> [Digest] {
    var digests = others.filter(condition)
    for slot in 0..<loaded.slotCount where marks[slot / 64] >> UInt64(slot % 64) & 1 == 1 {
      if let digest = loaded.block(in: slot)?.digest, condition(digest) { digests.insert(digest) }
    }
    return digests.sorted()
  }
}
