import Estate
import Replication
import Storage
import Testing
import Units

/// The witness of a synchronous group: a third site that is told of an outdated copy before the source serves alone.
@Suite struct WitnessTests {
  private let reader = StampReader()
  /// The longest time for which a write of the small estate waits to be issued again.
  private static let settled = Duration.minutes(5)

  /// A watched world with a witnessed copy in sync.
  private func world(tolerance: Duration) -> World {
    var world = SmallEstate.world()
    var policy = SmallEstate.replication(.storage(.witnessedSynchronous))
    (policy.heartbeat, policy.tolerance) = (.milliseconds(400), tolerance)
    world.protect(with: policy)
    world.run(through: SmallEstate.start + .minutes(30))
    world.startWatch(
      WatchPolicy(
        standby: SmallEstate.there, witness: SmallEstate.far, heartbeat: .seconds(1), misses: 5))
    return world
  }

  /// Runs until an occurrence, for at most an hour; returns whether it occurred.
  private func run(_ world: inout World, until isSought: (Occurrence) -> Bool) -> Bool {
    let limit = world.now + .hours(1)
    while let occurrence = world.nextOccurrence(through: limit) {
      if isSought(occurrence) { return true }
    }
    return false
  }

  private func cut(_ world: inout World, _ target: Target) {
    world.strike(SmallEstate.strike(.linkFault, target, lasting: .hours(2)))
  }

  @Test func anOutdatedCopyDoesNotTakeOverByItself() {
    var world = world(tolerance: .seconds(2))
    cut(&world, .link(SmallEstate.link))
    world.run(through: world.now + Self.settled)
    #expect(!world.hasOutageAhead)
    world.strike(SmallEstate.strike(.serverFailure, .host(SmallEstate.host)))
    var tookOver = false
    let isLeftToPeople = run(&world) {
      if case .productionIsLost = $0 { tookOver = true }
      if case .copyIsOutdated(SmallEstate.there) = $0 { return true }
      return false
    }
    #expect(isLeftToPeople && !tookOver)
  }

  @Test func aCopyThatIsInSyncAgainTakesOver() {
    var world = world(tolerance: .seconds(2))
    world.strike(
      SmallEstate.strike(.linkFault, .link(SmallEstate.link), lasting: .seconds(30)))
    world.run(through: world.now + .minutes(10))
    world.strike(SmallEstate.strike(.serverFailure, .host(SmallEstate.host)))
    let isLost = run(&world) {
      if case .productionIsLost(SmallEstate.there) = $0 { true } else { false }
    }
    #expect(isLost)
  }

  /// For the seconds between its tolerance and the end of its lease it would otherwise acknowledge writes that the takeover loses.
  @Test func aSourceThatCannotReachItsWitnessAcknowledgesNothingAlone() throws {
    // A second before a write, so that one is due while the source is alone on its lease.
    var world = world(tolerance: .seconds(1))
    let next = world.schedules[0].writeCount(through: world.now) + 1
    world.run(through: world.schedules[0].issueInstant(ofWrite: next) - .seconds(2))
    cut(&world, .connections(of: SmallEstate.here))
    let isLost = run(&world) {
      if case .productionIsLost(SmallEstate.there) = $0 { true } else { false }
    }
    #expect(isLost)
    let group = try #require(world.protectionGroups(standingAt: SmallEstate.there).first)
    let outage = world.now
    world.startFailover(of: group)
    let isPromoted = run(&world) { if case .promoted = $0 { true } else { false } }
    #expect(isPromoted)
    let inspection = world.inspect(SmallEstate.both, against: outage, reader: reader)
    #expect(inspection.isUsable && inspection.lostWrites == 0)
  }
}
