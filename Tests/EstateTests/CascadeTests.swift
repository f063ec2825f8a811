import Estate
import Replication
import Storage
import Testing
import Units

/// A sync pair nearby, whose copy feeds an async one far away: the far copy is as good as the way to it, and no better.
@Suite struct CascadeTests {
  private let reader = StampReader()
  private let near = PairID(0)
  private let far = PairID(1)
  private static let lineToFar = LinkID(1)
  private static let lineBetweenCopies = LinkID(2)

  static let nearModes: [ReplicationPolicy.Mode] = [
    .storage(.asynchronous), .storage(.memorySynchronous), .storage(.synchronous),
    .storage(.witnessedSynchronous), .storage(.strictSynchronous),
  ]
  static let farModes: [ReplicationPolicy.Mode] = [
    .storage(.asynchronous), .storage(.interval(.minutes(5))),
  ]

  private func world(
    _ mode: ReplicationPolicy.Mode = .storage(.synchronous),
    then farMode: ReplicationPolicy.Mode = .storage(.asynchronous), minutes: Int64 = 30
  ) -> World {
    var world = SmallEstate.world(days: 3)
    for policy in SmallEstate.cascade(mode, then: farMode) { world.protect(with: policy) }
    world.run(through: SmallEstate.start + .minutes(minutes))
    world.meterReplication(against: .minutes(1))
    return world
  }

  private func cut(_ world: inout World, _ link: LinkID, for time: Duration) {
    world.strike(SmallEstate.strike(.linkFault, .link(link), lasting: time))
  }

  private func slow(_ world: inout World, _ link: LinkID, _ rate: Ratio, adding latency: Duration) {
    var strike = SmallEstate.strike(.linkFault, .link(link))
    strike.course = [Impairment(begin: .zero, end: .days(1), effect: .slow(rate: rate, latency: latency))]
    world.strike(strike)
  }

  private func sent(_ world: World, over link: LinkID) -> ByteCount { world.metered.linkBytes[link] }

  private func wait(
    in world: inout World, for group: PairID, hours: Int64 = 12, until isDone: (Occurrence) -> PairID?
  ) -> Bool {
    let limit = world.now + .hours(hours)
    while let occurrence = world.nextOccurrence(through: limit) {
      if isDone(occurrence) == group { return true }
    }
    return false
  }

  private func failOver(_ world: inout World, to group: PairID) -> Bool {
    world.startFailover(of: group)
    let isDone = wait(in: &world, for: group) { if case .promoted(let group) = $0 { group } else { nil } }
    world.resume(SmallEstate.service)
    return isDone
  }

  private func reprotect(_ world: inout World, _ group: PairID) -> Bool {
    world.startReprotection(of: group)
    return wait(in: &world, for: group) { if case .protected(let group) = $0 { group } else { nil } }
  }

  /// A planned move; `false` when a step of it fails or the copies differ.
  private func move(_ world: inout World, _ group: PairID) -> Bool {
    world.quiesce()
    world.startDraining(of: group)
    guard wait(in: &world, for: group, until: { if case .drained(let group) = $0 { group } else { nil } })
    else { return false }
    world.startSwitchover(of: group)
    guard wait(in: &world, for: group, until: { if case .promoted(let group) = $0 { group } else { nil } })
    else { return false }
    world.startComparison(of: group)
    let isEqual = wait(in: &world, for: group) {
      if case .compared(let group, isEqual: true) = $0 { group } else { nil }
    }
    world.resume(SmallEstate.service)
    return isEqual
  }

  private func inspect(_ world: World, against instant: Instant) -> Inspection {
    world.inspect(SmallEstate.both, against: instant, reader: reader)
  }

  private func trueLag(_ world: World) -> World.TrueLag { world.trueLag(of: far, reader: reader) }

  private func isClaimTrue(_ world: World) -> Bool {
    guard let claimed = world.replicationLag(of: far)?.age(at: world.now),
      case .lag(let truth) = trueLag(world)
    else { return false }
    return truth <= claimed
  }

  // MARK: Feeding

