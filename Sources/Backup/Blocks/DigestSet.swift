import Storage

/// The digests of the blocks stored by a backup, at 36 to 47 bytes each. A `Set` takes up to a hundred, and
/// as much again while growing.
package struct DigestSet: Sendable {
  /// Digests in open addressing. The digest of zeros marks a free place, because zeros are not stored.
  fileprivate struct Shard: Sendable {
    var places: [Digest] = []
    var count = 0
  }

  private static let shardBits: UInt64 = 4
  private var shards = Array(repeating: Shard(), count: 1 << Int(shardBits))

  package init() {}

  /// Inserts a digest; returns whether it is new. Complexity: O(1) on average.
  package mutating func insert(_ digest: Digest) -> Bool {
    precondition(digest != Block.zeroDigest, "blocks of zeros are not stored")
    // Digests are as good as random: some bits choose the shard, others the place.
    return shards[Int(digest.words[3] & (1 << Self.shardBits - 1))].insert(digest)
  }
}

extension DigestSet.Shard {
  fileprivate mutating func insert(_ digest: Digest) -> Bool {
    if (count + 1) * 8 > places.count * 7 { grow() }
    let place = place(of: digest)
    if places[place] == digest { return false }
    places[place] = digest
    count += 1
    return true
  }

  /// Returns the place of a digest, or the place for its insertion.
  private func place(of digest: Digest) -> Int {
    var place = Int(digest.words[0].multipliedFullWidth(by: UInt64(places.count)).high)
    while places[place] != Block.zeroDigest, places[place] != digest {
      place = place + 1 == places.count ? 0 : place + 1
    }
    return place
  }

  private mutating func grow() {
    let old = places
    places = Array(repeating: Block.zeroDigest, count: max(16, old.count + old.count / 4))
    for digest in old where digest != Block.zeroDigest { places[place(of: digest)] = digest }
  }
}
