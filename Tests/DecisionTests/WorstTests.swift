import Decision
import Foundation
import ScenarioLanguage
import Statistics
import Testing
import Units

/// Backups that take place and last as the day goes: the loss of a strike is known at every second.
private struct KnownCourse {
  /// The instant from which each state can be used, and its age.
  private let points: [(usable: Int64, state: Int64)]
  static let window = Int64(2 * 86_400)

  init(seed: UInt64) {
    var stream = RandomStream(seed: seed, stream: "known course")
    let mean = 1_800 + Double(stream.below(30_000))
    var points: [(usable: Int64, state: Int64)] = [(-1, -600)]
    var time = 0.0
    while time < Double(Self.window) {
      time += mean * (0.4 + 1.2 * stream.uniform())
      let length = mean * 0.3 * stream.uniform()
      points.append((Int64(time + length), Int64(time)))
    }
    self.points = points
  }

  func loss(at second: Int64) -> Int64 {
    second - (points.last { $0.usable <= second }?.state ?? 0)
  }

  var worst: Int64 { (0...Self.window).map(loss).max() ?? 0 }
}

@Suite struct WorstTests {
  private static let start = CivilTime(year: 2026, month: 3, day: 2).instant

  private static func probe(_ course: KnownCourse, at instant: Instant) -> InstantProbe {
    let second = (instant - start).nanoseconds / 1_000_000_000
    return InstantProbe(
      strike: instant, outageStart: start + .seconds(second),
      value: .duration(.seconds(course.loss(at: second))))
  }

  /// Rehearsals until one is within 1 % of the worst of an exhaustive grid.
  private static func rehearsals(_ instants: some Sequence<Int64>, _ course: KnownCourse, worst: Int64) -> Int
  {
    var count = 0
    for second in instants {
      count += 1
      if course.loss(at: second) * 100 >= worst * 99 { break }
    }
    return count
  }

  @Test func theSearchNeedsATenthOfTheRehearsalsOfSampling() {
    var counts: (search: [Int], uniform: [Int], even: [Int]) = ([], [], [])
    for seed in 1...10 {
      let course = KnownCourse(seed: UInt64(seed))
      let worst = course.worst
      var tried: [Int64] = []
      let search = InstantSearch(window: Self.start...Self.start + .seconds(KnownCourse.window))
      _ = search.run { instant in
        tried.append((instant - Self.start).nanoseconds / 1_000_000_000)
        return Self.probe(course, at: instant)
      }
      counts.search.append(Self.rehearsals(tried, course, worst: worst))
      var stream = RandomStream(seed: 1, stream: "uniform", index: UInt32(seed))
      let uniform = (0..<20_000).map { _ in Int64(stream.below(UInt64(KnownCourse.window))) }
      counts.uniform.append(Self.rehearsals(uniform, course, worst: worst))
      // Evenly spaced strikes, ever closer: all of one spacing before the next.
      let even = (1...14).flatMap { power -> [Int64] in
        let parts = Int64(1) << power
        return (0..<parts).map { KnownCourse.window * (2 * $0 + 1) / (2 * parts) }
      }
      counts.even.append(Self.rehearsals(even, course, worst: worst))
    }
    func median(_ counts: [Int]) -> Int { counts.sorted()[counts.count / 2] }
    #expect(median(counts.search) * 10 <= median(counts.uniform), "\(counts)")
    #expect(median(counts.search) * 10 <= median(counts.even), "\(counts)")
  }

  @Test(arguments: 1...10)
  func theBoundHoldsAtEverySecond(_ seed: Int) throws {
    let course = KnownCourse(seed: UInt64(seed))
    let search = InstantSearch(window: Self.start...Self.start + .seconds(KnownCourse.window))
    let finding = search.run { Self.probe(course, at: $0) }
    let worst = Duration.seconds(course.worst)
    #expect(try #require(finding.bound) >= worst)
    #expect(finding.worst.value <= .duration(worst))
  }

  private static func nightly() throws -> (ScenarioFile, WorstFinding) {
    let file = try SmallShop.file()
    let scenario = file.scenario
    var search = WorstSearch(
      scenario, strategy: scenario.strategies[0], disaster: scenario.disasters[0])
    search.budget = 40
    return (file, search.run())
  }

  @Test func theWorstStrikeIsJustBeforeTheNextBackupCanBeUsed() throws {
    let (_, finding) = try Self.nightly()
    let loss = try #require(finding.value.duration)
    // A backup at one in the morning, each day: the loss is a day and the backup's own time.
    #expect(loss > .hours(23) + .minutes(40))
    #expect(loss < .hours(24) + .minutes(20))
    #expect(finding.rehearsals <= 42)
    #expect(try #require(finding.bound) >= loss)
  }

  @Test func aResumedSearchRehearsesOnlyWhatIsMissing() throws {
    let scenario = try SmallShop.file().scenario
    var search = WorstSearch(scenario, strategy: scenario.strategies[0], disaster: scenario.disasters[0])
    search.budget = 20
    var probes: [InstantProbe] = []
    search.keep = { probes.append($0) }
    let whole = search.run()
    search.known = Array(probes.prefix(12))
    var added: [InstantProbe] = []
    search.keep = { added.append($0) }
    let resumed = search.run()
    #expect(added == Array(probes.dropFirst(12)))
    #expect(resumed.value == whole.value)
    #expect(resumed.probes == whole.probes)
    #expect(resumed.rehearsals == whole.rehearsals)
  }

  @Test func theReducedScenarioStillShowsTheLoss() throws {
    let (file, finding) = try Self.nightly()
    let result = try #require(Reproducer(file, of: finding).reduce())
    #expect(result.isMinimal)
    #expect(result.valuesAfter < result.valuesBefore * 3 / 4)
    #expect(!result.text.contains("hot"))
    #expect(!result.text.contains("array-failure"))
    let reduced = try SmallShop.file(text: result.text).scenario
    var bench = DrillBench(reduced, strategy: reduced.strategies[0])
    let drill = bench.drill(of: reduced.disasters[0], at: finding.drill.strike)
    #expect(drill.achievedRPO == finding.value)
  }

  @Test func aDocumentThatIsWrittenReadsTheSame() throws {
    let file = try SmallShop.file()
    let again = try SmallShop.file(text: file.root.yaml)
    #expect(again.values.map(\.path) == file.values.map(\.path))
    #expect(again.values.map(\.text) == file.values.map(\.text))
  }

  @Test func aSlowPersonAndASecondDisasterMakeTheOutageLonger() throws {
    let scenario = try SmallShop.file().scenario
    let strike = scenario.windowStart + .hours(5)
    var bench = DrillBench(scenario, strategy: scenario.strategies[0])
    func outage(_ circumstance: Circumstance) -> Achieved {
      bench.drill(
        of: circumstance.applied(to: scenario.disasters[0], in: scenario), at: strike,
        people: circumstance.people(of: scenario)
      ).achievedRTO
    }
    let plain = outage(Circumstance(dwell: .zero, peopleLevel: .percent(50)))
    #expect(outage(Circumstance(dwell: .zero, peopleLevel: .percent(99))) > plain)
    #expect(
      outage(
        Circumstance(
          dwell: .zero, second: ("array-failure", .minutes(20)), peopleLevel: .percent(50))) > plain)
  }
}