  @Test(arguments: nearModes, farModes)
  func theFarCopyIsFedOverTheLinkOfTheTwoCopiesAlone(
    mode: ReplicationPolicy.Mode, farMode: ReplicationPolicy.Mode
  ) {
    var world = world(mode, then: farMode, minutes: 60)
    #expect(sent(world, over: Self.lineToFar) == .zero)
    #expect(sent(world, over: Self.lineBetweenCopies) > .mebibytes(1))
    #expect(world.standbySites == [SmallEstate.there, SmallEstate.far])
    let outage = world.now
    world.strike(SmallEstate.strike(.earthquake, .sites([SmallEstate.here, SmallEstate.there])))
    #expect(failOver(&world, to: far))
    let inspection = inspect(world, against: outage)
    let loss = outage - (inspection.earliestMissing ?? outage)
    #expect(inspection.isUsable && loss < (farMode == Self.farModes[0] ? .minutes(1) : .minutes(6)))
    #expect(world.site(of: SmallEstate.host) == SmallEstate.far && world.isUp(SmallEstate.service))
  }

  @Test func aSynchronousWriteDoesNotWaitForTheFarSite() {
    var world = world()
    slow(&world, Self.lineBetweenCopies, .one, adding: .seconds(2))
    world.run(through: world.now + .minutes(20))
    #expect(world.replicationRecord(of: near).longestWait < .seconds(1))
    #expect(world.replicationCourses[0].degradedAcknowledgements == 0)
    #expect(world.replicationCourses[0].acknowledgements > 100)
    #expect(isClaimTrue(world) && trueLag(world) < .lag(.minutes(1)))
  }

  @Test func atNoInstantTheFarCopyIsAStateThatNeverWas() {
    var world = world(.storage(.asynchronous))
    for _ in 0..<200 {
      world.run(through: world.now + .milliseconds(1_733))
      #expect(trueLag(world) < .lag(.minutes(1)))
      #expect(isClaimTrue(world))
    }
  }

  // MARK: What is cut

  @Test(arguments: farModes)
  func aFarCopyThatIsCutOffAgesAndCatchesUpFromWhatWasMarked(farMode: ReplicationPolicy.Mode) throws {
    var world = world(then: farMode)
    cut(&world, Self.lineBetweenCopies, for: .minutes(20))
    world.run(through: world.now + .minutes(20))
    #expect(trueLag(world) > .lag(.minutes(15)) && isClaimTrue(world))
    #expect(world.trueLag(of: near, reader: reader) == .lag(.zero))
    world.run(through: world.now + .minutes(20))
    #expect(trueLag(world) < .lag(.minutes(7)) && isClaimTrue(world))
    let course = world.replicationCourses[1]
    #expect(try #require(course.peakLag) > .minutes(19) && course.violations.count >= 1)
    #expect(course.resynchronized.pagesSent <= course.resynchronized.pagesMarked)
    // About 120 of 512 pages were written.
    #expect(course.resynchronized.pagesMarked < 150)
    #expect(world.replicationCourses[0].peerLosses == 0)
  }

  @Test func whileTheNearSiteHasNoPowerTheFarCopyIsBehindAndAfterwardsItCatchesUp() throws {
    var world = world()
    world.strike(SmallEstate.strike(.powerOutage, .site(SmallEstate.there), lasting: .minutes(20)))
    world.run(through: world.now + .minutes(19))
    #expect(world.canFailOver(to: SmallEstate.far) && !world.canFailOver(to: SmallEstate.there))
    #expect(trueLag(world) > .lag(.minutes(15)) && isClaimTrue(world))
    world.run(through: world.now + .minutes(1))
    world.awaitProtection(since: world.now)
    #expect(wait(in: &world, for: far) { if case .protectedAgain(let group) = $0 { group } else { nil } })
    #expect(trueLag(world) < .lag(.minutes(1)) && isClaimTrue(world))
    let course = world.replicationCourses[1]
    #expect(try #require(course.peakLag) >= .minutes(20))
    #expect(course.violations.count == 1 && course.unprotected.total >= .minutes(20))
  }

  /// The states of a near copy during its resynchronisation are never passed on.
  @Test(arguments: farModes)
  func whileTheNearCopyIsMadeUpForTheFarOneStaysAStateThatWas(farMode: ReplicationPolicy.Mode) throws {
    var world = world(.storage(.asynchronous), then: farMode)
    cut(&world, SmallEstate.link, for: .minutes(30))
    world.run(through: world.now + .minutes(30))
    slow(&world, SmallEstate.link, .percent(5), adding: .zero)
    var wasResynchronizing = 0
    for _ in 0..<120 {
      world.run(through: world.now + .seconds(1))
      if world.replicationRecord(of: near).state == .resynchronizing { wasResynchronizing += 1 }
      #expect(trueLag(world) != .unusable)
      #expect(isClaimTrue(world))
    }
    #expect(wasResynchronizing > 10)
    world.run(through: world.now + .minutes(40))
    #expect(trueLag(world) < .lag(.minutes(6)) && isClaimTrue(world))
  }

