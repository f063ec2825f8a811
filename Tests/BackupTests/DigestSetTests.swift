import Backup
import Storage
import Testing
import Units

/// A set of digests holds what was put into it and nothing else, whichever way they crowd.
@Suite struct DigestSetTests {
  @Test(arguments: [UInt64.max, 0xFF, 0]) func everyDigestIsNewOnce(mask: UInt64) {
    var random = RandomStream(seed: 1, stream: "digests")
    var set = DigestSet()
    var expected: Set<Digest> = []
    for number in 1...3_000 as ClosedRange<UInt64> {
      // Where the mask leaves little of the word that chooses the place, they crowd.
      let words = SIMD4(random.next() & mask, number % 1_000 + 1, 0, random.next() & 1)
      let digest = Digest(words: words)
      let isNew = set.insert(digest)
      #expect(isNew == expected.insert(digest).inserted)
    }
    for digest in expected {
      let isNew = set.insert(digest)
      #expect(!isNew)
    }
  }
}
