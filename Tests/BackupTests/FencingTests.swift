import Backup
import Storage
import Testing
import Units

/// Guarantees, Backup 4: a prune beside running backups, and clients that pause.
@Suite struct FencingTests {
  private static let block = 4_096

  @Test func aPausedClientIsFencedWhenItsClaimWasRevoked() throws {
    var site = Fixture([noise(20 * Self.block, seed: 1)])
    site.options.lease = .hours(2)
    var paused = Performance(site.backupJob(site.snapshot()), at: site.driver.now)
    let index = try #require(paused.run(on: &site.driver) { $0.commits })

    site.driver.now = site.driver.now + .hours(3)
    #expect(try site.prune().revoked == 1)
    // Packs that the dead job had indexed are condemned, then collected.
    try site.prune()
    try site.prune()
    #expect(site.vault.list(prefix: "packs/") == [])

    paused.step(index, on: &site.driver)
    guard case .failed(.fenced) = paused.outcome else { return #expect(Bool(false)) }
    #expect(try site.points() == [])
    #expect(try site.verify().isEmpty)
  }

  @Test func aLivingClientIsNotFenced() throws {
    var site = Fixture([noise(20 * Self.block, seed: 1)])
    site.options.lease = .hours(9)
    var paused = Performance(site.backupJob(site.snapshot()), at: site.driver.now)
    let index = try #require(paused.run(on: &site.driver) { $0.commits })
    for _ in 0..<3 { #expect(try site.prune().revoked == 0) }
    paused.step(index, on: &site.driver)
    let point = try #require(try paused.outcome?.acknowledgement.point)
    #expect(try site.restored(point.id) == site.driver.streams)
    try site.prune()
    try site.prune()
    #expect(try site.restored(point.id) == site.driver.streams)
    #expect(try site.verify().isEmpty)
  }

  @Test func aPendingPointIsInvisible() throws {
    var site = Fixture([noise(20 * Self.block, seed: 1)])
    let job = site.backupJob(site.snapshot())
    var paused = Performance(job, at: site.driver.now)
    _ = try #require(paused.run(on: &site.driver) { $0.commits })
    #expect(try site.points() == [])
    #expect(throws: JobFailure.self) { try site.restored(job.point) }
    #expect(try site.verify().isEmpty)
  }

  /// A backup that is at any point of its work while two prunes condemn and collect around it, on a vault where its
  /// base is expired meanwhile.
  @Test(arguments: 0..<4) func aPruneBesideARunningBackupLosesNothing(seed: UInt64) throws {
    print("seed \(seed)")
    var site = Fixture([noise(30 * Self.block, seed: 1)])
    site.options.packSize = 16 << 10
    let base = try site.backup().id
    let changed = site.driver.streams[0].scribble([0..<(9 * Self.block)], seed: 2)
    for limit in 0... {
      var random = RandomStream(seed: seed, stream: "beside", index: UInt32(limit))
      var running = site
      // In half of the cases the base was expired before the backup began.
      if seed % 2 == 1 { try running.prune([base]) }
      let job = running.backupJob(running.snapshot(changed: changed))
      var backup = Performance(job, at: running.driver.now)
      backup.run(on: &running.driver, random: &random, limit: limit)
      if backup.outcome != nil { break }
      running.driver.now = running.driver.now + .minutes(1)
      try running.prune(running.points().contains(base) ? [base] : [])
      try running.prune()
      try running.prune()
      backup.run(on: &running.driver, random: &random)
      let point = try #require(try backup.outcome?.acknowledgement.point)
      #expect(try running.restored(point.id) == site.driver.streams, "seed \(seed), request \(limit)")
      try running.prune()
      try running.prune()
      #expect(try running.restored(point.id) == site.driver.streams, "seed \(seed), request \(limit)")
      #expect(try running.verify().isEmpty, "seed \(seed), request \(limit)")
    }
  }

  /// The other way round: whole backups take place while a prune is anywhere in its work.
  @Test(arguments: 0..<4) func aBackupBesideARunningPruneLosesNothing(seed: UInt64) throws {
    print("seed \(seed)")
    var site = Fixture([noise(30 * Self.block, seed: 1)])
    site.options.packSize = 16 << 10
    let base = try site.backup().id
    let changed = site.driver.streams[0].scribble([0..<(9 * Self.block)], seed: 2)
    if seed % 2 == 1 { try site.prune([base]) }
    for limit in 0... {
      var random = RandomStream(seed: seed, stream: "beside", index: UInt32(limit))
      var running = site
      var prune = Performance(
        running.pruneJob(seed % 2 == 1 ? [] : [base], repackBelow: .one), at: running.driver.now)
      prune.run(on: &running.driver, random: &random, limit: limit)
      if prune.outcome != nil { break }
      let point = try running.backup(changed: changed)
      prune.run(on: &running.driver, random: &random)
      #expect(try running.restored(point.id) == site.driver.streams, "seed \(seed), request \(limit)")
      try running.prune()
      try running.prune()
      #expect(try running.restored(point.id) == site.driver.streams, "seed \(seed), request \(limit)")
      #expect(try running.verify().isEmpty, "seed \(seed), request \(limit)")
    }
  }

  /// Packs are rewritten and deleted under a restore that has read the old index.
  @Test func aRestoreThatAPruneOvertakesBringsEverythingBack() throws {
    var site = Fixture([noise(30 * Self.block, seed: 1)])
    site.options.packSize = 16 << 10
    let old = try site.backup().id
    let changed = site.driver.streams[0].scribble([0..<(9 * Self.block)], seed: 2)
    let kept = try site.backup(changed: changed).id
    try site.prune([old], repackBelow: .one)
    for limit in 0... {
      var random = RandomStream(seed: 1, stream: "restore", index: UInt32(limit))
      var running = site
      running.driver.streams = []
      var restore = Performance(running.restoreJob(kept), at: running.driver.now)
      restore.run(on: &running.driver, random: &random, limit: limit)
      if restore.outcome != nil { break }
      #expect(try running.prune(repackBelow: .one).deletedPacks > 0)
      restore.run(on: &running.driver, random: &random)
      guard case .restored = restore.outcome else { return #expect(Bool(false), "request \(limit)") }
      #expect(running.driver.streams == site.driver.streams, "request \(limit)")
    }
  }
}
