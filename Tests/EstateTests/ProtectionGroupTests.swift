import Estate
import Replication
import Storage
import Testing
import Units

/// Several groups, several copies, and the way back: what a planned move loses is nothing.
@Suite struct ProtectionGroupTests {
  private let reader = StampReader()

  private func world(_ policies: [ReplicationPolicy], minutes: Int64 = 60) -> World {
    var world = SmallEstate.world(days: 3)
    for policy in policies { world.protect(with: policy) }
    world.run(through: SmallEstate.start + .minutes(minutes))
    return world
  }

  /// Lets time pass until every group has come to what is asked of it; `false` when one does not.
  private func wait(
    in world: inout World, for groups: [PairID], hours: Int64 = 12, until isDone: (Occurrence) -> PairID?
  ) -> Bool {
    var left = groups
    let limit = world.now + .hours(hours)
    while !left.isEmpty, let occurrence = world.nextOccurrence(through: limit) {
      if let group = isDone(occurrence) { left.removeAll { $0 == group } }
    }
    return left.isEmpty
  }

  private func failOver(_ world: inout World, to site: SiteID) -> Bool {
    let groups = world.protectionGroups(standingAt: site)
    for group in groups { world.startFailover(of: group) }
    let isDone = wait(in: &world, for: groups) { if case .promoted(let group) = $0 { group } else { nil } }
    world.resume(SmallEstate.service)
    return isDone
  }

  private func reprotect(_ world: inout World, _ groups: [PairID]) -> Bool {
    for group in groups { world.startReprotection(of: group) }
    return wait(in: &world, for: groups) { if case .protected(let group) = $0 { group } else { nil } }
  }

  /// The planned move of all groups; `false` when a step of it fails or the copies differ.
  private func move(_ world: inout World, _ groups: [PairID]) -> Bool {
    world.quiesce()
    for group in groups { world.startDraining(of: group) }
    guard wait(in: &world, for: groups, until: { if case .drained(let group) = $0 { group } else { nil } })
    else { return false }
    for group in groups { world.startSwitchover(of: group) }
    guard wait(in: &world, for: groups, until: { if case .promoted(let group) = $0 { group } else { nil } })
    else { return false }
    for group in groups { world.startComparison(of: group) }
    return wait(in: &world, for: groups) {
      if case .compared(let group, isEqual: true) = $0 { group } else { nil }
    }
  }

  private func inspect(_ world: World, against instant: Instant) -> Inspection {
    world.inspect(SmallEstate.both, against: instant, reader: reader)
  }

  @Test(arguments: ReplicationTests.modes)
  func aFailbackAfterAPowerOutageLosesNothing(mode: ReplicationPolicy.Mode) throws {
    var world = world([SmallEstate.replication(mode)])
    let group = try #require(world.protectionGroups.first)
    world.strike(SmallEstate.strike(.powerOutage, .site(SmallEstate.here), lasting: .hours(2)))
    #expect(failOver(&world, to: SmallEstate.there))
    world.goOn(reader: reader)
    let before = world.ledger.acknowledgedWrites(of: VolumeID(0))
    world.run(through: world.now + .hours(3))
    #expect(world.ledger.acknowledgedWrites(of: VolumeID(0)) > before + 50)
    #expect(reprotect(&world, [group]))
    #expect(move(&world, [group]))
    world.resume(SmallEstate.service)
    let inspection = inspect(world, against: world.now)
    #expect(inspection.isUsable && inspection.lostWrites == 0, "\(inspection)")
    #expect(world.site(of: SmallEstate.host) == SmallEstate.here && world.isUp(SmallEstate.service))
    #expect(reprotect(&world, [group]))
  }

