import Estate
import Replication
import Storage
import Testing
import Units

/// The effects of an impaired link or device on the copies, and their report.
@Suite struct LinkFaultTests {
  private let reader = StampReader()
  private static let synchronous: [ReplicationPolicy.Mode] = [
    .storage(.synchronous), .storage(.witnessedSynchronous), .hostIO(.synchronous),
  ]

  /// A world whose copies are in sync, metered from now on.
  private func world(
    _ mode: ReplicationPolicy.Mode, buffer: ByteCount = .mebibytes(1)
  ) -> World {
    var world = SmallEstate.world()
    var policy = SmallEstate.replication(mode)
    policy.heartbeat = .milliseconds(400)
    policy.bufferMaximum = buffer
    world.protect(with: policy)
    world.run(through: SmallEstate.start + .minutes(15))
    world.meterReplication(against: .minutes(1))
    return world
  }

  private func hamper(_ world: inout World, _ course: [Impairment], _ cause: Cause = .linkFault) {
    var strike = SmallEstate.strike(cause, .link(SmallEstate.link))
    if cause == .failSlow { strike.target = .device(SmallEstate.remoteArray) }
    strike.course = course
    world.strike(strike)
  }

  private func cut(_ time: Duration) -> [Impairment] {
    [Impairment(begin: .zero, end: time, effect: .down)]
  }

  private func flapping(down: Duration, up: Duration, times: Int64) -> [Impairment] {
    (0..<times).map { place in
      let begin = (down + up) * place
      return Impairment(begin: begin, end: begin + down, effect: .down)
    }
  }

  private func course(of world: World) throws -> ReplicationCourse {
    try #require(world.replicationCourses.first)
  }

  private func isClaimTrue(_ world: World) throws -> Bool {
    let pair = try #require(world.protectionGroups.first)
    let claimed = try #require(world.replicationLag(of: pair)).age(at: world.now)
    guard case .lag(let truth) = world.trueLag(of: pair, reader: reader) else { return true }
    return truth <= claimed
  }

  // MARK: The worked example

  @Test(arguments: [ReplicationPolicy.Mode.storage(.asynchronous), .storage(.synchronous)])
  func aCutOf29SecondsGoesOnAndOneOf31NeedsAResynchronisation(mode: ReplicationPolicy.Mode) throws {
    let trunk = world(mode)
    for moment in stride(from: Int64(0), to: 1_000, by: 90) {
      for (seconds, losses) in [(Int64(29), 0), (31, 1)] {
        var world = trunk
        world.run(through: world.now + .milliseconds(moment))
        hamper(&world, cut(.seconds(seconds)))
        world.run(through: world.now + .minutes(2))
        let course = try course(of: world)
        #expect(course.peerLosses == losses, "a cut of \(seconds) s after \(moment) ms")
        #expect(course.resynchronized.begun == losses && course.unprotected.count == losses)
      }
    }
  }

  @Test func whileALinkIsCutTheLagGrowsAsTimeDoes() throws {
    var world = world(.storage(.asynchronous))
    hamper(&world, cut(.minutes(10)))
    world.run(through: world.now + .minutes(10))
    let course = try course(of: world)
    let peak = try #require(course.peakLag)
    #expect(peak > .minutes(9) && peak <= .minutes(10) + .seconds(1))
    #expect(course.violations.count == 1)
    #expect(course.violations.total == peak - .minutes(1))
    #expect(course.lag.samples.max() == .lag(peak))
    #expect(course.unprotected.total >= .minutes(9) && course.unprotected.total <= .minutes(10))
    #expect(course.timeInRPO < .percent(20))
  }

  // MARK: A link that comes and goes

  @Test(arguments: synchronous)
  func aFlappingLinkNeverLosesAnAcknowledgedSynchronousWrite(mode: ReplicationPolicy.Mode) throws {
    var world = world(mode)
    let pair = try #require(world.protectionGroups.first)
    hamper(&world, flapping(down: .seconds(20), up: .seconds(40), times: 20))
    for _ in 0..<40 {
      world.run(through: world.now + .milliseconds(31_700))
      #expect(world.trueLag(of: pair, reader: reader) == .lag(.zero))
    }
    let course = try course(of: world)
    #expect(course.peerLosses == 0 && course.degradedAcknowledgements == 0)
    #expect(course.acknowledgements > 50)
  }