  @Test func noFarCopyIsClaimedBeforeTheNearOneIsThere() {
    var world = SmallEstate.world()
    for policy in SmallEstate.cascade(.storage(.synchronous), then: .storage(.asynchronous)) {
      world.protect(with: policy)
    }
    for _ in 0..<100 {
      world.run(through: world.now + .milliseconds(300))
      let lag = trueLag(world)
      if world.replicationRecord(of: far).isProtected {
        #expect(lag < .lag(.minutes(1)) && isClaimTrue(world))
      }
    }
    world.run(through: world.now + .minutes(5))
    #expect(world.replicationRecord(of: far).isProtected)
  }

  // MARK: Two disasters

  @Test func whenProductionIsLostAloneTheFarCopyStillCatchesUpWithTheNearOne() {
    var world = world()
    slow(&world, Self.lineBetweenCopies, .percent(1), adding: .zero)
    world.run(through: world.now + .minutes(30))
    let behind = trueLag(world)
    #expect(behind > .lag(.seconds(1)))
    let outage = world.now
    world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here)))
    world.run(through: world.now + .hours(1))
    world.strike(SmallEstate.strike(.fire, .site(SmallEstate.there)))
    #expect(failOver(&world, to: far))
    let inspection = inspect(world, against: outage)
    #expect(inspection.isUsable && inspection.lostWrites == 0, "\(inspection)")
  }

  @Test func whatServicesWriteAtTheNearSiteReachesTheFarOneWithoutAnInitialSynchronisation() {
    var world = world()
    let initial = sent(world, over: Self.lineBetweenCopies)
    let first = world.now
    world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here)))
    #expect(failOver(&world, to: near))
    #expect(inspect(world, against: first).lostWrites == 0)
    world.goOn(reader: reader)
    world.run(through: world.now + .hours(1))
    #expect(isClaimTrue(world))
    let issued = ByteCount(2 * 3_600 * 200)
    #expect(sent(world, over: Self.lineBetweenCopies) - initial < issued * 2)
    #expect(world.replicationRecord(of: far).isProtected)
    let second = world.now
    world.strike(SmallEstate.strike(.fire, .site(SmallEstate.there)))
    #expect(failOver(&world, to: far))
    let inspection = inspect(world, against: second)
    #expect(inspection.isUsable && second - (inspection.earliestMissing ?? second) < .minutes(1))
    #expect(world.ledger.acknowledgedWrites(of: VolumeID(0)) > 0)
  }

  // MARK: The way back

  @Test func backHomeTheNearSiteFeedsTheFarOneAgain() {
    var world = world()
    world.strike(SmallEstate.strike(.powerOutage, .site(SmallEstate.here), lasting: .hours(2)))
    #expect(failOver(&world, to: near))
    world.goOn(reader: reader)
    world.run(through: world.now + .hours(3))
    #expect(reprotect(&world, near))
    #expect(move(&world, near))
    #expect(inspect(world, against: world.now).lostWrites == 0)
    world.goOn(reader: reader)
    #expect(reprotect(&world, near))
    world.run(through: world.now + .hours(1))
    #expect(world.isFed(SmallEstate.far) && sent(world, over: Self.lineToFar) == .zero)
    #expect(isClaimTrue(world) && trueLag(world) < .lag(.minutes(1)))
    let outage = world.now
    world.strike(SmallEstate.strike(.earthquake, .sites([SmallEstate.here, SmallEstate.there])))
    #expect(failOver(&world, to: far))
    #expect(inspect(world, against: outage).isUsable)
  }

  @Test func whenTheFarSiteTakesOverTheNearOneFollowsItAndProductionIsFilledAnew() {
    var world = world()
    world.strike(SmallEstate.strike(.powerOutage, .site(SmallEstate.here), lasting: .hours(2)))
    world.run(through: world.now + .minutes(1))
    #expect(failOver(&world, to: far))
    #expect(inspect(world, against: world.now).lostWrites == 0)
    #expect(!world.isFed(SmallEstate.there))
    world.goOn(reader: reader)
    world.run(through: world.now + .hours(3))
    #expect(world.replicationRecord(of: near).isProtected)
    #expect(world.trueLag(of: near, reader: reader) < .lag(.minutes(1)))
    #expect(reprotect(&world, far))
    #expect(sent(world, over: Self.lineToFar) > .mebibytes(1))
    #expect(move(&world, far))
    #expect(inspect(world, against: world.now).lostWrites == 0)
    #expect(world.site(of: SmallEstate.host) == SmallEstate.here)
  }

  /// Whatever the near site was doing with a write when the far one took over, it goes on as a copy of that.
  @Test func aTakeoverByTheFarSiteLeavesNothingHangingAtTheNearOne() {
    let trunk = world(minutes: 10)
    let write = trunk.issuedWrites(of: VolumeID(0)) + 1
    let issued = trunk.schedules[0].issueInstant(ofWrite: write)
    for step in 0..<14 {
      var world = trunk
      world.run(through: issued + .milliseconds(42 + 2 * Int64(step)))
      world.strike(SmallEstate.strike(.powerOutage, .site(SmallEstate.here), lasting: .hours(2)))
      #expect(failOver(&world, to: far))
      world.goOn(reader: reader)
      world.run(through: world.now + .minutes(10))
      #expect(world.replicationRecord(of: near).isProtected, "step \(step)")
    }
  }

  @Test func whatACopyFedThatIsOutOfReachIsGivenUpWithIt() {
    var world = SmallEstate.world()
    var other = SmallEstate.replication(.storage(.asynchronous), to: SmallEstate.far)
    other.name = "other"
    for policy in SmallEstate.cascade(.storage(.synchronous), then: .storage(.asynchronous)) + [other] {
      world.protect(with: policy)
    }
    world.run(through: SmallEstate.start + .minutes(30))
    #expect(world.protectionGroups(standingAt: SmallEstate.far).count == 2)
    world.strike(SmallEstate.strike(.powerOutage, .site(SmallEstate.there), lasting: .hours(2)))
    world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here)))
    #expect(failOver(&world, to: PairID(2)))
    #expect(world.protectionGroups(standingAt: SmallEstate.far).isEmpty)
    #expect(world.protectionGroups(standingAt: SmallEstate.there).isEmpty)
  }

  /// Checked after every event: a side without an engine has no alarms.
  @Test func aPromotedCopyWithoutALinkToProductionLeavesNoAlarmBehind() {
    for mode in Self.farModes {
      var world = SmallEstate.world(isFarLinkedWithHere: false)
      for policy in SmallEstate.cascade(.storage(.asynchronous), then: mode) { world.protect(with: policy) }
      world.run(through: SmallEstate.start + .minutes(30))
      #expect(failOver(&world, to: far))
      world.checkInvariants()
      #expect(world.protectionGroups(standingAt: SmallEstate.here).isEmpty)
    }
  }

  @Test func aFarSiteWithoutALinkToProductionServesWithTheNearOneBehindIt() {
    var world = SmallEstate.world(isFarLinkedWithHere: false)
    for policy in SmallEstate.cascade(.storage(.synchronous), then: .storage(.asynchronous)) {
      world.protect(with: policy)
    }
    world.run(through: SmallEstate.start + .minutes(30))
    world.strike(SmallEstate.strike(.powerOutage, .site(SmallEstate.here), lasting: .hours(2)))
    world.run(through: world.now + .minutes(1))
    #expect(failOver(&world, to: far))
    #expect(inspect(world, against: world.now).lostWrites == 0)
    world.goOn(reader: reader)
    world.run(through: world.now + .hours(3))
    #expect(world.protectionGroups(standingAt: SmallEstate.here).isEmpty)
    #expect(world.standbySites == [SmallEstate.there])
    #expect(world.trueLag(of: near, reader: reader) == .lag(.zero))
  }

  @Test func aNearCopyThatIsMadeAnewFeedsTheFarOneAgain() {
    var world = world()
    world.strike(SmallEstate.strike(.fire, .site(SmallEstate.there)))
    world.run(through: world.now + .hours(1))
    #expect(isClaimTrue(world) && trueLag(world) > .lag(.minutes(55)))
    world.restore(SmallEstate.there)
    #expect(reprotect(&world, near))
    world.run(through: world.now + .minutes(30))
    #expect(isClaimTrue(world) && trueLag(world) < .lag(.minutes(1)))
    #expect(sent(world, over: Self.lineToFar) == .zero)
  }
}
