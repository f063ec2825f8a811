import Posix
import Testing

/// The sample for measured speeds is like real data: a sample that compresses to nothing would flatter every tool.
@Suite struct MixedSampleTests {
  @Test func textHasManyWordsAndSomeAreCommon() throws {
    var sample = MixedSample(seed: 1)
    let words = sample.bytes(.text, 64 << 10).split(separator: 32).map(Array.init)
    let counts = Dictionary(grouping: words, by: \.self).mapValues(\.count)
    #expect(counts.count > 1_000)
    let most = try #require(counts.values.max())
    #expect(most > 2 * words.count / counts.count && most < words.count / 20)
  }

  @Test func halfOfARecordIsNoise() {
    var sample = MixedSample(seed: 1)
    let records = sample.bytes(.records, 64 << 10)
    let halves = stride(from: 0, to: records.count, by: 16).map { Array(records[$0..<($0 + 8)]) }
    #expect(Set(halves).count == halves.count)
    #expect(
      stride(from: 8, to: records.count, by: 16).allSatisfy { records[$0..<($0 + 3)].allSatisfy { $0 == 0 } })
  }
}