  @Test(arguments: ReplicationTests.modes)
  func noSourceEverClaimsLessLagThanThereIs(mode: ReplicationPolicy.Mode) throws {
    var world = world(mode)
    hamper(&world, flapping(down: .seconds(45), up: .seconds(20), times: 12))
    for _ in 0..<40 {
      world.run(through: world.now + .milliseconds(23_700))
      #expect(try isClaimTrue(world))
    }
  }

  // MARK: Overflow

  @Test func anOverflowIsSeenAndMendedByResendingNoMoreThanWasMarked() throws {
    var world = world(.storage(.asynchronous), buffer: .kibibytes(64))
    // More is written at once than the link carries in a second and the buffer holds.
    world.strike(SmallEstate.strike(.accidentalDeletion, .volumes(SmallEstate.both), share: .percent(60)))
    #expect(try course(of: world).overflows == 1)
    #expect(try course(of: world).unprotected.count == 1)
    world.run(through: world.now + .minutes(10))
    let course = try course(of: world)
    #expect(course.peerLosses == 0 && course.resynchronized.begun == 1)
    #expect(course.resynchronized.pagesSent > 0)
    #expect(course.resynchronized.pagesSent <= course.resynchronized.pagesMarked)
    let pair = try #require(world.protectionGroups.first)
    #expect(world.replicationRecord(of: pair).isProtected)
  }

  // MARK: Slow, not dead

  @Test func aSlowLinkMakesSynchronousWritesWaitAndLosesNone() throws {
    var world = world(.storage(.synchronous))
    let pair = try #require(world.protectionGroups.first)
    let before = world.ledger.acknowledgedWrites(of: VolumeID(0))
    hamper(
      &world,
      [Impairment(begin: .zero, end: .minutes(20), effect: .slow(rate: .one, latency: .seconds(2)))])
    world.run(through: world.now + .minutes(20))
    let after = world.ledger.acknowledgedWrites(of: VolumeID(0))
    #expect(after > before + 20)
    for number in (before + 2)...after {
      let issued = world.schedules[0].issueInstant(ofWrite: number)
      let wait = world.ledger.acknowledgement(ofWrite: number, of: VolumeID(0)) - issued
      #expect(wait >= .seconds(4))
    }
    #expect(world.trueLag(of: pair, reader: reader) == .lag(.zero))
    #expect(try course(of: world).degradedAcknowledgements == 0)
  }

  @Test func aSlowDeviceAtTheOtherSiteIsNoLostPeer() throws {
    var world = world(.storage(.synchronous))
    hamper(
      &world,
      [Impairment(begin: .zero, end: .minutes(20), effect: .slow(rate: .percent(1), latency: .seconds(1)))],
      .failSlow)
    world.run(through: world.now + .minutes(20))
    let course = try course(of: world)
    #expect(course.peerLosses == 0 && course.unprotected.count == 0)
    #expect(try #require(course.peakLag) >= .seconds(1))
    #expect(world.isUp(SmallEstate.service))
  }

  // MARK: What ends

  @Test func whatIsPartedFromAllOthersGoesOnAndIsProtectedAgain() throws {
    var world = world(.storage(.asynchronous))
    world.strike(
      SmallEstate.strike(.linkFault, .connections(of: SmallEstate.there), lasting: .minutes(5)))
    world.run(through: world.now + .minutes(5))
    #expect(world.isUp(SmallEstate.service))
    world.awaitProtection(since: world.now)
    #expect(world.isProtectionAwaited)
    while let occurrence = world.nextOccurrence(through: world.now + .minutes(10)) {
      if case .protectedAgain = occurrence { break }
    }
    #expect(!world.isProtectionAwaited)
    #expect(try course(of: world).unprotected.count == 1)
  }

  @Test func ofTwoFaultsOfOneLinkTheLongerOneHolds() throws {
    var world = world(.storage(.asynchronous))
    hamper(&world, cut(.minutes(10)))
    world.run(through: world.now + .minutes(1))
    hamper(&world, cut(.minutes(1)))
    world.run(through: world.now + .minutes(8))
    #expect(try #require(course(of: world).peakLag) > .minutes(8))
    world.run(through: world.now + .minutes(5))
    #expect(try isClaimTrue(world))
    let pair = try #require(world.protectionGroups.first)
    #expect(world.replicationRecord(of: pair).isProtected)
  }
}
