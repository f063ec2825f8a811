import Storage
import Testing
import Units

/// A volume that can be made to crash; what is on it afterwards is what a restarted host finds.
protocol CrashableVolume: Volume {
  mutating func crash(using random: inout RandomStream)
}

/// The promises of `Volume` about a crash, one a case.
enum CrashConformance: CaseIterable {
  case whatWasFlushedIsNeverTouched
  case everySectorIsOneThatWasWrittenOrTheFlushedOne
  case aTornWriteBreaksBetweenSectorsOfTheDevice
  case unflushedWritesAreLostKeptTornAndReordered
  case whatSurvivedACrashSurvivesTheNext

  /// - Parameter make: A new volume of this many bytes, a multiple of 4 KiB.
  func check<V: CrashableVolume>(_ make: (ByteCount) throws -> V) throws {
    for seed in 1...40 as ClosedRange<UInt64> {
      var random = RandomStream(seed: seed, stream: "crash conformance")
      var volume = try make(.kibibytes(32))
      switch self {
      case .whatWasFlushedIsNeverTouched: try Self.keepsTheFlushed(&volume, &random, seed)
      case .everySectorIsOneThatWasWrittenOrTheFlushedOne: try Self.inventsNothing(&volume, &random, seed)
      case .aTornWriteBreaksBetweenSectorsOfTheDevice: try Self.tearsBetweenSectors(&volume, &random, seed)
      case .whatSurvivedACrashSurvivesTheNext: try Self.isDurableAfterwards(&volume, &random, seed)
      case .unflushedWritesAreLostKeptTornAndReordered: break
      }
    }
    if self == .unflushedWritesAreLostKeptTornAndReordered { try Self.isMerciless(make) }
  }

  private static func keepsTheFlushed(
    _ volume: inout some CrashableVolume, _ random: inout RandomStream, _ seed: UInt64
  ) throws {
    for _ in 0..<20 {
      let range = random.range(within: 32_768)
      try volume.write(random.bytes(range.count), at: ByteCount(range.lowerBound))
    }
    try volume.flush()
    let flushed = try volume.all
    // Unflushed writes touch the second half alone.
    for _ in 0..<20 {
      let range = random.range(within: 16_384)
      try volume.write(random.bytes(range.count), at: ByteCount(16_384 + range.lowerBound))
    }
    volume.crash(using: &random)
    let firstHalf = try volume.all[0..<16_384]
    #expect(firstHalf == flushed[0..<16_384], "seed \(seed)")
  }

  /// Writes of whole sectors: of each sector every version since the last flush is written down, and one of them it is.
  private static func inventsNothing(
    _ volume: inout some CrashableVolume, _ random: inout RandomStream, _ seed: UInt64
  ) throws {
    var versions = [Set<Bytes>](repeating: [Bytes(repeating: 0, count: 512)], count: 64)
    for round in 0..<10 {
      for _ in 0..<12 {
        let first = Int(random.below(64))
        let count = 1 + Int(random.below(UInt64(min(16, 64 - first))))
        let bytes = random.bytes(count * 512)
        try volume.write(bytes, at: ByteCount(first * 512))
        for sector in 0..<count { versions[first + sector].insert(bytes[sector * 512..<(sector + 1) * 512]) }
      }
      if random.below(2) == 0 { try volume.flush() } else { volume.crash(using: &random) }
      let all = try volume.all
      for sector in 0..<64 {
        let found = all[sector * 512..<(sector + 1) * 512]
        try #require(versions[sector].contains(found), "seed \(seed), round \(round), sector \(sector)")
        versions[sector] = [found]
      }
    }
  }

  private static func tearsBetweenSectors(
    _ volume: inout some CrashableVolume, _ random: inout RandomStream, _ seed: UInt64
  ) throws {
    let offset = 1 + Int(random.below(4_096))
    let length = 1 + Int(random.below(8_192))
    try volume.write(Bytes(repeating: 1, count: length), at: ByteCount(offset))
    volume.crash(using: &random)
    let all = try volume.all
    let written = offset..<(offset + length)
    for sector in stride(from: 0, to: 32_768, by: 512) {
      let kinds = Set(written.clamped(to: sector..<(sector + 512)).map { all[$0] })
      try #require(kinds.count <= 1, "seed \(seed): sector at \(sector) is half written")
    }
    let outside = all.slice.indices.contains { !written.contains($0) && all.slice[$0] != 0 }
    #expect(!outside, "seed \(seed)")
  }

  private static func isDurableAfterwards(
    _ volume: inout some CrashableVolume, _ random: inout RandomStream, _ seed: UInt64
  ) throws {
    for _ in 0..<20 { try volume.write(random.bytes(4_096), at: ByteCount(Int(random.below(8)) * 4_096)) }
    volume.crash(using: &random)
    let survived = try volume.all
    volume.crash(using: &random)
    let again = try volume.all
    #expect(again == survived, "seed \(seed)")
  }

  /// A device that is too kind proves nothing: in a hundred crashes everything that may happen must have happened.
  private static func isMerciless<V: CrashableVolume>(_ make: (ByteCount) throws -> V) throws {
    var outcomes = (lost: 0, kept: 0, torn: 0, laterAlone: 0, olderOnTop: 0)
    for seed in 1...100 as ClosedRange<UInt64> {
      var random = RandomStream(seed: seed, stream: "merciless")
      var volume = try make(.kibibytes(32))
      try volume.write(Bytes(repeating: 1, count: 4_096), at: .zero)
      try volume.write(Bytes(repeating: 2, count: 4_096), at: ByteCount(8_192))
      try volume.write(Bytes(repeating: 3, count: 4_096), at: ByteCount(8_192))
      volume.crash(using: &random)
      let first = Set(try volume.all[0..<4_096].slice)
      let second = Set(try volume.all[8_192..<12_288].slice)
      if first == [0] { outcomes.lost += 1 }
      if first == [1] { outcomes.kept += 1 }
      if first == [0, 1] { outcomes.torn += 1 }
      if first == [0], second == [3] { outcomes.laterAlone += 1 }
      if second.contains(2) { outcomes.olderOnTop += 1 }
    }
    #expect(outcomes.lost > 0 && outcomes.kept > 0 && outcomes.torn > 0, "\(outcomes)")
    #expect(outcomes.laterAlone > 0 && outcomes.olderOnTop > 0, "\(outcomes)")
  }
}

extension Volume {
  fileprivate var all: Bytes {
    get throws { try read(Extent(offset: .zero, length: size)) }
  }
}
