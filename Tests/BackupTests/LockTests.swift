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
