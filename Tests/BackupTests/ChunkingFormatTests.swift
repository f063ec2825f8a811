import Backup
import Storage
import Testing
import Units

/// The cuts of content-defined blocks are part of the format: other cuts would store everything anew.
@Suite struct ChunkingFormatTests {
  /// The hash as the format describes it, a byte at a time from the first byte of each block.
  private static func ends(in bytes: [UInt8], minimum: Int, average: Int, maximum: Int) -> [Int] {
    let table: [UInt64] = (0..<256).map {
      var stream = RandomStream(seed: 0, stream: "gear", entity: UInt32($0))
      return stream.next()
    }
    let bits = UInt64(average.trailingZeroBitCount)
    var ends: [Int] = []
    var start = 0
    while start < bytes.count {
      var hash: UInt64 = 0
      var size = 0
      while start + size < bytes.count, size < maximum {
        hash = (hash << 1) &+ table[Int(bytes[start + size])]
        size += 1
        guard size > minimum else { continue }
        if hash >> (64 - (size <= average ? bits + 2 : bits - 2)) == 0 { break }
      }
      start += size
      ends.append(start)
    }
    return ends
  }

  @Test func blocksAreCutWhereTheFormatSays() {
    for seed in 0..<2 as Range<UInt64> {
      var random = RandomStream(seed: seed, stream: "cuts")
      // Odd lengths, and runs of one byte that end only at the maximum.
      var bytes: [UInt8] = []
      while bytes.count < 3_000_001 + Int(seed) {
        let draw = random.next()
        if draw & 0xFFFF == 0 {
          bytes += [UInt8](repeating: UInt8(draw >> 56), count: 300_000)
        } else {
          withUnsafeBytes(of: draw) { bytes += $0 }
        }
      }
      let kernels = EngineKernels(sample: Bytes(bytes), level: 1)
      let expected = Self.ends(in: bytes, minimum: 16_384, average: 65_536, maximum: 262_144)
      #expect(kernels.ends == expected, "seed \(seed)")
      #expect(expected.count > 20)
    }
  }
}
