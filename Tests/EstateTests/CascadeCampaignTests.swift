import Estate
import Replication
import Storage
import Testing
import Units

/// Two copies in a row under random faults of both links and both sites: whatever happens the far copy is a state that was,
/// no older than is claimed, and when all is well again it holds what production holds.
@Suite struct CascadeCampaignTests {
  private static let (near, far) = (PairID(0), PairID(1))
  private let reader = StampReader()

  /// The draws of one seed.
  private struct Course {
    let seed: UInt64
    let modes: (near: ReplicationPolicy.Mode, far: ReplicationPolicy.Mode)
    var random: RandomStream
    var world: World

    init(seed: UInt64) {
      self.seed = seed
      random = RandomStream(seed: seed, stream: "cascade campaign")
      let nearModes: [ReplicationPolicy.Mode] = [
        .storage(.asynchronous), .storage(.memorySynchronous), .storage(.synchronous),
        .storage(.witnessedSynchronous),
      ]
      modes = (
        nearModes[Int(random.below(4))],
        random.below(3) == 0 ? .storage(.interval(.minutes(2))) : .storage(.asynchronous)
      )
      world = SmallEstate.world(
        seed: seed,
        flushInterval: random.below(2) == 0 ? .zero : .milliseconds(Int64(random.below(2_000)) + 1),
        days: 1, rate: .bytesPerSecond(Int64(random.below(3_000)) + 200))
      for policy in SmallEstate.cascade(modes.near, then: modes.far) { world.protect(with: policy) }
      world.run(through: SmallEstate.start + .minutes(30))
    }

    /// One of the faults that leave whoever serves whole, and perhaps another before it is over.
    mutating func strike(sparing site: SiteID) {
      let lasting = Duration.seconds(Int64(random.below(200)) + 1)
      let power = [SmallEstate.there, SmallEstate.far].filter { $0 != site }
      let target: Target =
        switch random.below(4) {
        case 0: .link(SmallEstate.link)
        case 1: .link(LinkID(2))
        default: .site(power[Int(random.below(UInt64(power.count)))])
        }
      let cause: Cause = if case .site = target { .powerOutage } else { .linkFault }
      world.strike(SmallEstate.strike(cause, target, lasting: lasting, seed: random.next()))
      let part = random.below(2) == 0 ? lasting : .seconds(Int64(random.below(30)))
      world.run(through: world.now + part + .milliseconds(Int64(random.below(60_000))))
    }
  }

  private func expectFarCopyIsAsClaimed(in world: World, _ course: Course) {
    guard world.canFailOver(to: SmallEstate.far) else { return }
    let truth = world.trueLag(of: Self.far, reader: reader)
    guard let claimed = world.replicationLag(of: Self.far)?.age(at: world.now) else { return }
    #expect(truth <= .lag(claimed), "seed \(course.seed), \(course.modes), at \(world.now)")
  }

  private func expectEqual(_ pair: PairID, in course: inout Course) {
    course.world.startComparison(of: pair)
    while let occurrence = course.world.nextOccurrence(through: course.world.now + .hours(1)) {
      if case .compared(pair, let isEqual) = occurrence {
        #expect(isEqual, "seed \(course.seed), \(course.modes)")
        return
      }
    }
    Issue.record("nobody compared")
  }

  private func settle(_ course: inout Course) {
    course.world.run(through: course.world.now + .minutes(15))
    course.world.quiesce()
    course.world.run(through: course.world.now + .minutes(10))
  }

  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func theFarCopyIsAStateThatWasAndComesToHoldEverything(seed: UInt64) {
    var course = Course(seed: seed)
    for _ in 0..<6 {
      course.strike(sparing: SmallEstate.here)
      expectFarCopyIsAsClaimed(in: course.world, course)
    }
    settle(&course)
    for pair in [Self.near, Self.far] { expectEqual(pair, in: &course) }
  }

  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func theFarCopyGoesOnBehindTheNearSiteWhenThatServes(seed: UInt64) {
    var course = Course(seed: seed)
    for _ in 0..<2 { course.strike(sparing: SmallEstate.here) }
    course.world.run(through: course.world.now + .minutes(6))
    course.world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here)))
    course.world.run(through: course.world.now + .milliseconds(Int64(course.random.below(5_000))))
    course.world.startFailover(of: Self.near)
    course.world.run(through: course.world.now + .seconds(2))
    course.world.resume(SmallEstate.service)
    course.world.goOn(reader: reader)
    for _ in 0..<3 {
      course.strike(sparing: SmallEstate.there)
      expectFarCopyIsAsClaimed(in: course.world, course)
    }
    settle(&course)
    let inspection = course.world.inspect(SmallEstate.both, against: course.world.now, reader: reader)
    #expect(inspection.isUsable && inspection.lostWrites == 0, "seed \(seed): \(inspection)")
    expectEqual(Self.far, in: &course)
  }
}
