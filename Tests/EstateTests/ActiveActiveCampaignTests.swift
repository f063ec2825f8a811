import Estate
import Replication
import Storage
import Testing
import Units

/// Both sites serve, whatever the link and the second site's power do: nothing that can be kept is lost, what was promised
/// holds, and the copies converge.
@Suite struct ActiveActiveCampaignTests {
  private static let pair = PairID(0)
  private let reader = StampReader()

  /// The draws of one seed.
  private struct Course {
    let seed: UInt64
    let mode: ActiveActiveMode
    var random: RandomStream
    var world: World

    init(seed: UInt64) {
      self.seed = seed
      random = RandomStream(seed: seed, stream: "active campaign")
      mode = ActiveActiveMode(
        acknowledgement: random.below(2) == 0 ? .local : .peer,
        share: .percent(Int64(random.below(80)) + 10))
      world = SmallEstate.world(
        seed: seed,
        flushInterval: random.below(2) == 0 ? .zero : .milliseconds(Int64(random.below(2_000)) + 1),
        days: 1, rate: .bytesPerSecond(Int64(random.below(6_000)) + 500))
      world.protect(with: SmallEstate.replication(.activeActive(mode)))
      world.run(through: SmallEstate.start + .minutes(5))
    }

    /// One of the faults that leave production whole, and some time.
    mutating func strike(powerToo: Bool) {
      let lasting = Duration.seconds(Int64(random.below(200)) + 1)
      let isPower = powerToo && random.below(3) == 0
      world.strike(
        isPower
          ? SmallEstate.strike(.powerOutage, .site(SmallEstate.there), lasting: lasting, seed: seed)
          : SmallEstate.strike(.linkFault, .link(SmallEstate.link), lasting: lasting, seed: seed))
      world.run(through: world.now + lasting + .milliseconds(Int64(random.below(60_000))))
    }

    mutating func settle() {
      world.run(through: world.now + .minutes(5))
      world.quiesce()
      world.run(through: world.now + .minutes(5))
    }
  }

  private func pagesWritten(in world: World) -> Int {
    SmallEstate.both.reduce(0) { sum, id in
      let schedule = world.schedules[id]
      let pages = (1...max(1, world.issuedWrites(of: id))).flatMap { Array(schedule.pages(ofWrite: $0)) }
      return sum + Set(pages).count
    }
  }

  /// Every conflict leaves a version behind that nobody follows on: as many as there are beside the last of each page.
  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func conflictsAreCountedAsTheDescentOfThePagesSays(seed: UInt64) {
    var course = Course(seed: seed)
    for _ in 0..<6 { course.strike(powerToo: false) }
    course.settle()
    let record = course.world.replicationRecord(of: Self.pair)
    let leftOver =
      SmallEstate.both.reduce(0) { $0 + course.world.lastVersions(of: $1) } - pagesWritten(in: course.world)
    #expect(record.conflicts == leftOver, "\(course.mode)")
    #expect(record.isProtected)
    expectNothingLost(in: course.world)
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func theSitesConvergeAndNothingIsLost(seed: UInt64) {
    var course = Course(seed: seed)
    for _ in 0..<6 { course.strike(powerToo: true) }
    course.settle()
    #expect(course.world.replicationRecord(of: Self.pair).isProtected)
    expectNothingLost(in: course.world)
    course.world.startComparison(of: Self.pair)
    while let occurrence = course.world.nextOccurrence(through: course.world.now + .hours(1)) {
      if case .compared(_, let isEqual) = occurrence {
        #expect(isEqual, "\(course.mode)")
        return
      }
    }
    Issue.record("nobody compared")
  }

  /// In the midst of all that a site burns down.
  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func whatASiteTakesWithItIsNoOlderThanWasClaimed(seed: UInt64) throws {
    var course = Course(seed: seed)
    for turn in 0..<5 {
      course.strike(powerToo: turn < 2)
      var branch = course.world
      let isCut = course.random.below(2) == 0
      if isCut {
        branch.strike(SmallEstate.strike(.linkFault, .link(SmallEstate.link), lasting: .hours(1), seed: seed))
      }
      branch.run(through: branch.now + .milliseconds(Int64(course.random.below(90_000))))
      let claimed = try #require(branch.replicationLag(of: Self.pair)).age(at: branch.now)
      let wasDegraded = branch.replicationRecord(of: Self.pair).degraded
      let isProtected = branch.replicationRecord(of: Self.pair).isProtected
      let now = branch.now
      let site = course.random.below(2) == 0 ? SmallEstate.here : SmallEstate.there
      branch.strike(SmallEstate.strike(.fire, .site(site), seed: seed))
      if site == SmallEstate.here {
        branch.startFailover(of: Self.pair)
        branch.resume(SmallEstate.service)
        #expect(branch.site(of: SmallEstate.host) == SmallEstate.there)
      }
      let inspection = branch.inspect(SmallEstate.both, against: now, reader: reader)
      #expect(inspection.isUsable, "\(inspection)")
      #expect(inspection.earliestMissing.map { now - $0 <= claimed } ?? true, "\(inspection), \(claimed)")
      if course.mode.acknowledgement == .peer, isProtected {
        #expect(inspection.lostWrites == 0, "\(wasDegraded) degraded: \(inspection)")
      }
    }
  }

  private func expectNothingLost(in world: World) {
    let inspection = world.inspect(SmallEstate.both, against: world.now, reader: reader)
    #expect(inspection.isUsable && inspection.lostWrites == 0, "\(inspection)")
  }
}
