import Backup
import Estate
import Storage
import Testing
import Units

/// The effects of disasters on acknowledged writes.
@Suite struct StrikeTests {
  /// A flush is a promise: a crash at any instant loses no acknowledged write, though it loses, tears and reorders others.
  @Test(arguments: [Duration.zero, .seconds(30), .minutes(10)])
  func aServerThatFailsAndIsReplacedHasLostNothingThatWasAcknowledged(flushInterval: Duration) {
    var world = SmallEstate.world(flushInterval: flushInterval)
    let reader = StampReader()
    for minute in stride(from: 61, to: 600, by: 13) {
      world.run(through: SmallEstate.start + .minutes(Int64(minute)) + .milliseconds(Int64(minute * 7)))
      var branch = world
      branch.strike(SmallEstate.strike(.serverFailure, .host(SmallEstate.host), seed: UInt64(minute)))
      #expect(!branch.isUp(SmallEstate.service))
      let outage = branch.now
      branch.replace(SmallEstate.host)
      branch.resume(SmallEstate.service)
      let inspection = branch.inspect(SmallEstate.both, against: outage, reader: reader)
      #expect(inspection.isUsable && inspection.lostWrites == 0, "struck at minute \(minute): \(inspection)")
    }
  }

  @Test(arguments: [Cause.accidentalDeletion, .virusAttack, .applicationUpdateError])
  func damageStopsTheServiceAndIsFoundInItsBytes(cause: Cause) {
    var world = SmallEstate.world()
    world.run(through: SmallEstate.start + .hours(1))
    world.strike(SmallEstate.strike(cause, .volumes([VolumeID(0)]), share: .percent(25)))
    #expect(!world.isUp(SmallEstate.service))
    #expect(world.damagedPages(of: SmallEstate.service, reader: StampReader()) == 32)
  }

  @Test func anAttackerWithTheKeysDeletesEverythingThatIsNotLocked() throws {
    for lock in [nil, Duration.days(14)] {
      var world = SmallEstate.world()
      world.protect(with: try SmallEstate.backups(lock: lock))
      world.run(through: SmallEstate.start + .minutes(200))
      #expect(world.recoveryOptions(for: SmallEstate.service).count == 4)
      world.strike(
        SmallEstate.strike(.vaultAttack, .volumesAndVaults(SmallEstate.both, credentials: "backup-admin")))
      #expect(world.recoveryOptions(for: SmallEstate.service).count == (lock == nil ? 0 : 4))
    }
  }

  @Test func credentialsThatOpenAnotherVaultHarmNoBackup() throws {
    var world = SmallEstate.world()
    world.protect(with: try SmallEstate.backups())
    world.run(through: SmallEstate.start + .minutes(200))
    world.strike(
      SmallEstate.strike(.vaultAttack, .volumesAndVaults(SmallEstate.both, credentials: "somebody")))
    #expect(world.recoveryOptions(for: SmallEstate.service).count == 4)
  }
}
