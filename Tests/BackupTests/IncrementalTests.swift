import Backup
import Storage
import Testing
import Units

/// Permanent incremental: every point is a virtual full, and stores only what is new.
@Suite struct IncrementalTests {
  private static let block = 4_096

  /// Guarantees, worked examples: a disk of 100 GB of which 40 GB are used, scaled by 1 / 20,480 to blocks of 4 KiB.
  @Test func theFirstBackupStoresWhatIsUsedAndTheSecondWhatChanged() throws {
    var disk = [UInt8](repeating: 0, count: 1_000 * Self.block)
    disk.replaceSubrange(0..<(400 * Self.block), with: noise(400 * Self.block, seed: 1))
    var site = Fixture([disk])
    let first = try site.backup()
    #expect(first.statistics.new == ByteCount(400 * Self.block))

    let changed = site.driver.streams[0].scribble([(100 * Self.block)..<(150 * Self.block)], seed: 2)
    let second = try site.backup(changed: changed)
    #expect(second.statistics.read == ByteCount(50 * Self.block))
    #expect(second.statistics.new == ByteCount(50 * Self.block))
    #expect(try site.restored(second.id) == site.driver.streams)
    #expect(try site.restored(first.id) == [disk])
  }

  @Test func onlyTheBlocksThatAnExtentTouchesAreRead() throws {
    var site = Fixture([noise(100 * Self.block, seed: 1)])
    try site.backup()
    let changed = site.driver.streams[0].scribble([5_000..<5_001, 20_000..<30_000], seed: 2)
    let point = try site.backup(changed: changed)
    #expect(point.statistics.read == ByteCount(5 * Self.block))
    #expect(try site.restored(point.id) == site.driver.streams)
  }

  @Test func aBackupOfNothingNewStoresNoPack() throws {
    var site = Fixture([noise(100 * Self.block, seed: 1)])
    try site.backup()
    let packs = site.vault.list(prefix: "packs/")
    let point = try site.backup(changed: [])
    #expect(point.statistics == BackupStatistics())
    #expect(site.vault.list(prefix: "packs/") == packs)
    #expect(try site.restored(point.id) == site.driver.streams)
  }

  @Test func anAgentWithoutMemoryReadsEverythingAndStoresOnlyWhatIsNew() throws {
    var site = Fixture([noise(100 * Self.block, seed: 1)])
    try site.backup()
    site.memory = nil
    _ = site.driver.streams[0].scribble([0..<10], seed: 3)
    let point = try site.backup(changed: [])
    #expect(point.statistics.read == ByteCount(100 * Self.block))
    #expect(point.statistics.new == ByteCount(Self.block))
    #expect(try site.restored(point.id) == site.driver.streams)
  }

  @Test func equalBlocksAreStoredOnceWithinAPointAndAcrossStreams() throws {
    let half = noise(50 * Self.block, seed: 1)
    var site = Fixture([half + half, half])
    let point = try site.backup()
    #expect(point.statistics.new == ByteCount(50 * Self.block))
    #expect(try site.restored(point.id) == site.driver.streams)
  }

  @Test func anInsertionIntoAFileStoresOnlyBlocksNearIt() throws {
    var site = Fixture([noise(1_000_000, seed: 1)])
    let chunking = Chunking.contentDefined(minimum: 2_048, average: 8_192, maximum: 32_768)
    try site.backup(chunking: chunking)
    site.driver.streams[0].insert(contentsOf: noise(10, seed: 9), at: 500_000)
    let point = try site.backup(chunking: chunking)
    #expect(point.statistics.new < ByteCount(3 * 32_768))
    #expect(try site.restored(point.id) == site.driver.streams)
  }

  @Test func aVolumeThatGrewIsBackedUpWhole() throws {
    var site = Fixture([noise(10 * Self.block, seed: 1)])
    try site.backup()
    site.driver.streams[0] += noise(3 * Self.block + 5, seed: 2)
    let point = try site.backup(changed: [])
    #expect(try site.restored(point.id) == site.driver.streams)
  }

  @Test func equalInputsMakeEqualBytesWhateverOrderRequestsAreAnsweredIn() throws {
    var contents: [[String: Bytes]] = []
    for order in 0..<4 {
      var site = Fixture([noise(300_000, seed: 1), noise(50_000, seed: 2)])
      var random = RandomStream(seed: UInt64(order), stream: "order")
      for round in 0..<2 {
        var performance = Performance(site.backupJob(site.snapshot()), at: site.driver.now)
        performance.run(on: &site.driver, random: &random)
        site.memory = try performance.outcome?.acknowledgement.memory
        site.driver.now = site.driver.now + .hours(1)
        _ = site.driver.streams[0].scribble([1_000..<90_000], seed: UInt64(round))
      }
      contents.append(site.driver.contents)
    }
    for other in contents.dropFirst() { #expect(other == contents[0]) }
  }
}
