import Rehearsals
import ScenarioLanguage
import Statistics
import Units

/// A search for the worst effect of one disaster under one strategy, over strike instants and circumstances.
public struct WorstSearch {
  /// The quantity to maximise.
  public enum Measure: String, CaseIterable, Sendable {
    case rpo
    case rto

    func value(of drill: Drill) -> Achieved {
      self == .rpo ? drill.achievedRPO : drill.achievedRTO
    }
  }

  public let scenario: Scenario
  public let strategy: Strategy
  public let disaster: Disaster
  public var measure = Measure.rpo
  /// The circumstances to choose from, at least one.
  public var circumstances: [Circumstance]
  public var budget = 200
  /// The probes of an interrupted search, in their order; a search repeats its order, so they are not rehearsed again.
  public var known: [InstantProbe] = []
  /// The callback for every new probe, so that an interrupted search can resume.
  public var keep: (InstantProbe) -> Void = { _ in }

  public init(
    _ scenario: Scenario, strategy: Strategy, disaster: Disaster, circumstances: [Circumstance] = []
  ) {
    self.scenario = scenario
    self.strategy = strategy
    self.disaster = disaster
    self.circumstances = circumstances.isEmpty ? [Circumstance(dwell: disaster.dwell)] : circumstances
  }

  /// Runs the search. `progress` receives the number of rehearsals and the worst value after each.
  public func run(progress: (Int, Achieved) -> Void = { _, _ in }) -> WorstFinding {
    var bench = DrillBench(scenario, strategy: strategy)
    var (count, worst) = (0, Achieved.duration(.zero))
    func probe(_ circumstance: Circumstance, at instant: Instant) -> InstantProbe {
      let probe = known(count, at: instant) ?? rehearsed(circumstance, at: instant, &bench)
      count += 1
      worst = max(worst, probe.value)
      progress(count, worst)
      return probe
    }
    let ranked = ranked { probe($0, at: $1) }
    var search = InstantSearch(window: scenario.windowStart...scenario.windowEnd)
    var best: (circumstance: Circumstance, finding: InstantSearch.Finding)?
    for circumstance in ranked.prefix(2) {
      search.budget = max(search.firstProbes, (budget - count) / 2)
      let finding = search.run { probe(circumstance, at: $0) }
      if best.map({ $0.finding.worst.value < finding.worst.value }) ?? true {
        best = (circumstance, finding)
      }
      if finding.worst.value == .unrecoverable { break }
    }
    guard let best else { preconditionFailure("a search has a circumstance") }
    return conclude(best.circumstance, best.finding, rehearsals: count + 1)
  }

  private func known(_ place: Int, at instant: Instant) -> InstantProbe? {
    guard known.indices.contains(place) else { return nil }
    precondition(known[place].strike == instant, "a search repeats the order of its probes")
    return known[place]
  }

  private func rehearsed(
    _ circumstance: Circumstance, at instant: Instant, _ bench: inout DrillBench
  ) -> InstantProbe {
    let drill = bench.drill(
      of: circumstance.applied(to: disaster, in: scenario), at: instant,
      people: circumstance.people(of: scenario))
    let probe = InstantProbe(
      strike: instant, outageStart: drill.outageStart, value: measure.value(of: drill))
    keep(probe)
    return probe
  }

  /// Returns the circumstances by the worst of four instants. Among equals, the order of the list decides.
  private func ranked(_ probe: (Circumstance, Instant) -> InstantProbe) -> [Circumstance] {
    guard circumstances.count > 1 else { return circumstances }
    let window = scenario.window.nanoseconds
    let instants = (0..<4).map { scenario.windowStart + Duration(nanoseconds: window / 8 * (2 * $0 + 1)) }
    let values = circumstances.map { circumstance in
      instants.map { probe(circumstance, $0).value }.max() ?? .duration(.zero)
    }
    return circumstances.indices.sorted { (values[$1], $0) < (values[$0], $1) }.map { circumstances[$0] }
  }

  /// Rehearses the worst strike again, with writes around it cut as finely as in a run with `--at`.
  private func conclude(
    _ circumstance: Circumstance, _ finding: InstantSearch.Finding, rehearsals: Int
  ) -> WorstFinding {
    var bench = DrillBench(scenario, strategy: strategy, strike: finding.worst.strike)
    let drill = bench.drill(
      of: circumstance.applied(to: disaster, in: scenario), at: finding.worst.strike,
      people: circumstance.people(of: scenario))
    let value = measure.value(of: drill)
    // Only losses are bounded: an outage can be longer between two probes for many reasons.
    let bound = measure == .rpo ? finding.bound.map { max($0, value.duration ?? $0) } : nil
    return WorstFinding(
      scenario: scenario.name, strategy: strategy.name, disaster: disaster.name, measure: measure,
      circumstance: circumstance, drill: drill, value: value, bound: bound, probes: finding.probes,
      rehearsals: rehearsals, window: scenario.windowStart...scenario.windowEnd)
  }
}

/// The worst instant and circumstance that a search found.
public struct WorstFinding: Sendable {
  public var scenario: String
  public var strategy: String
  public var disaster: String
  public var measure: WorstSearch.Measure
  public var circumstance: Circumstance
  public var drill: Drill
  public var value: Achieved
  /// The largest loss of any strike in the window under this circumstance; `nil` where unknown.
  public var bound: Duration?
  /// The probes, in the order of their instants.
  public var probes: [InstantProbe]
  public var rehearsals: Int
  public var window: ClosedRange<Instant>

  /// The instant of the recovered state; `nil` when nothing was recovered.
  public var point: Instant? { drill.achievedRPO.duration.map { drill.outageStart - $0 } }

  /// The first later probe with a smaller loss, when a newer copy was available.
  public var relief: InstantProbe? {
    probes.first { $0.strike > drill.strike && $0.value < value }
  }

  /// The last probe with a recovery before a total loss; `nil` where recoveries always or never succeed.
  public var lastRecovered: InstantProbe? {
    guard value == .unrecoverable else { return nil }
    return probes.last { $0.strike < drill.strike && $0.value != .unrecoverable }
  }
}
