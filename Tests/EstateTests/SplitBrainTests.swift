import Estate
import Replication
import Storage
import Testing
import Units

/// A standby site that takes over by itself: what it tells apart, and what two sites that both serve lose.
@Suite struct SplitBrainTests {
  private let reader = StampReader()
  private static let second = Duration.seconds(1)
  /// A second before a write, so that one is under way when the other site is promoted.
  private let cutAt: Instant = {
    let schedule = SmallEstate.world().schedules[0]
    let next = schedule.writeCount(through: SmallEstate.start + .minutes(30)) + 1
    return schedule.issueInstant(ofWrite: next) - .seconds(1)
  }()

  private func watch(witness: SiteID? = nil) -> WatchPolicy {
    WatchPolicy(standby: SmallEstate.there, witness: witness, heartbeat: Self.second, misses: 5)
  }

  /// Watched, with a copy in sync, at the instant of the strike.
  private func world(
    _ mode: ReplicationPolicy.Mode = .storage(.asynchronous), witness: SiteID? = nil
  ) -> World {
    var world = SmallEstate.world()
    var policy = SmallEstate.replication(mode)
    policy.heartbeat = .milliseconds(400)
    world.protect(with: policy)
    world.run(through: cutAt)
    world.startWatch(watch(witness: witness))
    return world
  }

  private func cut(_ world: inout World, _ target: Target = .link(SmallEstate.link), for time: Duration) {
    world.strike(SmallEstate.strike(.linkFault, target, lasting: time))
  }

  /// The instant of the first wanted occurrence; `nil` without one within a time.
  private func wait(
    in world: inout World, for time: Duration = .hours(1), _ isSought: (Occurrence) -> Bool
  ) -> Instant? {
    let limit = world.now + time
    while let occurrence = world.nextOccurrence(through: limit) {
      if isSought(occurrence) { return world.now }
    }
    return nil
  }

  private func isLoss(_ occurrence: Occurrence) -> Bool {
    if case .productionIsLost(SmallEstate.there) = occurrence { true } else { false }
  }

  /// Two sites serve from the promotion until the link heals; the new address is known after a minute.
  private func part(_ world: inout World, for time: Duration, share: Ratio) throws -> Inspection {
    cut(&world, for: time)
    _ = try #require(wait(in: &world, isLoss))
    let group = try #require(world.protectionGroups(standingAt: SmallEstate.there).first)
    world.startUnfencedFailover(of: group)
    _ = try #require(wait(in: &world) { if case .promoted = $0 { true } else { false } })
    #expect(world.isApart(group))
    #expect(world.divide(group, share: share, reader: reader) == .consistent)
    world.run(through: world.now + .minutes(1))
    world.leadClientsToNewSite()
    let end = try #require(wait(in: &world) { if case .oldPrimaryIsFenced = $0 { true } else { false } })
    #expect(!world.isApart(group) && end >= cutAt + time)
    return world.inspect(SmallEstate.both, against: end, reader: reader)
  }

  /// People may resume the services while the old primary is still cut off.
  @Test func anOldPrimaryThatStillServesIsFencedAlsoAfterTheServicesHaveResumed() throws {
    var world = world()
    cut(&world, for: .minutes(20))
    _ = try #require(wait(in: &world, isLoss))
    let group = try #require(world.protectionGroups(standingAt: SmallEstate.there).first)
    world.startUnfencedFailover(of: group)
    _ = try #require(wait(in: &world) { if case .promoted = $0 { true } else { false } })
    world.goOn(reader: reader)
    #expect(world.isApart(group) && world.lastSplitBrain?.end == nil)
    let end = try #require(wait(in: &world) { if case .oldPrimaryIsFenced = $0 { true } else { false } })
    #expect(!world.isApart(group) && end >= cutAt + .minutes(20))
    #expect(world.lastSplitBrain?.end == end)
    world.goOn(reader: reader)
    #expect(world.lastSplitBrain == nil)
  }

  @Test func aStandbySiteThatAsksNobodyTakesACutLinkForADeadSite() throws {
    var world = world()
    cut(&world, for: .minutes(10))
    let alarm = try #require(wait(in: &world, isLoss))
    #expect(alarm > cutAt + .seconds(4) && alarm <= cutAt + .seconds(6))
    #expect(!world.hasOutageAhead)
  }

  @Test func aCutThatIsShorterThanItsPatienceAlarmsNobody() {
    var world = world()
    cut(&world, for: .milliseconds(3_500))
    #expect(wait(in: &world, isLoss) == nil)
  }

  @Test func aLostHostIsNoticedWithinItsPatienceAndAHeartbeat() throws {
    var world = world(witness: SmallEstate.far)
    world.strike(SmallEstate.strike(.serverFailure, .host(SmallEstate.host)))
    let alarm = try #require(wait(in: &world, isLoss))
    // With a witness one heartbeat more: it has to tell.
    #expect(alarm > cutAt + .seconds(4) && alarm <= cutAt + .seconds(7))
  }

  @Test func aWitnessTellsACutLinkFromADeadSite() {
    var world = world(witness: SmallEstate.far)
    cut(&world, for: .minutes(10))
    #expect(wait(in: &world, isLoss) == nil)
    #expect(world.falseAlarms == 1)
    #expect(!world.hasOutageAhead)
  }

