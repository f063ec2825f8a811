import Backup
import Storage
import Testing
import Units

/// A backup that is cut off leaves behind what the next one need not store again.
@Suite struct CheckpointTests {
  private static func site() -> Fixture {
    var site = Fixture([noise(200 * 4_096, seed: 1)])
    site.options.packSize = 24 << 10
    site.options.checkpoint = .kibibytes(64)
    return site
  }

  @Test func aCrashAtAnyRequestLosesNothingAndTheNextBackupGoesOn() throws {
    var site = Self.site()
    let old = try site.backup()
    let oldImage = site.driver.streams
    _ = site.driver.streams[0].scribble([0..<(150 * 4_096)], seed: 2)
    var fewest = Int64.max
    for limit in stride(from: 0, to: 10_000, by: 3) {
      var random = RandomStream(seed: 1, stream: "checkpoint", index: UInt32(limit))
      var crashed = site
      var performance = Performance(crashed.backupJob(crashed.snapshot()), at: crashed.driver.now)
      performance.run(on: &crashed.driver, random: &random, limit: limit)
      if performance.outcome != nil { break }
      performance.crash(on: &crashed.driver, random: &random)
      #expect(try crashed.restored(old.id) == oldImage, "request \(limit)")
      #expect(try crashed.verify().isEmpty, "request \(limit)")
      crashed.memory = nil
      crashed.driver.now = crashed.driver.now + .minutes(1)
      let next = try crashed.backup()
      fewest = min(fewest, next.statistics.new.bytes)
      #expect(try crashed.restored(next.id) == site.driver.streams, "request \(limit)")
      // A prune waits while the claim of the one that crashed may be alive, and then removes what it left.
      crashed.driver.now = crashed.driver.now + .days(2)
      for _ in 0..<3 { try crashed.prune([old.id]) }
      #expect(try crashed.restored(next.id) == site.driver.streams, "request \(limit)")
      #expect(try crashed.verify().isEmpty, "request \(limit)")
    }
    #expect(fewest < 40 * 4_096, "what was stored before the crash is not stored again")
  }

  /// A prune beside a running backup does not condemn what that has written down so far.
  @Test func aPruneLeavesTheCheckpointsOfARunningBackup() throws {
    var site = Self.site()
    var backup = Performance(site.backupJob(site.snapshot()), at: site.driver.now)
    let commit = try #require(backup.run(on: &site.driver) { $0.commits })
    #expect(site.vault.list(prefix: "index/").count > 2)
    site.driver.now = site.driver.now + .minutes(1)
    let pruning = try site.prune()
    #expect(pruning.condemnedPacks == 0)
    backup.step(commit, on: &site.driver)
    let point = try #require(try backup.outcome?.acknowledgement.point)
    for _ in 0..<3 { try site.prune() }
    #expect(try site.restored(point.id) == site.driver.streams)
    #expect(try site.verify().isEmpty)
  }

  /// Nor the packs that are on no index yet; those of one that died before are.
  @Test func aPruneTellsThePacksOfARunningBackupFromThoseOfADeadOne() throws {
    var site = Self.site()
    site.options.checkpoint = nil
    var dead = Performance(site.backupJob(site.snapshot()), at: site.driver.now)
    _ = try #require(dead.run(on: &site.driver) { $0.puts("index/") })
    let left = Set(site.vault.list(prefix: "packs/"))
    let claim = try #require(site.vault.list(prefix: "points/").first)
    try site.vault.delete(claim, if: nil, at: site.driver.now)
    site.driver.now = site.driver.now + .minutes(1)
    var running = Performance(site.backupJob(site.snapshot()), at: site.driver.now)
    let index = try #require(running.run(on: &site.driver) { $0.puts("index/") })
    #expect(site.vault.list(prefix: "packs/").count == 2 * left.count)
    site.driver.now = site.driver.now + .minutes(1)
    #expect(try site.prune().condemnedPacks == left.count)
    running.step(index, on: &site.driver)
    let commit = try #require(running.run(on: &site.driver) { $0.commits })
    running.step(commit, on: &site.driver)
    let point = try #require(try running.outcome?.acknowledgement.point)
    for _ in 0..<3 { try site.prune() }
    #expect(left.isDisjoint(with: site.vault.list(prefix: "packs/")))
    #expect(try site.restored(point.id) == site.driver.streams)
    #expect(try site.verify().isEmpty)
  }
}
