import Backup
import Estate
import Retention
import Schedules
import Storage
import Testing
import Units

/// The engine at work in the world: what comes back is what was there.
@Suite struct RestoreTests {
  @Test(arguments: [ConsistencyLevel.crashConsistent, .applicationConsistent])
  func everyPointOfALostArrayComesBackAsThePrefixThatItWasTakenOf(consistency: ConsistencyLevel) throws {
    var world = SmallEstate.world()
    world.protect(with: try SmallEstate.backups(consistency: consistency))
    world.run(through: SmallEstate.start + .minutes(330))
    world.strike(SmallEstate.strike(.arrayFailure, .device(SmallEstate.array)))
    let outage = world.now
    let reader = StampReader()
    let options = world.recoveryOptions(for: SmallEstate.service)
    #expect(options.count == 6)
    for option in options {
      var branch = world
      branch.suspendProtection()
      branch.replace(SmallEstate.array)
      try restore(option, in: &branch)
      let inspection = branch.inspect(SmallEstate.both, against: outage, reader: reader)
      #expect(inspection.isUsable, "point of \(option.instant): \(inspection)")
      let loss = outage - (inspection.earliestMissing ?? outage)
      #expect(loss <= outage - option.instant)
      #expect(
        loss >= outage - option.instant - .minutes(5), "all that was acknowledged before the point is there")
    }
  }

  /// A machine whose processors are busy with moving bytes is no faster than they are, both ways.
  @Test func whatMovesBytesTakesItsShareOfTheProcessors() throws {
    var speeds = EngineSpeeds()
    speeds.cores = 2
    (speeds.read, speeds.write) = (.bytesPerSecond(20_000), .bytesPerSecond(10_000))
    var times: [(backup: Duration, restore: Duration, stored: ByteCount)] = []
    for speeds in [EngineSpeeds(), speeds] {
      var world = SmallEstate.world(speeds: speeds)
      world.protect(with: try SmallEstate.backups("FREQ=DAILY"))
      world.run(through: SmallEstate.start + .hours(20))
      let backup = try #require(world.protectionRecord.longestBackup)
      world.strike(SmallEstate.strike(.arrayFailure, .device(SmallEstate.array)))
      world.suspendProtection()
      world.replace(SmallEstate.array)
      let option = try #require(world.recoveryOptions(for: SmallEstate.service).last)
      let begun = world.now
      try restore(option, in: &world)
      times.append((backup, world.now - begun, world.protectionRecord.vaultBytes))
    }
    // Half of the volumes' two mebibytes is used: at least that is read by a backup and written by a restore, at most all.
    let (used, stored) = (Double(1 << 20), Double(times[1].stored.bytes))
    let (least, most) = ((used / 20_000 + stored / 10_000) / 2, (2 * used / 20_000 + stored / 10_000) / 2)
    #expect(times[1].backup.seconds >= least)
    #expect(times[1].backup.seconds <= 1.1 * most + times[0].backup.seconds)
    // Indexes are stored, and a restore reads few of them.
    #expect(times[1].restore.seconds >= 0.99 * (stored / 20_000 + used / 10_000) / 2)
    #expect(times[0].backup.seconds < 5 && times[0].restore.seconds < 5)
  }

  /// Copying volumes one after the other while they change is what the word says, and the checker sees it.
  @Test func aFuzzyCopyComesBackOutOfOrder() throws {
    var world = SmallEstate.world()
    world.protect(with: try SmallEstate.backups(consistency: .inconsistent))
    world.run(through: SmallEstate.start + .minutes(330))
    world.strike(SmallEstate.strike(.arrayFailure, .device(SmallEstate.array)))
    let outage = world.now
    world.replace(SmallEstate.array)
    let options = world.recoveryOptions(for: SmallEstate.service)
    for option in options {
      var branch = world
      try restore(option, in: &branch)
      let inspection = branch.inspect(SmallEstate.both, against: outage, reader: StampReader())
      if case .damaged = inspection.integrity { Issue.record("a fuzzy copy still holds whole pages") }
    }
  }

  @Test func aSnapshotRevertsWhatADeletionTook() throws {
    var world = SmallEstate.world()
    world.protect(
      with: SnapshotPolicy(
        schedule: Timetable(try RecurrenceRule(parsing: "FREQ=HOURLY")), retention: .permanent,
        credentials: "storage-admin"))
    world.run(through: SmallEstate.start + .minutes(150))
    world.strike(SmallEstate.strike(.accidentalDeletion, .volumes(SmallEstate.both)))
    let outage = world.now
    let option = try #require(world.recoveryOptions(for: SmallEstate.service).last)
    #expect(option.source == .snapshot && option.instant == SmallEstate.start + .hours(2))
    try restore(option, in: &world)
    let inspection = world.inspect(SmallEstate.both, against: outage, reader: StampReader())
    #expect(inspection.isUsable)
    #expect(inspection.earliestMissing ?? .epoch > option.instant)
  }

  @Test func aSnapshotIsLostWithItsArray() throws {
    var world = SmallEstate.world()
    world.protect(
      with: SnapshotPolicy(
        schedule: Timetable(try RecurrenceRule(parsing: "FREQ=HOURLY")), retention: .permanent,
        credentials: "storage-admin"))
    world.run(through: SmallEstate.start + .minutes(150))
    world.strike(SmallEstate.strike(.arrayFailure, .device(SmallEstate.array)))
    #expect(world.recoveryOptions(for: SmallEstate.service).isEmpty)
  }

  @Test func aBackupUnderWayWhenTheArrayIsLostIsNoPoint() throws {
    var world = SmallEstate.world()
    world.protect(with: try SmallEstate.backups("FREQ=DAILY"))
    // The first backup reads 1 MiB at 1 MB/s: half a second later it is in the middle.
    world.run(through: SmallEstate.start + .milliseconds(500))
    world.strike(SmallEstate.strike(.arrayFailure, .device(SmallEstate.array)))
    world.run(through: SmallEstate.start + .hours(1))
    #expect(world.recoveryOptions(for: SmallEstate.service).isEmpty)
    #expect(world.protectionRecord.backupsFailed == 1)
  }

  private func restore(_ option: RecoveryOption, in world: inout World) throws {
    let activity = world.startRestore(of: SmallEstate.service, from: option)
    while let occurrence = world.nextOccurrence(through: world.now + .days(1)) {
      guard case .restored(activity, let ending) = occurrence else { continue }
      #expect(ending == .complete)
      return
    }
    Issue.record("the restore did not end")
  }
}
