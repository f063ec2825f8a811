import Database
import Estate
import Replication
import Storage
import Testing
import Units

/// A real database in the world: whatever happens to its volumes, what comes back is an exact prefix of its transactions,
/// or is found out.
@Suite struct DatabaseWorldTests {
  private let reader = StampReader()

  private func inspect(_ world: World, against instant: Instant) -> Inspection {
    world.inspect(SmallBank.both, against: instant, reader: reader)
  }

  @Test func transactionsAreAcknowledgedWhenTheyAreDurable() throws {
    let world = try SmallBank.world(minutes: 60)
    let acknowledged = world.ledger.acknowledgedTransactions(of: SmallBank.bank)
    #expect((700...1_100).contains(acknowledged))
    let inspection = inspect(world, against: world.now)
    #expect(inspection.isUsable && inspection.lostTransactions == 0)
    for number in 1...acknowledged {
      let asked = try #require(world.askedInstant(ofTransaction: number, of: SmallBank.bank))
      #expect(world.ledger.acknowledgement(ofTransaction: number, of: SmallBank.bank) > asked)
    }
  }

  @Test func aServerThatFailsAtAnyMomentLosesNoAcknowledgedTransaction() throws {
    var trunk = try SmallBank.world(minutes: 30)
    for place in 0..<120 {
      trunk.run(through: trunk.now + .milliseconds(911))
      var world = trunk
      world.strike(
        SmallEstate.strike(.serverFailure, .host(SmallEstate.host), seed: UInt64(place)))
      world.replace(SmallEstate.host)
      world.resume(SmallEstate.service)
      let inspection = inspect(world, against: trunk.now)
      #expect(inspection.isUsable && inspection.lostTransactions == 0, "\(place): \(inspection)")
    }
  }

  @Test(arguments: ReplicationTests.modes)
  func aBlockCopyOfDataAndLogOpensAsAnExactPrefix(mode: ReplicationPolicy.Mode) throws {
    var trunk = try SmallBank.world { $0.protect(with: SmallEstate.replication(mode)) }
    for minute in stride(from: Int64(31), through: 59, by: 9) {
      trunk.run(through: SmallEstate.start + .minutes(minute) + .milliseconds(minute * 37))
      var world = trunk
      world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here)))
      let inspection = try world.failOver(to: reader)
      #expect(inspection.isUsable, "\(inspection)")
      if ReplicationTests.synchronous.contains(mode) { #expect(inspection.lostTransactions == 0) }
    }
    #expect(trunk.ledger.acknowledgedTransactions(of: SmallBank.bank) > 500)
  }

  @Test(arguments: ReplicationTests.modes)
  func aBankOnBlockCopiesComesHomeWithoutLosingATransaction(mode: ReplicationPolicy.Mode) throws {
    var world = try SmallBank.world(minutes: 40) { $0.protect(with: SmallEstate.replication(mode)) }
    world.strike(SmallEstate.strike(.powerOutage, .site(SmallEstate.here), lasting: .minutes(40)))
    #expect(try world.failOver(to: reader).isUsable)
    world.goOn(reader: reader)
    let before = world.ledger.acknowledgedTransactions(of: SmallBank.bank)
    world.run(through: world.now + .minutes(60))
    #expect(world.ledger.acknowledgedTransactions(of: SmallBank.bank) > before + 500)
    for step in 0..<3 {
      var branch = world
      try branch.comeHome(after: .milliseconds(Int64(step) * 307))
      let inspection = inspect(branch, against: branch.now)
      #expect(inspection.isUsable && inspection.lostTransactions == 0, "\(inspection)")
    }
  }

  @Test func aBackupOfTheDatabaseRestoresToAnExactPrefix() throws {
    let policy = try SmallEstate.backups("FREQ=MINUTELY;INTERVAL=10")
    var world = try SmallBank.world(minutes: 65) { $0.protect(with: policy) }
    world.strike(SmallEstate.strike(.arrayFailure, .device(SmallEstate.array)))
    let outage = world.now
    world.replace(SmallEstate.array)
    let option = try #require(world.recoveryOptions(for: SmallEstate.service).last)
    _ = world.startRestore(of: SmallEstate.service, from: option)
    var ending: RestoreEnding?
    while ending == nil, let occurrence = world.nextOccurrence(through: outage + .hours(2)) {
      if case .restored(_, let end) = occurrence { ending = end }
    }
    #expect(ending == .complete)
    world.resume(SmallEstate.service)
    let inspection = inspect(world, against: outage)
    #expect(inspection.isUsable, "\(inspection)")
    let lost =
      world.ledger.transactions(of: SmallBank.bank, acknowledgedBefore: outage)
      - world.ledger.transactions(of: SmallBank.bank, acknowledgedBefore: option.instant)
    #expect((lost...(lost + 1)).contains(inspection.lostTransactions))
    #expect((inspection.earliestMissing ?? outage) >= option.instant)
  }

  @Test(arguments: [Cause.virusAttack, .vaultAttack, .accidentalDeletion, .applicationUpdateError])
  func damageIsFoundByWhoeverLooks(cause: Cause) throws {
    for place in 0..<8 {
      var world = try SmallBank.world(minutes: 20 + Int64(place))
      #expect(world.damagedPages(of: SmallEstate.service, reader: reader) == 0)
      let target: Target =
        cause == .vaultAttack
        ? .volumesAndVaults(SmallBank.both, credentials: "backup-admin") : .volumes(SmallBank.both)
      world.strike(SmallEstate.strike(cause, target, share: .percent(5), seed: UInt64(place)))
      #expect(world.damagedPages(of: SmallEstate.service, reader: reader) > 0, "\(cause) \(place)")
      #expect(!inspect(world, against: world.now).isUsable)
    }
  }

  @Test func aMistakeThatNobodyNoticesIsFollowedByTransactionsThatAreAcknowledged() throws {
    var world = try SmallBank.world(minutes: 30)
    var strike = SmallEstate.strike(.accidentalDeletion, .volumes([SmallBank.data]))
    strike.dwell = .minutes(20)
    let before = world.ledger.acknowledgedTransactions(of: SmallBank.bank)
    world.strike(strike)
    world.run(through: world.now + .minutes(19))
    #expect(world.isUp(SmallEstate.service))
    #expect(world.ledger.acknowledgedTransactions(of: SmallBank.bank) > before + 200)
    #expect(world.damagedPages(of: SmallEstate.service, reader: reader) > 0)
    let verdict = DatabaseImage(data: world.volumes[0].image, log: world.volumes[1].image)
      .verdict(against: try SmallBank.history())
    #expect(verdict.refusal == nil && verdict.damage.isEmpty && !verdict.keepsTotal, "\(verdict)")
    world.run(through: world.now + .minutes(2))
    #expect(!world.isUp(SmallEstate.service))
  }

  @Test func equalWorldsOfDatabasesTakeEqualCourses() throws {
    let a = try SmallBank.replicated(.synchronousApply, minutes: 30)
    let b = try SmallBank.replicated(.synchronousApply, minutes: 30)
    #expect(a.trace == b.trace)
    #expect(a.metered == b.metered)
  }
}
