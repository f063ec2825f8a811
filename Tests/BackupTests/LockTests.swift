import Backup
import Storage
import Testing
import Units

/// Guarantees, Backup 5: a locked point cannot be removed or overwritten before its date by anybody.
@Suite struct LockTests {
  private static let block = 4_096

  /// An unlocked point, and a locked one that shares most blocks with it.
  private static func site() throws -> (Fixture, open: PointID, locked: PointID, until: Instant) {
    var site = Fixture([noise(20 * block, seed: 1)])
    site.options.packSize = 16 << 10
    let open = try site.backup().id
    let until = site.driver.now + .days(7)
    let changed = site.driver.streams[0].scribble([0..<(3 * block)], seed: 2)
    let locked = try site.backup(changed: changed, lockedUntil: until).id
    return (site, open, locked, until)
  }

  @Test func anAdministratorWhoDeletesEverythingLosesNoLockedPoint() throws {
    var (site, _, locked, _) = try Self.site()
    for key in site.vault.list(prefix: "") { try? site.vault.delete(key, if: nil, at: site.driver.now) }
    #expect(try site.restored(locked) == site.driver.streams)
    #expect(try site.points() == [locked])
  }

  @Test func anAdministratorWhoOverwritesEverythingLosesNoLockedPoint() throws {
    var (site, _, locked, _) = try Self.site()
    for key in site.vault.list(prefix: "") {
      guard let version = site.vault.attributes(of: key)?.version else { continue }
      _ = try? site.vault.put(
        Bytes([0]), as: key, if: .version(version), lockedUntil: nil, at: site.driver.now)
    }
    #expect(try site.restored(locked) == site.driver.streams)
  }

  @Test func aPruneSkipsALockedPointAndItsObjectsUntilTheDate() throws {
    var (site, open, locked, until) = try Self.site()
    let pruning = try site.prune([open, locked])
    #expect(pruning.expired == [open])
    #expect(pruning.locked == [locked])
    for _ in 0..<3 {
      try site.prune([locked])
      #expect(try site.restored(locked) == site.driver.streams)
      #expect(try site.verify().isEmpty)
    }
    site.driver.now = until
    #expect(try site.prune([locked]).expired == [locked])
    try site.prune()
    try site.prune()
    #expect(site.vault.list(prefix: "packs/") == [])
    #expect(site.vault.list(prefix: "points/") == [])
  }

  @Test func aLockOutlivesThePointThatTheBlocksWereStoredFor() throws {
    var (site, open, locked, _) = try Self.site()
    try site.prune([open])
    try site.prune()
    try site.prune()
    #expect(try site.restored(locked) == site.driver.streams)
    #expect(try site.verify().isEmpty)
  }
}

/// A lock that is put on a point later.
@Suite struct LaterLockTests {
  @Test func everythingBehindThePointStays() throws {
    var site = Fixture([noise(40 * 4_096, seed: 1)])
    let old = try site.backup()
    let image = site.driver.streams
    _ = site.driver.streams[0].scribble([0..<(30 * 4_096)], seed: 2)
    try site.backup()
    let date = site.driver.now + .days(10)
    guard
      case .locked(let point, let objects) = site.driver.run(
        LockJob(old.id, until: date, key: site.key, options: site.options))
    else { return #expect(Bool(false)) }
    #expect(point.id == old.id && objects >= 4)
    for _ in 0..<3 {
      let pruning = try site.prune([old.id])
      #expect(!pruning.expired.contains(old.id))
    }
    #expect(try site.restored(old.id) == image)
    // Nobody can delete any object behind it either.
    var bare = site
    for key in site.vault.list(prefix: "") {
      try? bare.vault.delete(key, if: nil, at: date - .nanoseconds(1))
    }
    #expect(try bare.restored(old.id) == image)
    // Listing shows the lock, though the manifest is older than it.
    guard case .listed(let points, _) = site.driver.run(ListPointsJob(key: site.key)) else {
      return #expect(Bool(false))
    }
    #expect(points.first { $0.id == old.id }?.lockedUntil == date)
  }

  /// A prune that rewrites packs while they are being locked: the lock follows.
  @Test(arguments: 0..<12) func aLockFollowsAPruneThatOvertakesIt(pause: Int) throws {
    var site = Fixture([noise(40 * 4_096, seed: 1)])
    let old = try site.backup()
    _ = site.driver.streams[0].scribble([0..<(30 * 4_096)], seed: 2)
    let kept = try site.backup()
    let image = site.driver.streams
    try site.prune([old.id], repackBelow: .one)
    let date = site.driver.now + .days(10)
    var random = RandomStream(seed: UInt64(pause), stream: "overtaken")
    var locking = Performance(
      LockJob(kept.id, until: date, key: site.key, options: site.options), at: site.driver.now)
    locking.run(on: &site.driver, random: &random, limit: pause)
    try site.prune(repackBelow: .one)
    locking.run(on: &site.driver, random: &random)
    guard case .locked = locking.outcome else {
      return #expect(Bool(false), "\(pause): \(String(describing: locking.outcome))")
    }
    var bare = site
    for key in site.vault.list(prefix: "") {
      try? bare.vault.delete(key, if: nil, at: date - .nanoseconds(1))
    }
    #expect(try bare.restored(kept.id) == image, "\(pause)")
  }
}