  @Test func aSiteThatBurnedIsFilledAnewBeforeTheWayBack() throws {
    var world = world([SmallEstate.replication(.storage(.synchronous))])
    let group = try #require(world.protectionGroups.first)
    world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here)))
    #expect(failOver(&world, to: SmallEstate.there))
    world.goOn(reader: reader)
    world.run(through: world.now + .hours(3))
    world.restore(SmallEstate.here)
    let sent = world.metered.linkBytes[SmallEstate.link]
    #expect(reprotect(&world, [group]))
    #expect(world.metered.linkBytes[SmallEstate.link] - sent > .mebibytes(1))
    #expect(move(&world, [group]))
    world.resume(SmallEstate.service)
    let inspection = inspect(world, against: world.now)
    #expect(inspection.isUsable && inspection.lostWrites == 0, "\(inspection)")
  }

  @Test func whatTheOldPrimaryWroteAloneIsUndoneByTheResynchronization() throws {
    var world = world([SmallEstate.replication(.storage(.asynchronous))])
    let group = try #require(world.protectionGroups.first)
    world.strike(SmallEstate.strike(.linkFault, .link(SmallEstate.link), lasting: .hours(1)))
    world.run(through: world.now + .minutes(30))
    world.strike(SmallEstate.strike(.powerOutage, .site(SmallEstate.here), lasting: .hours(2)))
    #expect(failOver(&world, to: SmallEstate.there))
    world.goOn(reader: reader)
    world.run(through: world.now + .hours(4))
    #expect(reprotect(&world, [group]))
    #expect(world.replicationRecord(of: group).divergedPages > 0)
    #expect(move(&world, [group]))
    #expect(inspect(world, against: world.now).lostWrites == 0)
  }

  @Test func twoGroupsOfOneEstateFailOverTogether() {
    let policies = [
      SmallEstate.replication(.storage(.synchronous), of: [VolumeID(0)]),
      SmallEstate.replication(.hostIO(.synchronous), of: [VolumeID(1)]),
    ]
    var world = world(policies)
    #expect(world.standbySites == [SmallEstate.there])
    let outage = world.now
    world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here)))
    #expect(failOver(&world, to: SmallEstate.there))
    let inspection = inspect(world, against: outage)
    #expect(inspection.isUsable && inspection.lostWrites == 0, "\(inspection)")
  }

  @Test func aSiteThatLacksAVolumeCannotTakeOver() {
    let world = world([SmallEstate.replication(.storage(.synchronous), of: [VolumeID(0)])], minutes: 1)
    #expect(world.standbySites.isEmpty)
  }

  private static let threeSites = [
    SmallEstate.replication(.storage(.synchronous)),
    SmallEstate.replication(.storage(.asynchronous), to: SmallEstate.far),
  ]

  @Test func ofThreeSitesTheNearCopyLosesNothingAndTheFarOneFollowsIt() throws {
    var world = world(Self.threeSites)
    #expect(world.standbySites == [SmallEstate.there, SmallEstate.far])
    let outage = world.now
    world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here)))
    #expect(failOver(&world, to: SmallEstate.there))
    let inspection = inspect(world, against: outage)
    #expect(inspection.isUsable && inspection.lostWrites == 0, "\(inspection)")
    world.goOn(reader: reader)
    let far = try #require(world.protectionGroups(standingAt: SmallEstate.far).first)
    #expect(reprotect(&world, [far]))
    world.run(through: world.now + .hours(1))
    let second = world.now
    world.strike(SmallEstate.strike(.fire, .site(SmallEstate.there)))
    #expect(failOver(&world, to: SmallEstate.far))
    let again = inspect(world, against: second)
    #expect(again.isUsable && second - (again.earliestMissing ?? second) < .minutes(1), "\(again)")
    #expect(world.site(of: SmallEstate.host) == SmallEstate.far)
  }

  @Test func ofThreeSitesTheFarOneServesWhenBothNearOnesAreGone() {
    var world = world(Self.threeSites)
    let outage = world.now
    world.strike(SmallEstate.strike(.earthquake, .sites([SmallEstate.here, SmallEstate.there])))
    #expect(!world.canFailOver(to: SmallEstate.there))
    #expect(failOver(&world, to: SmallEstate.far))
    let inspection = inspect(world, against: outage)
    #expect(inspection.isUsable && outage - (inspection.earliestMissing ?? outage) < .minutes(1))
  }

  @Test func aPlannedMoveOfACopyThatIsNotInSyncDoesNotEnd() throws {
    var world = world([SmallEstate.replication(.storage(.asynchronous))])
    let group = try #require(world.protectionGroups.first)
    world.strike(SmallEstate.strike(.linkFault, .link(SmallEstate.link), lasting: .days(1)))
    world.run(through: world.now + .minutes(10))
    world.quiesce()
    world.startDraining(of: group)
    #expect(
      !wait(in: &world, for: [group], hours: 6) { if case .drained(let group) = $0 { group } else { nil } })
  }

  /// A service that goes on while another is restored: what its replication held back is neither lost nor out of order.
  @Test(arguments: ReplicationTests.modes)
  func givingUpReplicationLosesNothingOfAServiceThatGoesOn(mode: ReplicationPolicy.Mode) {
    // A write to a part of a volume that is not in the activity log waits until it is: the first one does.
    let volume = SmallEstate.world().schedules[0]
    let moments =
      (1...3).flatMap { write in
        [0, 200, 600].map { volume.issueInstant(ofWrite: write) + .microseconds($0) }
      }
      + (0..<12).map { SmallEstate.start + .minutes(30) + .milliseconds($0 * 517) }
    for (second, moment) in moments.enumerated() {
      var world = SmallEstate.world()
      world.protect(with: SmallEstate.replication(mode))
      world.run(through: moment)
      world.disableReplication()
      let given = world.now
      world.run(through: given + .minutes(2))
      let inspection = inspect(world, against: world.now)
      #expect(inspection.isUsable && inspection.lostWrites == 0, "after \(second): \(inspection)")
      let group = world.ledger.acknowledgedWrites(of: VolumeID(0))
      #expect(group > 0)
      #expect(world.ledger.acknowledgement(ofWrite: group, of: VolumeID(0)) > given)
    }
  }
}
