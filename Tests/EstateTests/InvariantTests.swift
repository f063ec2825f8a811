import Estate
import Replication
import Retention
import Testing
import Units

/// Estates under faults whose invariants are checked after every event. A violation traps with its reason.
@Suite struct InvariantTests {
  private static let modes: [ReplicationPolicy.Mode] = [
    .storage(.synchronous), .storage(.asynchronous), .hostIO(.asynchronous(checkpointInterval: .seconds(5))),
    .activeActive(ActiveActiveMode(acknowledgement: .peer, share: .percent(40))),
  ]

  /// Cuts of the link of which one begins within the other, then a power cut of the standby site.
  private func disturb(_ world: inout World) {
    let cuts = [
      Impairment(begin: .zero, end: .seconds(20), effect: .down),
      Impairment(begin: .seconds(10), end: .seconds(45), effect: .down),
    ]
    var strike = SmallEstate.strike(.linkFault, .link(SmallEstate.link), lasting: .seconds(45))
    strike.course = cuts
    world.strike(strike)
    world.run(through: world.now + .minutes(2))
    world.strike(SmallEstate.strike(.powerOutage, .site(SmallEstate.there), lasting: .seconds(20)))
    world.run(through: world.now + .minutes(2))
  }

  @Test(arguments: modes.indices) func copiesUnderFaultsKeepTheInvariants(mode: Int) {
    var world = SmallEstate.world(flushInterval: .milliseconds(500), days: 1, rate: .bytesPerSecond(30_000))
    world.protect(with: SmallEstate.replication(Self.modes[mode]))
    world.run(through: SmallEstate.start + .minutes(2))
    disturb(&world)
    world.checkInvariants()
    #expect(world.ledger.acknowledgedWrites(of: VolumeID(0)) > 0)
  }

  @Test func backupsAndPrunesKeepTheInvariants() throws {
    var world = SmallEstate.world(days: 2)
    var policy = try SmallEstate.backups("FREQ=MINUTELY;INTERVAL=10")
    policy.retention = try RetentionPolicy([.newest(2)])
    policy.prune = policy.schedule
    world.protect(with: policy)
    world.run(through: SmallEstate.start + .hours(1))
    #expect(world.protectionRecord.backupsTaken >= 5)
    world.strike(SmallEstate.strike(.diskFailure, .device(DeviceID(1))))
    world.run(through: world.now + .minutes(30))
    world.checkInvariants()
  }

  @Test func aReplicatedLogKeepsTheInvariants() throws {
    var world = try SmallBank.replicated(.asynchronous, minutes: 3)
    disturb(&world)
    world.checkInvariants()
    #expect(world.ledger.acknowledgedTransactions(of: SmallBank.bank) > 0)
  }
}
