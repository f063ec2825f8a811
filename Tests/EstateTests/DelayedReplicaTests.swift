import Database
import Estate
import Replication
import Storage
import Testing
import Units

/// A standby that applies the log of a real database with a delay.
@Suite struct DelayedReplicaTests {
  private static let delay = Duration.minutes(20)
  private let reader = StampReader()

  private func delayed(
    _ mode: ApplicationMode = .synchronousFlush, minutes: Int64 = 60
  ) throws -> World {
    try SmallBank.world(minutes: minutes) { world in
      var policy = SmallEstate.replication(.application(mode))
      policy.applyDelay = Self.delay
      world.protect(with: policy)
    }
  }

  private func deletion(unnoticedFor dwell: Duration) -> Strike {
    var strike = SmallEstate.strike(.accidentalDeletion, .volumes([SmallBank.data]))
    strike.dwell = dwell
    return strike
  }

  private func promote(
    _ world: inout World, _ start: (inout World, PairID) -> Void
  ) throws -> (refused: Bool, time: Duration) {
    let pair = try #require(world.protectionGroups.first)
    let begin = world.now
    start(&world, pair)
    while let occurrence = world.nextOccurrence(through: begin + .hours(2)) {
      switch occurrence {
      case .promoted: return (false, world.now - begin)
      case .promotionRefused: return (true, world.now - begin)
      default: break
      }
    }
    Issue.record("nothing came of the promotion")
    return (true, .zero)
  }

  @Test func aReplayThatStopsBeforeAMistakeLosesTheTransactionsBehindItAndNoOther() throws {
    for dwell in [Duration.zero, .minutes(5), .minutes(19)] {
      var world = try delayed()
      let (struck, before) = (world.now, world.ledger.acknowledgedTransactions(of: SmallBank.bank))
      world.strike(deletion(unnoticedFor: dwell))
      world.run(through: struck + dwell)
      let outage = world.now
      let acknowledged = world.ledger.acknowledgedTransactions(of: SmallBank.bank)
      #expect(
        world.canStopBeforeMistake(in: SmallEstate.service, at: SmallEstate.there, pausingAt: outage))
      world.pauseReplay(at: SmallEstate.there)
      world.run(through: outage + .minutes(30))
      let promotion = try promote(&world) { $0.startFailoverBeforeMistake(of: $1) }
      #expect(!promotion.refused)
      let inspection = world.inspect(SmallBank.both, against: outage, reader: reader)
      #expect(inspection.isUsable, "\(inspection)")
      // One transaction can be at work when the mistake is made.
      #expect((acknowledged - before - 1...acknowledged - before).contains(inspection.lostTransactions))
      // Real transactions up to the mistake are in the log before it.
      #expect(inspection.missingSince.map { $0 >= struck } ?? true)
    }
  }

  /// As PostgreSQL does, whose promotion applies what is pending whatever its delay.
  @Test func aMerePromotionAppliesThePendingMistake() throws {
    var world = try delayed()
    world.strike(deletion(unnoticedFor: .minutes(5)))
    world.run(through: world.now + .minutes(6))
    world.pauseReplay(at: SmallEstate.there)
    _ = try promote(&world) { $0.startFailover(of: $1) }
    let inspection = world.inspect(SmallBank.both, against: world.now, reader: reader)
    #expect(inspection.integrity == .refused("its balances do not add up"), "\(inspection)")
  }

  @Test func aMistakeNoticedAfterTheDelayHasBeenAppliedAndThePromotionIsRefused() throws {
    var world = try delayed()
    world.strike(deletion(unnoticedFor: Self.delay + .seconds(30)))
    world.run(through: world.now + Self.delay + .seconds(30))
    #expect(
      !world.canStopBeforeMistake(in: SmallEstate.service, at: SmallEstate.there, pausingAt: world.now))
    #expect(try promote(&world) { $0.startFailoverBeforeMistake(of: $1) }.refused)
  }

  @Test func peopleWhoPauseTooLateAreForeseen() throws {
    var world = try delayed()
    let struck = world.now
    world.strike(deletion(unnoticedFor: .zero))
    for (late, isInTime) in [(Self.delay - .seconds(1), true), (Self.delay + .seconds(2), false)] {
      var branch = world
      #expect(
        branch.canStopBeforeMistake(
          in: SmallEstate.service, at: SmallEstate.there, pausingAt: struck + late) == isInTime)
      branch.run(through: struck + late)
      branch.pauseReplay(at: SmallEstate.there)
      #expect(try promote(&branch) { $0.startFailoverBeforeMistake(of: $1) }.refused == !isInTime)
    }
  }

  @Test(arguments: [ApplicationMode.asynchronous, .synchronousFlush])
  func aFailoverReplaysEverythingReceivedAndLosesNoMoreThanWithoutADelay(mode: ApplicationMode) throws {
    var late = try delayed(mode)
    var prompt = try SmallBank.replicated(mode, minutes: 60)
    var times: [Duration] = []
    for index in 0..<2 {
      var world = index == 0 ? late : prompt
      world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here)))
      let outage = world.now
      times.append(try promote(&world) { $0.startFailover(of: $1) }.time)
      let inspection = world.inspect(SmallBank.both, against: outage, reader: reader)
      #expect(inspection.isUsable && inspection.lostTransactions <= 1, "\(inspection)")
      if index == 0 { late = world } else { prompt = world }
    }
    // 20 min of a transaction every four seconds: each is written in 1 ms and some pages of 4 KiB at 1 MB/s.
    let pending = Int64(20 * 60 / 4)
    #expect(times[0] > times[1] + .milliseconds(5) * (pending / 2))
    #expect(times[0] < times[1] + .milliseconds(100) * (pending * 2))
  }

  @Test func theBankComesHomeFromADelayedStandbyAndIsProtectedByOneAgain() throws {
    var world = try delayed(minutes: 30)
    world.strike(SmallEstate.strike(.powerOutage, .site(SmallEstate.here), lasting: .minutes(40)))
    _ = try promote(&world) { $0.startFailover(of: $1) }
    world.resume(SmallEstate.service)
    world.goOn(reader: reader)
    world.run(through: world.now + .minutes(60))
    try world.comeHome()
    #expect(world.site(of: SmallEstate.host) == SmallEstate.here)
    let inspection = world.inspect(SmallBank.both, against: world.now, reader: reader)
    #expect(inspection.isUsable && inspection.lostTransactions == 0, "\(inspection)")
    world.goOn(reader: reader)
    world.run(through: world.now + .minutes(30))
    let outage = world.now
    world.strike(deletion(unnoticedFor: .minutes(5)))
    world.run(through: outage + .minutes(5))
    world.pauseReplay(at: SmallEstate.there)
    #expect(try !promote(&world) { $0.startFailoverBeforeMistake(of: $1) }.refused)
    #expect(world.inspect(SmallBank.both, against: outage, reader: reader).isUsable)
  }
}
