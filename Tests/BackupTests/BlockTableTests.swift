import Backup
import Storage
import Testing
import Units

/// Agreement of the compact tables of blocks with a dictionary and a set.
@Suite struct BlockTableTests {
  private static func digest(_ random: inout RandomStream, mask: UInt64) -> Digest {
    // With few bits in the word that chooses the slot, blocks crowd.
    Digest(words: SIMD4(random.next() & mask, random.next() % 1_500, 0, 1))
  }

  /// A catalog with loaded and later blocks, and the same as a dictionary.
  private static func catalog(mask: UInt64) -> (Catalog, [Digest: BlockLocation]) {
    var random = RandomStream(seed: 1, stream: "blocks")
    var catalog = Catalog()
    var expected: [Digest: BlockLocation] = [:]
    catalog.blocks.beginLoading(capacity: 2_000)
    for number in 0..<3_000 {
      if number == 2_000 { catalog.blocks.endLoading() }
      let location = BlockLocation(
        pack: ObjectID(high: 0, low: UInt64(number / 90)), offset: UInt32(number % 90),
        storedLength: UInt32(number), length: 7)
      let digest = digest(&random, mask: mask)
      catalog.blocks[digest] = location
      expected[digest] = location
    }
    return (catalog, expected)
  }

  @Test(arguments: [UInt64.max, 0xFF, 0]) func everyBlockHasItsLatestPlace(mask: UInt64) {
    let (catalog, expected) = Self.catalog(mask: mask)
    #expect(catalog.blockCount == expected.count && expected.count > 1_000)
    for (digest, location) in expected { #expect(catalog.blocks[digest] == location) }
    #expect(catalog.blocks[Digest(words: SIMD4(1, 2, 3, 4))] == nil)
  }

  @Test func reachedBlocksAreThoseInserted() {
    let (catalog, expected) = Self.catalog(mask: .max)
    var random = RandomStream(seed: 2, stream: "blocks")
    var reached = ReachedBlocks(catalog)
    var inserted: Set<Digest> = []
    for digest in Array(expected.keys.prefix(900)) + (0..<500).map({ _ in Self.digest(&random, mask: .max) })
    {
      for _ in 0..<2 {
        let isNew = reached.insert(digest)
        #expect(isNew == inserted.insert(digest).inserted)
      }
    }
    #expect(reached.count == inserted.count)
    let odd = { (digest: Digest) in digest.words[1] % 2 == 1 }
    #expect(reached.sorted(where: odd) == inserted.filter(odd).sorted())
  }
}
