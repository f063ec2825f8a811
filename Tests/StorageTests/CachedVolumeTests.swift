import Storage
import Testing
import Units

extension CachedVolume: CrashableVolume {}

@Suite("The cached volume")
struct CachedVolumeTests {
  @Test(arguments: VolumeConformance.allCases)
  func keepsTheContractOfAVolume(promise: VolumeConformance) throws {
    try promise.check { CachedVolume(size: $0) }
  }

  @Test(arguments: CrashConformance.allCases)
  func keepsTheContractOfACrash(promise: CrashConformance) throws {
    try promise.check { CachedVolume(size: $0) }
  }

  @Test func aFlushMakesEverythingDurable() throws {
    var volume = CachedVolume(size: .kibibytes(8))
    try volume.write(Bytes(repeating: 1, count: 4_096), at: .zero)
    #expect(volume.unflushedWrites == 1)
    #expect(volume.durable.pagesChanged(since: volume.image) == [0])
    volume.flush()
    #expect(volume.unflushedWrites == 0)
    #expect(volume.durable.pagesChanged(since: volume.image) == [])
  }

  @Test func equalCrashesOfEqualVolumesLeaveEqualBytes() throws {
    var volume = CachedVolume(size: .kibibytes(64))
    var random = RandomStream(seed: 11, stream: "equal crashes")
    for _ in 0..<50 {
      let range = random.range(within: 65_536)
      try volume.write(random.bytes(range.count), at: ByteCount(range.lowerBound))
    }
    func crashed(seed: UInt64) throws -> Bytes {
      var branch = volume
      var random = RandomStream(seed: seed, stream: "crash")
      branch.crash(using: &random)
      return try branch.read(Extent(offset: .zero, length: branch.size))
    }
    #expect(try crashed(seed: 1) == crashed(seed: 1))
    #expect(try crashed(seed: 1) != crashed(seed: 2))
    #expect(volume.unflushedWrites == 50)
  }
}
