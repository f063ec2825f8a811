import Database
import Estate
import Replication
import Storage
import Testing
import Units

/// The log of a real database, replicated to a standby: each mode keeps what it promised.
@Suite struct LogReplicationTests {
  static let modes: [ApplicationMode] = [
    .asynchronous, .semiSynchronous(timeout: .seconds(10), fallsBack: true), .synchronousFlush,
    .synchronousApply,
  ]
  private let reader = StampReader()

  private func acknowledged(_ world: World) -> Int {
    world.ledger.acknowledgedTransactions(of: SmallBank.bank)
  }

  @Test(arguments: modes)
  func aStandbyThatTakesOverHoldsAnExactPrefix(mode: ApplicationMode) throws {
    var trunk = try SmallBank.replicated(mode, minutes: 30)
    #expect(acknowledged(trunk) > 300)
    for place in 0..<25 {
      // Right behind an acknowledgement, when a promise that was given too early is not kept yet.
      let before = acknowledged(trunk)
      while acknowledged(trunk) == before { trunk.run(through: trunk.now + .milliseconds(1)) }
      var world = trunk
      world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here), seed: UInt64(place)))
      let inspection = try world.failOver(to: reader)
      #expect(inspection.isUsable, "\(inspection)")
      #expect(world.isUp(SmallEstate.service))
      if mode != .asynchronous { #expect(inspection.lostTransactions == 0, "\(place)") }
    }
  }

  @Test func asynchronousLosesExactlyTheAcknowledgedTransactionsThatTheStandbyHasNotMadeDurable() throws {
    var trunk = try SmallBank.replicated(.asynchronous, minutes: 30)
    var losses = 0
    for _ in 0..<400 {
      trunk.run(through: trunk.now + .milliseconds(17))
      let pair = try #require(trunk.protectionGroups.first)
      let held = try #require(trunk.standbyLogPosition(of: pair))
      guard held < acknowledged(trunk) else { continue }
      var world = trunk
      world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here)))
      let missing = acknowledged(world) - held
      let inspection = try world.failOver(to: reader)
      // A record that was on its way when the site burned still arrives, and no other does.
      #expect(inspection.isUsable && (0...missing).contains(inspection.lostTransactions))
      losses += inspection.lostTransactions
    }
    #expect(losses > 0)
  }

  @Test func asynchronousLosesEverythingSinceTheLinkWasCut() throws {
    var world = try SmallBank.replicated(.asynchronous, minutes: 30)
    let before = acknowledged(world)
    world.strike(SmallEstate.strike(.linkFault, .link(SmallEstate.link), lasting: .hours(1)))
    world.run(through: world.now + .minutes(20))
    #expect(world.isUp(SmallEstate.service))
    let cutOff = acknowledged(world)
    world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here)))
    let inspection = try world.failOver(to: reader)
    #expect(inspection.isUsable)
    #expect((cutOff - before - 1...cutOff - before + 1).contains(inspection.lostTransactions))
  }

  @Test func semiSynchronousFallsBackAfterItsTimeOutAndThatIsSeen() throws {
    var world = try SmallBank.replicated(
      .semiSynchronous(timeout: .seconds(60), fallsBack: true), minutes: 30)
    let pair = try #require(world.protectionGroups.first)
    #expect(world.replicationRecord(of: pair).isProtected)
    let before = acknowledged(world)
    world.strike(SmallEstate.strike(.linkFault, .link(SmallEstate.link), lasting: .minutes(10)))
    world.run(through: world.now + .seconds(55))
    #expect(acknowledged(world) <= before + 1, "commits wait for the standby")
    world.run(through: world.now + .minutes(5))
    let alone = world.replicationRecord(of: pair)
    #expect(acknowledged(world) > before + 50)
    #expect(alone.degraded > 50 && alone.state == .suspended(.peerLost) && !alone.isProtected)
    world.run(through: world.now + .minutes(10))
    let again = world.replicationRecord(of: pair)
    #expect(again.state == .replicating && again.unprotectedTime >= .minutes(8))
  }

  @Test(arguments: [
    ApplicationMode.synchronousFlush, .synchronousApply,
    .semiSynchronous(timeout: .seconds(10), fallsBack: false),
  ])
  func aModeThatNeverGoesOnAloneStopsTheService(mode: ApplicationMode) throws {
    var world = try SmallBank.replicated(mode, minutes: 30)
    let before = acknowledged(world)
    world.strike(SmallEstate.strike(.linkFault, .link(SmallEstate.link), lasting: .hours(1)))
    world.run(through: world.now + .minutes(5))
    #expect(!world.isUp(SmallEstate.service))
    #expect(acknowledged(world) <= before + 1)
  }

  @Test(arguments: modes)
  func aMistakeIsCopiedFaithfullyByTheLog(mode: ApplicationMode) throws {
    for dwell in [Duration.zero, .minutes(10)] {
      var world = try SmallBank.replicated(mode, minutes: 30)
      var strike = SmallEstate.strike(.accidentalDeletion, .volumes([SmallBank.data]))
      strike.dwell = dwell
      world.strike(strike)
      world.run(through: world.now + dwell + .minutes(1))
      let inspection = try world.failOver(to: reader)
      #expect(inspection.integrity == .refused("its balances do not add up"), "\(inspection)")
    }
  }

  @Test func whatAVirusDoesToTheBytesOfThePrimaryIsNotInTheLog() throws {
    var world = try SmallBank.replicated(.synchronousFlush, minutes: 30)
    world.strike(SmallEstate.strike(.virusAttack, .host(SmallEstate.host)))
    #expect(world.damagedPages(of: SmallEstate.service, reader: reader) > 0)
    let inspection = try world.failOver(to: reader)
    #expect(inspection.isUsable && inspection.lostTransactions == 0)
  }

  @Test func aStandbyWithoutPowerGoesOnWithWhatItHadMadeDurable() throws {
    var world = try SmallBank.replicated(.synchronousApply, minutes: 30)
    let pair = try #require(world.protectionGroups.first)
    world.strike(SmallEstate.strike(.powerOutage, .site(SmallEstate.there), lasting: .minutes(30)))
    world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here)))
    #expect(!world.canFailOver(to: SmallEstate.there))
    world.run(through: world.now + .minutes(31))
    let outage = SmallEstate.start + .minutes(30)
    world.startFailover(of: pair)
    while let occurrence = world.nextOccurrence(through: outage + .hours(2)) {
      if case .promoted = occurrence { break }
    }
    let inspection = world.inspect(SmallBank.both, against: outage, reader: reader)
    #expect(inspection.isUsable && inspection.lostTransactions == 0, "\(inspection)")
  }

  @Test(arguments: [Cause.powerOutage, .fire], modes)
  func theBankComesHomeWithoutLosingATransaction(cause: Cause, mode: ApplicationMode) throws {
    var world = try SmallBank.replicated(mode, minutes: 30)
    world.strike(SmallEstate.strike(cause, .site(SmallEstate.here), lasting: .minutes(40)))
    #expect(try world.failOver(to: reader).isUsable)
    world.goOn(reader: reader)
    let before = acknowledged(world)
    world.run(through: world.now + .minutes(60))
    #expect(acknowledged(world) > before + 500)
    if cause == .fire { world.restore(SmallEstate.here) }
    for step in 1..<3 {
      var branch = world
      try branch.comeHome(after: .milliseconds(Int64(step) * 307))
      let inspection = branch.inspect(SmallBank.both, against: branch.now, reader: reader)
      #expect(inspection.isUsable && inspection.lostTransactions == 0, "\(inspection)")
    }
    try world.comeHome()
    #expect(world.site(of: SmallEstate.host) == SmallEstate.here && world.isUp(SmallEstate.service))
    world.goOn(reader: reader)
    world.run(through: world.now + .minutes(10))
    #expect(acknowledged(world) > before + 600)
    let later = world.inspect(SmallBank.both, against: world.now, reader: reader)
    #expect(later.isUsable && later.lostTransactions == 0, "\(later)")
  }

  @Test func whatTheOldPrimaryCommittedAloneIsGoneWhenItIsAStandby() throws {
    var world = try SmallBank.replicated(.asynchronous, minutes: 30)
    world.strike(SmallEstate.strike(.linkFault, .link(SmallEstate.link), lasting: .minutes(20)))
    world.run(through: world.now + .minutes(10))
    world.strike(SmallEstate.strike(.powerOutage, .site(SmallEstate.here), lasting: .minutes(40)))
    #expect(try world.failOver(to: reader).lostTransactions > 100)
    world.goOn(reader: reader)
    world.run(through: world.now + .minutes(60))
    try world.comeHome()
    let inspection = world.inspect(SmallBank.both, against: world.now, reader: reader)
    #expect(inspection.isUsable && inspection.lostTransactions == 0, "\(inspection)")
  }

  @Test func theStandbysLagsAreMetered() throws {
    let world = try SmallBank.replicated(.asynchronous, minutes: 30)
    let pair = try #require(world.protectionGroups.first)
    let record = world.replicationRecord(of: pair)
    #expect(record.applyLagMaximum > .zero && record.applyLagMaximum < .seconds(30))
    #expect(record.extractLagMaximum <= record.applyLagMaximum)
    #expect(record.acknowledged == acknowledged(world))
    let lags = try #require(world.logLags(of: pair))
    #expect(lags.extract.bytes <= lags.apply.bytes)
  }

  @Test func commitsWaitForAStandbyThatCannotApplyAsFastAsItReceives() throws {
    var policy = SmallEstate.replication(.application(.asynchronous))
    let free = try SmallBank.world(minutes: 30) { $0.protect(with: policy) }
    policy.flowControl = .kibibytes(4)
    let held = try SmallBank.world { $0.protect(with: policy) }
    var slow = held
    slow.run(through: SmallEstate.start + .minutes(30))
    let pair = try #require(free.protectionGroups.first)
    #expect(slow.replicationRecord(of: pair).waited >= free.replicationRecord(of: pair).waited)
  }
}
