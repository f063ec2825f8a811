import Backup
import Storage
import Testing
import Units

/// Guarantees, Backup 2 and 4: after a crash at any request every acknowledged point restores byte-exact, and an
/// unacknowledged one is invisible or complete.
@Suite struct CrashTests {
  private static let block = 4_096

  private static func site() throws -> (Fixture, PointID, [[UInt8]], [Extent]) {
    var site = Fixture([noise(40 * block, seed: 1)])
    site.options.packSize = 24 << 10
    let point = try site.backup()
    let image = site.driver.streams
    let changed = site.driver.streams[0].scribble([0..<(12 * block), (20 * block)..<(30 * block)], seed: 2)
    return (site, point.id, image, changed)
  }

  @Test(arguments: 0..<3) func aBackupCanCrashAtAnyRequest(seed: UInt64) throws {
    print("seed \(seed)")
    let (site, old, oldImage, changed) = try Self.site()
    for limit in 0... {
      var random = RandomStream(seed: seed, stream: "crash", index: UInt32(limit))
      var crashed = site
      let job = crashed.backupJob(crashed.snapshot(changed: changed))
      var performance = Performance(job, at: crashed.driver.now)
      performance.run(on: &crashed.driver, random: &random, limit: limit)
      if performance.outcome != nil { break }
      performance.crash(on: &crashed.driver, random: &random)

      #expect(try crashed.restored(old) == oldImage, "seed \(seed), request \(limit)")
      for point in try crashed.points() where point != old {
        #expect(try crashed.restored(point) == site.driver.streams, "seed \(seed), request \(limit)")
      }
      #expect(try crashed.verify().isEmpty, "seed \(seed), request \(limit)")
      // The agent begins again, knowing what it knew before or nothing.
      if limit % 2 == 0 { crashed.memory = nil }
      crashed.driver.now = crashed.driver.now + .minutes(1)
      let next = try crashed.backup(changed: changed)
      #expect(try crashed.restored(next.id) == site.driver.streams, "seed \(seed), request \(limit)")
    }
  }

  @Test func aBackupAcknowledgesOnlyWhenItsPointCanBeRestored() throws {
    let (site, _, _, changed) = try Self.site()
    for seed in 0..<20 as Range<UInt64> {
      var random = RandomStream(seed: seed, stream: "acknowledgement")
      var running = site
      let job = running.backupJob(running.snapshot(changed: changed))
      var performance = Performance(job, at: running.driver.now)
      performance.run(on: &running.driver, random: &random)
      // At this moment the lights go out: nothing that is still under way is performed.
      let point = try #require(try performance.outcome?.acknowledgement.point)
      #expect(try running.restored(point.id) == site.driver.streams, "seed \(seed)")
      #expect(performance.outstanding.isEmpty)
    }
  }

  /// Two prunes in a row, condemning and collecting, cut off anywhere and begun again.
  @Test(arguments: 0..<3) func aPruneCanCrashAtAnyRequest(seed: UInt64) throws {
    print("seed \(seed)")
    var (site, old, _, changed) = try Self.site()
    let kept = try site.backup(changed: changed).id
    let image = site.driver.streams
    let condemned = try {
      var next = site; try next.prune([old]); return next
    }()
    for (begin, expired) in [(site, [old]), (condemned, [])] {
      for limit in 0... {
        var random = RandomStream(seed: seed, stream: "crash", index: UInt32(limit))
        var crashed = begin
        var performance = Performance(crashed.pruneJob(expired), at: crashed.driver.now)
        performance.run(on: &crashed.driver, random: &random, limit: limit)
        if performance.outcome != nil { break }
        performance.crash(on: &crashed.driver, random: &random)
        #expect(try crashed.restored(kept) == image, "seed \(seed), request \(limit)")
        #expect(try crashed.verify().isEmpty, "seed \(seed), request \(limit)")

        crashed.driver.now = crashed.driver.now + .minutes(1)
        for _ in 0..<3 { try crashed.prune(crashed.points().contains(old) ? [old] : []) }
        #expect(try crashed.restored(kept) == image, "seed \(seed), request \(limit)")
        #expect(try crashed.verify().isEmpty, "seed \(seed), request \(limit)")
        #expect(crashed.vault.list(prefix: "condemned/") == [], "seed \(seed), request \(limit)")
        // And a warm agent goes on.
        let next = try crashed.backup(changed: [])
        #expect(try crashed.restored(next.id) == image, "seed \(seed), request \(limit)")
      }
    }
  }

  /// A vault that stops answering at any request makes the job fail, not lie.
  @Test func aBackupFailsWhenItsVaultDoes() throws {
    let (site, old, oldImage, changed) = try Self.site()
    let error = StorageError(.unavailable, "the site burns")
    for limit in 0... {
      var failing = site
      let job = failing.backupJob(failing.snapshot(changed: changed))
      var performance = Performance(job, at: failing.driver.now)
      var random = RandomStream(seed: 1, stream: "failure", index: UInt32(limit))
      performance.run(on: &failing.driver, random: &random, limit: limit)
      if performance.outcome != nil { break }
      performance.fail(0, error, at: failing.driver.now)
      guard case .failed(.storage(error)) = performance.outcome else {
        return #expect(Bool(false), "\(limit)")
      }
      #expect(try failing.points() == [old])
      #expect(try failing.restored(old) == oldImage)
    }
  }
}
