import Units

/// Whether a scenario keeps its thresholds and is no worse than its baseline: every failure, and who answers for which.
public struct Check: Sendable {
  public struct Failure: Sendable {
    public enum Cause: Sendable {
      /// A threshold is not kept.
      case breached(Threshold)
      /// The metric is worse than the baseline's, by more than the tolerance.
      case regressed(baseline: MetricValue)
      /// The baseline has the metric, and it is no longer measured.
      case missing(baseline: MetricValue)
    }

    public let measurement: Measurement
    public let cause: Cause
    /// Where in the scenario file it comes from.
    public let line: Int
    /// What was changed since the baseline, and may have caused it.
    public let change: Change?
    public let waiver: Waiver?
  }

  /// A value of the scenario that is another than in the baseline.
  public struct Change: Hashable, Sendable {
    public let path: String
    /// `nil` when there was none.
    public let before: String?
    public let after: String?
    public let line: Int
  }

  public let scenario: String
  /// As it was given.
  public let path: String
  public let failures: [Failure]
  /// Everything that was held to a bound or a baseline.
  public let checks: [Measurement]
  /// Metrics that are better than the baseline's.
  public let improvements: [(measurement: Measurement, baseline: MetricValue)]
  public let changes: [Change]

  /// Failures that nobody answers for.
  public var open: [Failure] { failures.filter { $0.waiver == nil } }
  public var isHeld: Bool { open.isEmpty }

  /// - Parameters:
  ///   - date: today; waivers that end before it are errors of the scenario.
  /// - Throws: expired waivers, or a baseline of another scenario.
  public init(
    _ candidate: ReportDocument, of file: ScenarioFile, baseline: ReportDocument?, at date: Instant
  ) throws(InputError) {
    try Self.validate(file, baseline: baseline, at: date)
    let terms = file.scenario.check
    scenario = candidate.scenario
    path = file.path
    let changes = baseline.map { Self.changes(from: $0.settings, to: file.values) } ?? []
    self.changes = changes
    let thresholds = terms.thresholds.isEmpty ? Self.objectives(file) : terms.thresholds
    var failures: [Failure] = []
    var checks: [Measurement] = []
    for threshold in thresholds {
      for measurement in candidate.measurements where threshold.covers(measurement) {
        checks.append(measurement)
        guard !threshold.isKept(by: measurement.value) else { continue }
        let change = Self.cause(of: measurement, among: changes)
        failures.append(
          Failure(
            measurement: measurement, cause: .breached(threshold), line: change?.line ?? threshold.line,
            change: change,
            waiver: terms.waivers.first { $0.covers(measurement) }))
      }
    }
    var improvements: [(measurement: Measurement, baseline: MetricValue)] = []
    for old in baseline?.measurements ?? [] {
      let change = Self.cause(of: old, among: changes)
      let line = change?.line ?? file.line(ofStrategy: old.strategy)
      let waiver = terms.waivers.first { $0.covers(old) }
      guard let new = candidate.value(of: old.metric, strategy: old.strategy, disaster: old.disaster) else {
        failures.append(
          Failure(
            measurement: old, cause: .missing(baseline: old.value), line: line, change: change, waiver: waiver
          ))
        continue
      }
      let measurement = Measurement(
        metric: old.metric, strategy: old.strategy, disaster: old.disaster, value: new)
      checks.append(measurement)
      if new.isWorse(than: old.value, by: terms.tolerance, for: old.metric) {
        failures.append(
          Failure(
            measurement: measurement, cause: .regressed(baseline: old.value), line: line, change: change,
            waiver: waiver))
      } else if old.value.isWorse(than: new, by: terms.tolerance, for: old.metric) {
        improvements.append((measurement, old.value))
      }
    }
    self.failures = failures
    self.checks = checks
    self.improvements = improvements
  }

  /// Whether a check makes sense at all, before anything is rehearsed.
  ///
  /// - Throws: expired waivers, or a baseline of another scenario.
  public static func validate(
    _ file: ScenarioFile, baseline: ReportDocument?, at date: Instant
  ) throws(InputError) {
    try refuseExpired(file.scenario.check.waivers, at: date)
    if let baseline, baseline.scenario != file.scenario.name {
      throw InputError(
        Diagnostic(
          file: baseline.path,
          message:
            "this is a baseline of the scenario '\(baseline.scenario)', not of '\(file.scenario.name)'",
          hint: "name the folder in which '\(file.scenario.name).json' is its own"))
    }
  }

  /// Without thresholds the objectives are the bounds of the worst drill.
  private static func objectives(_ file: ScenarioFile) -> [Threshold] {
    let objectives = file.scenario.objectives
    return [(Metric.rpoMax, objectives.rpo, "rpo"), (.rtoMax, objectives.rto, "rto")].map {
      metric, bound, key in
      Threshold(
        metric: metric, strategy: nil, disaster: nil, bound: .time(bound), isUpperBound: true,
        line: file.values.first { $0.path == "objectives.\(key)" }?.line ?? 1)
    }
  }

  private static func refuseExpired(_ waivers: [Waiver], at date: Instant) throws(InputError) {
    let expired = waivers.filter { CivilTime($0.expires).daysSinceEpoch < CivilTime(date).daysSinceEpoch }
    let diagnostics = expired.map { waiver in
      Diagnostic(
        at: waiver.place, message: "the waiver of \(waiver.owner) expired on \(waiver.expires.date)",
        hint: "mend what it excuses and remove it, or let \(waiver.owner) set another date")
    }
    guard diagnostics.isEmpty else { throw InputError(diagnostics) }
  }

  /// The values that differ, in the order of the new file; what was removed last.
  private static func changes(
    from old: [(path: String, value: String)], to new: [ScenarioFile.Value]
  ) -> [Change] {
    let before = Dictionary(old.map { ($0.path, $0.value) }) { first, _ in first }
    let after = Dictionary(new.map { ($0.path, $0.text) }) { first, _ in first }
    let present = new.filter { before[$0.path] != $0.text }.map {
      Change(path: $0.path, before: before[$0.path], after: $0.text, line: $0.line)
    }
    let removed = old.filter { after[$0.path] == nil }.map { path, value in
      Change(path: path, before: value, after: nil, line: new.line(nearest: path))
    }
    return present + removed
  }

  /// The first change of the strategy itself; else of anything but another strategy.
  private static func cause(of measurement: Measurement, among changes: [Change]) -> Change? {
    changes.first { $0.path.hasPrefix("strategies.\(measurement.strategy).") }
      ?? changes.first { !$0.path.hasPrefix("strategies.") && !$0.path.hasPrefix("check.") }
  }
}

extension [ScenarioFile.Value] {
  /// The line of the value whose path has the most in common with a path that is gone.
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
  /// `2026-03-02`.
  package var date: String { String(description.prefix(10)) }
}
