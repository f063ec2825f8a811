import Backup
import Storage
import Testing
import Units

@Suite struct RoundTripTests {
  @Test func aVolumeComesBackByteExact() throws {
    var site = Fixture([noise(300_000, seed: 1), [UInt8](repeating: 0, count: 100_000)])
    let point = try site.backup()
    #expect(try site.restored(point.id) == site.driver.streams)
    #expect(point.statistics.read == ByteCount(400_000))
    #expect(point.statistics.new == ByteCount(300_000))
  }

  @Test func aFileComesBackByteExact() throws {
    var site = Fixture([noise(300_000, seed: 1), [], [1]])
    let point = try site.backup(chunking: .contentDefined(minimum: 512, average: 4_096, maximum: 16_384))
    #expect(try site.restored(point.id) == site.driver.streams)
  }
}
