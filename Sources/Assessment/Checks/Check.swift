import Documents
import ScenarioLanguage
import Units

/// The result of checking a scenario against its thresholds and baseline, with findings and waivers.
public struct Check: Sendable {
  public struct Failure: Sendable {
    public enum Cause: Sendable {
      /// The value violates a threshold.
      case breached(Threshold)
      /// The metric is worse than the baseline's value by more than the tolerance.
      case regressed(baseline: MetricValue)
      /// The baseline has the metric, but the run did not measure it.
      case missing(baseline: MetricValue)
    }

    public let measurement: Measurement
    public let cause: Cause
    /// The line in the scenario file.
    public let line: Int
    /// The change since the baseline that may be the cause.
    public let change: Change?
    public let waiver: Waiver?
  }

  /// The failures with one cause. Either they follow one change of a strategy, or they violate one line in
  /// one aspect.
  public struct Finding: Sendable {
    /// The failures, at least one. The first represents all.
    public let failures: [Failure]

    public var leading: Failure { failures[0] }
    public var strategy: String { leading.measurement.strategy }
    public var aspect: Metric.Aspect { leading.measurement.metric.aspect }
    public var line: Int { leading.line }
    public var change: Change? { leading.change }
    public var waiver: Waiver? { leading.waiver }

    /// The distinct aspects of the failures.
    public var aspects: [Metric.Aspect] {
      failures.map(\.measurement.metric.aspect).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The distinct disasters of the failures.
    public var disasters: [String] {
      failures.compactMap(\.measurement.disaster).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
  }

  /// An error that prevented a check.
  public struct Problem: Sendable {
    public enum Kind: String, CaseIterable, Sendable {
      case badInput = "bad-input"
      case expiredWaiver = "expired-waiver"
      case noBaseline = "no-baseline"
    }

    public let kind: Kind
    public let diagnostic: Diagnostic

    package init(_ kind: Kind, _ diagnostic: Diagnostic) {
      self.kind = kind
      self.diagnostic = diagnostic
    }
  }

  /// A value of the scenario that differs from the baseline.
  public struct Change: Hashable, Sendable {
    public let path: String
    /// The earlier value; `nil` when there was none.
    public let before: String?
    public let after: String?
    public let line: Int
  }

  public let scenario: String
  /// The path as given.
  public let path: String
  /// The findings in the order of thresholds and baseline, one for each cause.
  public let findings: [Finding]
  public let problems: [Problem]
  /// All measurements that were compared with a bound or a baseline.
  public let checks: [Measurement]
  /// The metrics that are better than the baseline's.
  public let improvements: [(measurement: Measurement, baseline: MetricValue)]
  public let changes: [Change]
  /// The strategies that were checked, in the order of the scenario.
  public let strategies: [String]

  /// The findings without a waiver.
  public var open: [Finding] { findings.filter { $0.waiver == nil } }
  public var isHeld: Bool { open.isEmpty && problems.isEmpty }

  /// Creates a failed check for a wrong input.
  public init(of path: String, scenario: String, failedBy error: InputError) {
    (self.scenario, self.path) = (scenario, path)
    problems = error.diagnostics.map { Problem(.badInput, $0) }
    (findings, checks, improvements, changes, strategies) = ([], [], [], [], [])
  }

  /// - Parameters:
  ///   - strategies: the strategies that are bound; empty stands for those that the scenario names.
  ///   - date: today; waivers that end before it excuse nothing, and are problems.
  ///   - problems: what was found before, such as a missing baseline.
  public init(
    _ candidate: MeasuredReport, of file: ScenarioFile, strategies: [String] = [], baseline: MeasuredReport?,
    at date: Instant, problems: [Problem] = []
  ) {
    let terms = file.scenario.check
    let expired = terms.waivers.filter { $0.isExpired(at: date) }
    (scenario, path) = (candidate.scenario, file.path)
    let bound = file.scenario.boundStrategies(strategies)
    self.strategies = bound
    changes = baseline.map { Self.changes(from: $0, to: file.values, of: bound) } ?? []
    let waivers = terms.waivers.filter { !$0.isExpired(at: date) }
    var comparison = CheckComparison(
      candidate: candidate, file: file, strategies: bound, changes: changes, waivers: waivers)
    comparison.hold(to: terms.thresholds.isEmpty ? file.objectiveThresholds : terms.thresholds)
    if let baseline { comparison.hold(to: baseline, tolerance: terms.tolerance) }
    self.problems =
      problems + expired.map(\.expiry) + comparison.idle.map { $0.idleness(in: file.path) }
    findings = comparison.findings
    checks = comparison.checks
    improvements = comparison.improvements
  }

  /// Returns the values that differ, in the order of the new file, removed ones last. Unchecked strategies
  /// are left out.
  private static func changes(
    from old: MeasuredReport, to new: [ScenarioFile.Value], of strategies: [String]
  ) -> [Change] {
    func isBound(_ path: String) -> Bool {
      !path.hasPrefix("strategies.") || strategies.contains { path.hasPrefix("strategies.\($0).") }
    }
    let before = Dictionary(old.settings.map { ($0.path, $0.value) }) { first, _ in first }
    let after = Dictionary(new.map { ($0.path, $0.text) }) { first, _ in first }
    let present = new.filter { isBound($0.path) && before[$0.path] != $0.text }.map {
      Change(path: $0.path, before: before[$0.path], after: $0.text, line: $0.line)
    }
    let removed = old.settings.filter { isBound($0.path) && after[$0.path] == nil }.map { path, value in
      Change(path: path, before: value, after: nil, line: new.line(nearest: path))
    }
    return present + removed
  }
}

extension Scenario {
  /// Returns the strategies that a check binds. They are the given ones, else those that `check` or `chosen`
  /// names, else all.
  public func boundStrategies(_ given: [String] = []) -> [String] {
    let named = given.isEmpty ? check.strategies : given
    let others = given.isEmpty ? check.thresholds.compactMap(\.strategy) : []
    let all = strategies.map(\.name)
    return named.isEmpty ? all : all.filter { named.contains($0) || others.contains($0) }
  }
}

extension ScenarioFile {
  /// The default thresholds: 95 % of the drills meet each objective, and every drill recovers.
  fileprivate var objectiveThresholds: [Threshold] {
    let objectives = scenario.objectives
    let times = [(Metric.rpoP95, objectives.rpo, "rpo"), (.rtoP95, objectives.rto, "rto")].map {
      metric, bound, key in
      Threshold(
        metric: metric, strategy: nil, disaster: nil, bound: .time(bound), isUpperBound: true,
        line: values.first { $0.path == "objectives.\(key)" }?.line ?? 1)
    }
    let recovery = Threshold(
      metric: .unrecoverableShare, strategy: nil, disaster: nil, bound: .share(.zero), isUpperBound: true,
      line: values.first { $0.path.hasPrefix("objectives.") }?.line ?? 1)
    return times + [recovery]
  }
}

extension Threshold {
  /// The problem of a threshold that checks no value. A gate that holds nothing would always be green.
  fileprivate func idleness(in path: String) -> Check.Problem {
    let hint =
      metric == .expectedLoss
      ? "write 'costs.penalties' and a disaster's 'perYear', or remove the threshold"
      : "name a metric, strategy and disaster that the run measures, or remove the threshold"
    return Check.Problem(
      .badInput,
      Diagnostic(
        file: line > 0 ? "\(path):\(line)" : path,
        message: "this threshold checks no value: the run did not measure \(metric.rawValue)", hint: hint))
  }
}

extension Waiver {
  fileprivate func isExpired(at date: Instant) -> Bool {
    CivilTime(expires).daysSinceEpoch < CivilTime(date).daysSinceEpoch
  }

  fileprivate var expiry: Check.Problem {
    Check.Problem(
      .expiredWaiver,
      Diagnostic(
        at: place, message: "the waiver of \(owner) expired on \(expires.date)",
        hint: "mend what it excuses and remove it, or let \(owner) set another date"))
  }
}

extension [ScenarioFile.Value] {
  /// Returns the line of the value whose path shares the most with a removed path.
  fileprivate func line(nearest path: String) -> Int {
    var best: (length: Int, line: Int) = (0, 1)
    for value in self {
      let length = zip(value.path.utf8, path.utf8).prefix { $0 == $1 }.count
      if length > best.length { best = (length, value.line) }
    }
    return best.line
  }
}

extension Instant {
  /// The date, as in `2026-03-02`.
  package var date: String { String(description.prefix(10)) }
}
