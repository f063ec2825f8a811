import Testing
import Units

@Suite("Random streams")
struct RandomStreamTests {
  /// Random123 1.14, `kat_vectors`, philox4x32 with 10 rounds.
  @Test func philoxGivesTheKnownAnswers() {
    #expect(
      Philox.block(counter: .zero, key: .zero) == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox.block(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox.block(
        counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: SIMD2(0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  private func draws(_ stream: RandomStream, _ count: Int = 64) -> [UInt64] {
    var stream = stream
    return (0..<count).map { _ in stream.next() }
  }

  @Test func aStreamDependsOnItsKeyAlone() {
    let stream = RandomStream(seed: 1, stream: "writes", entity: 2, index: 3)
    #expect(draws(stream) == draws(RandomStream(seed: 1, stream: "writes", entity: 2, index: 3)))
    #expect(draws(stream) == draws(stream))
  }

  @Test func streamsOfDifferentKeysShareNoDraw() {
    var streams: [RandomStream] = []
    for seed in [0, 1, 2, .max] as [UInt64] {
      for name in ["", "writes", "write", "swrite"] {
        for entity in [0, 1, .max] as [UInt32] {
          for index in [0, 1, .max] as [UInt32] {
            streams.append(RandomStream(seed: seed, stream: name, entity: entity, index: index))
          }
        }
      }
    }
    #expect(Set(streams.flatMap { draws($0, 20) }).count == streams.count * 20)
  }

  /// Reports are compared byte for byte over the years: these draws must never change.
  @Test func theDrawsAreFixedForEver() {
    #expect(
      draws(RandomStream(seed: 42, stream: "writes", entity: 7, index: 1), 3) == [
        13_136_140_723_468_045_501, 4_263_576_451_758_456_287, 485_806_861_454_322_249,
      ])
  }

  @Test func neighbouringStreamsAreIndependent() {
    // The bits that differ between two independent words are half of them: mean 32, standard deviation 4 / sqrt(n).
    var differing = 0
    for entity in 0..<1_000 as Range<UInt32> {
      let a = draws(RandomStream(seed: 9, stream: "neighbours", entity: entity), 1)
      let b = draws(RandomStream(seed: 9, stream: "neighbours", entity: entity + 1), 1)
      differing += (a[0] ^ b[0]).nonzeroBitCount
    }
    #expect(abs(Double(differing) / 1_000 - 32) < 4 * 4 / 31.6)
  }

  @Test func uniformDrawsFillTheOpenUnitInterval() {
    var random = RandomStream(seed: 5, stream: "uniform")
    let draws = (0..<100_000).map { _ in random.uniform() }
    #expect(draws.allSatisfy { $0 > 0 && $0 < 1 })
    // Standard deviation of the mean: 1 / sqrt(12 n).
    #expect(abs(draws.reduce(0, +) / 100_000 - 0.5) < 4 * 0.000_913)
  }

  @Test func drawsBelowABoundAreEvenlySpread() {
    var random = RandomStream(seed: 6, stream: "below")
    var counts = [Int](repeating: 0, count: 10)
    for _ in 0..<100_000 { counts[Int(random.below(10))] += 1 }
    // Chi-square with 9 degrees of freedom: 27.9 is exceeded once in a thousand.
    let chiSquare = counts.map { Double(($0 - 10_000) * ($0 - 10_000)) / 10_000 }.reduce(0, +)
    #expect(chiSquare < 27.9)
    #expect(random.below(1) == 0)
  }
}
