import Storage
import Testing
import Units

/// The contract of `Volume`, one promise a case. Every implementation passes every case:
///
///     @Test(arguments: VolumeConformance.allCases)
///     func aCachedVolumeKeepsTheContract(promise: VolumeConformance) throws {
///       try promise.check { CachedVolume(size: $0) }
///     }
enum VolumeConformance: CaseIterable {
  case aNewVolumeIsZero
  case aReadReturnsWhatWasLastWritten
  case anyMixOfWritesAndFlushesReadsAsAFlatArray
  case whatLiesOutsideIsRefusedAndChangesNothing
  case emptyExtentsAreLegal

  /// - Parameter make: A new volume of this many bytes, a multiple of 4 KiB.
  func check<V: Volume>(_ make: (ByteCount) throws -> V) throws {
    var volume = try make(.kibibytes(64))
    #expect(volume.size == .kibibytes(64))
    switch self {
    case .aNewVolumeIsZero: try Self.isZero(volume)
    case .aReadReturnsWhatWasLastWritten: try Self.readsBack(&volume)
    case .anyMixOfWritesAndFlushesReadsAsAFlatArray: try Self.followsAFlatArray(&volume)
    case .whatLiesOutsideIsRefusedAndChangesNothing: try Self.refusesTheOutside(&volume)
    case .emptyExtentsAreLegal: try Self.takesEmptyExtents(&volume)
    }
  }

  private static func isZero(_ volume: some Volume) throws {
    let all = try volume.read(Extent(offset: .zero, length: volume.size))
    #expect(all.count == Int(volume.size.bytes) && all.isZero)
    #expect(try volume.read(Extent(offset: ByteCount(4_095), length: ByteCount(2))).isZero)
  }

  private static func readsBack(_ volume: inout some Volume) throws {
    try volume.write(Bytes(repeating: 1, count: 10_000), at: ByteCount(100))
    try volume.write(Bytes(repeating: 2, count: 10), at: ByteCount(5_000))
    #expect(try volume.read(Extent(offset: ByteCount(4_999), length: ByteCount(3))) == Bytes([1, 2, 2]))
    try volume.flush()
    try volume.write(Bytes([3]), at: ByteCount(5_001))
    #expect(try volume.read(Extent(offset: ByteCount(4_999), length: ByteCount(4))) == Bytes([1, 2, 3, 2]))
    #expect(try volume.read(Extent(offset: ByteCount(99), length: ByteCount(2))) == Bytes([0, 1]))
    #expect(try volume.read(Extent(offset: ByteCount(10_099), length: ByteCount(2))) == Bytes([1, 0]))
  }

  private static func followsAFlatArray(_ volume: inout some Volume) throws {
    let size = Int(volume.size.bytes)
    for seed in 1...5 as ClosedRange<UInt64> {
      var random = RandomStream(seed: seed, stream: "volume conformance")
      var model = [UInt8](try volume.read(Extent(offset: .zero, length: volume.size)).slice)
      for step in 0..<200 {
        let range = random.range(within: size)
        switch random.below(5) {
        case 0: try volume.flush()
        case 1:
          let extent = Extent(offset: ByteCount(range.lowerBound), length: ByteCount(range.count))
          let isEqual = try volume.read(extent) == Bytes(model[range])
          try #require(isEqual, "seed \(seed), step \(step), \(range)")
        default:
          let bytes = random.bytes(range.count)
          model.replaceSubrange(range, with: bytes.slice)
          try volume.write(bytes, at: ByteCount(range.lowerBound))
        }
      }
      let isEqual = try volume.read(Extent(offset: .zero, length: volume.size)) == Bytes(model)
      try #require(isEqual, "seed \(seed)")
    }
  }

  private static func refusesTheOutside(_ volume: inout some Volume) throws {
    let size = volume.size.bytes
    let outside: [(offset: Int64, length: Int)] = [
      (size, 1), (size - 1, 2), (0, Int(size) + 1), (-1, 1), (-1, 0), (size + 1, 0), (.max, 1), (.min, 1),
    ]
    for (offset, length) in outside {
      let extent = Extent(offset: ByteCount(offset), length: ByteCount(length))
      let reading = #expect(throws: StorageError.self) { try volume.read(extent) }
      #expect(reading?.kind == .invalid)
      let bytes = Bytes(repeating: 0xFF, count: length)
      let writing = #expect(throws: StorageError.self) { try volume.write(bytes, at: extent.offset) }
      #expect(writing?.kind == .invalid)
    }
    #expect(throws: StorageError.self) { try volume.read(Extent(offset: .zero, length: ByteCount(-1))) }
    try isZero(volume)
  }

  private static func takesEmptyExtents(_ volume: inout some Volume) throws {
    for offset in [.zero, ByteCount(4_096), volume.size] {
      try volume.write(Bytes(), at: offset)
      #expect(try volume.read(Extent(offset: offset, length: .zero)).isEmpty)
    }
    try volume.flush()
    try isZero(volume)
  }
}

extension RandomStream {
  /// A range within 0 ..< size, of any order of magnitude, aligned to pages or sectors as often as not.
  mutating func range(within size: Int) -> Range<Int> {
    let length = 1 + Int(below(UInt64(min(size, 1 << below(15)))))
    let start = Int(below(UInt64(size - length + 1)))
    switch below(3) {
    case 0: return start / 4_096 * 4_096..<min(size, start / 4_096 * 4_096 + 4_096)
    case 1: return start / 512 * 512..<min(size, start / 512 * 512 + (length + 511) / 512 * 512)
    default: return start..<(start + length)
    }
  }

  mutating func bytes(_ count: Int) -> Bytes {
    Bytes((0..<count).map { _ in UInt8(truncatingIfNeeded: next()) })
  }
}