  /// Production cannot know whether another site takes over, so it stops before one may.
  @Test func aProductionThatHearsNobodyStopsBeforeTheStandbySiteTakesOver() throws {
    var world = world(witness: SmallEstate.far)
    cut(&world, .connections(of: SmallEstate.here), for: .minutes(10))
    let stop = try #require(wait(in: &world) { if case .outage = $0 { true } else { false } })
    #expect(world.hasProductionGivenUp)
    let alarm = try #require(wait(in: &world, isLoss))
    #expect(cutAt + .seconds(4) < stop && stop <= alarm && alarm <= cutAt + .seconds(8))
    let group = try #require(world.protectionGroups(standingAt: SmallEstate.there).first)
    let acknowledged = SmallEstate.both.map { world.ledger.acknowledgedWrites(of: $0) }
    world.startFailover(of: group)
    _ = try #require(wait(in: &world) { if case .promoted = $0 { true } else { false } })
    #expect(!world.isApart(group))
    #expect(SmallEstate.both.map { world.ledger.acknowledgedWrites(of: $0) } == acknowledged)
  }

  @Test func aStandbySiteThatIsCutOffItselfDoesNotTakeOver() throws {
    var world = world(witness: SmallEstate.far)
    cut(&world, .connections(of: SmallEstate.there), for: .minutes(10))
    let noticed = wait(in: &world) { if case .quorumIsLost = $0 { true } else { false } }
    #expect(try #require(noticed) <= cutAt + .seconds(6))
    #expect(!world.hasOutageAhead)
  }

  /// Every write that the site which was left acknowledged is either overwritten by a later one or lost.
  @Test(arguments: [Ratio.zero, .percent(50)])
  func whatTheSiteThatWasLeftAcknowledgedApartIsLost(share: Ratio) throws {
    var world = world()
    let inspection = try part(&world, for: .minutes(20), share: share)
    #expect(inspection.isUsable)
    #expect(inspection.lostWrites > 0 && inspection.lostWrites <= world.writesAcknowledgedApart + 5)
    let first = try #require(inspection.earliestMissing)
    #expect(first > cutAt - .seconds(5) && first < cutAt + .minutes(2))
  }

  /// With nobody at the old site the loss ends when the new address is known.
  @Test func whoFollowsTheNewAddressLosesNothing() throws {
    var all = world()
    var none = all
    let followed = try part(&all, for: .minutes(20), share: .one)
    let stayed = try part(&none, for: .minutes(20), share: .zero)
    #expect(followed.isUsable && stayed.isUsable)
    #expect(followed.lostWrites * 5 < stayed.lostWrites)
    #expect(all.writesAcknowledgedApart * 5 < none.writesAcknowledgedApart)
  }

  /// A synchronous source acknowledges nothing alone until its tolerance is over: 30 s after it last heard the other side,
  /// which speaks every 400 ms.
  @Test func aSynchronousSourceDivergesOnlyOnceItGoesOnAlone() throws {
    var short = world(.storage(.synchronous))
    var long = short
    #expect(try part(&short, for: .seconds(20), share: .percent(50)).lostWrites == 0)
    // Production's hosts still waited for their own writes: the site that took over goes on.
    let goesOn = short.isUp(SmallEstate.service)
    #expect(goesOn)
    let inspection = try part(&long, for: .minutes(5), share: .percent(50))
    #expect(try #require(inspection.earliestMissing) >= cutAt + .seconds(29))
  }

  /// The older term becomes the copy of the newer one, and what it had alone is overwritten and counted.
  @Test(arguments: [
    ReplicationPolicy.Mode.storage(.asynchronous), .hostIO(.asynchronous(checkpointInterval: .seconds(5))),
  ])
  func afterwardsBothSitesHoldTheSame(mode: ReplicationPolicy.Mode) throws {
    var world = world(mode)
    _ = try part(&world, for: .minutes(5), share: .percent(50))
    let group = try #require(world.protectionGroups.first)
    world.startReprotection(of: group)
    _ = try #require(wait(in: &world) { if case .protected = $0 { true } else { false } })
    #expect(world.replicationRecord(of: group).divergedPages > 0)
    world.quiesce()
    world.startDraining(of: group)
    _ = try #require(wait(in: &world) { if case .drained = $0 { true } else { false } })
    world.startSwitchover(of: group)
    _ = try #require(wait(in: &world) { if case .promoted = $0 { true } else { false } })
    world.startComparison(of: group)
    let isEqual = wait(in: &world) { if case .compared(_, isEqual: true) = $0 { true } else { false } }
    #expect(isEqual != nil)
  }

  @Test func aClientOfTheSiteThatWasLeftIsRefusedOnceThatKnows() throws {
    var world = world()
    _ = try part(&world, for: .minutes(5), share: .zero)
    let before = (
      acknowledged: world.writesAcknowledgedApart, issued: SmallEstate.both.map(world.issuedWrites)
    )
    world.run(through: world.now + .minutes(30))
    #expect(world.writesAcknowledgedApart == before.acknowledged)
    #expect(SmallEstate.both.map(world.issuedWrites) == before.issued)
  }
}
