import ScenarioLanguage
import Units

/// The comparison of measurements with thresholds and a baseline, grouping failures by cause.
struct CheckComparison {
  let candidate: MeasuredReport
  let file: ScenarioFile
  /// The strategies that are checked.
  let strategies: [String]
  let changes: [Check.Change]
  let waivers: [Waiver]
  private(set) var checks: [Measurement] = []
  private(set) var improvements: [(measurement: Measurement, baseline: MetricValue)] = []
  /// The thresholds of checked strategies that no measurement concerns.
  private(set) var idle: [Threshold] = []
  private var failures: [Check.Failure] = []

  init(
    candidate: MeasuredReport, file: ScenarioFile, strategies: [String], changes: [Check.Change],
    waivers: [Waiver]
  ) {
    self.candidate = candidate
    self.file = file
    self.strategies = strategies
    self.changes = changes
    self.waivers = waivers
  }

  /// The findings. Failures of one strategy after one change, or in one aspect at one line, are one finding
  /// per waiver.
  var findings: [Check.Finding] {
    var groups: [[Check.Failure]] = []
    for failure in failures {
      if let place = groups.firstIndex(where: { $0[0].hasSameCause(as: failure) }) {
        groups[place].append(failure)
      } else {
        groups.append([failure])
      }
    }
    return groups.map { Check.Finding(failures: $0) }
  }

  /// Compares with thresholds. A threshold without a strategy binds the strategies chosen by the scenario.
  mutating func hold(to thresholds: [Threshold]) {
    for threshold in thresholds {
      let before = checks.count
      defer { if checks.count == before, isBound(threshold) { idle.append(threshold) } }
      for measurement in candidate.measurements
      where threshold.covers(measurement) && strategies.contains(measurement.strategy) {
        checks.append(measurement)
        guard !threshold.isKept(by: measurement.value) else { continue }
        fail(measurement, .breached(threshold), elseLine: threshold.line)
      }
    }
  }

  /// Whether the threshold binds a strategy that is checked.
  private func isBound(_ threshold: Threshold) -> Bool {
    threshold.strategy.map(strategies.contains) ?? true
  }

  mutating func hold(to baseline: MeasuredReport, tolerance: Ratio) {
    for old in baseline.measurements where strategies.contains(old.strategy) {
      let line = file.line(ofStrategy: old.strategy)
      guard let new = candidate.value(of: old.metric, strategy: old.strategy, disaster: old.disaster) else {
        fail(old, .missing(baseline: old.value), elseLine: line)
        continue
      }
      let measurement = Measurement(
        metric: old.metric, strategy: old.strategy, disaster: old.disaster, value: new)
      checks.append(measurement)
      if new.isWorse(than: old.value, by: tolerance, for: old.metric) {
        fail(measurement, .regressed(baseline: old.value), elseLine: line)
      } else if old.value.isWorse(than: new, by: tolerance, for: old.metric) {
        improvements.append((measurement, old.value))
      }
    }
  }

  private mutating func fail(_ measurement: Measurement, _ cause: Check.Failure.Cause, elseLine line: Int) {
    let change = self.cause(of: measurement)
    failures.append(
      Check.Failure(
        measurement: measurement, cause: cause, line: change?.line ?? line, change: change,
        waiver: waivers.first { $0.covers(measurement) }))
  }

  /// Returns the first change of the strategy itself, else of anything except other strategies.
  private func cause(of measurement: Measurement) -> Check.Change? {
    changes.first { $0.path.hasPrefix("strategies.\(measurement.strategy).") }
      ?? changes.first { !$0.path.hasPrefix("strategies.") && !$0.path.hasPrefix("check.") }
  }
}

extension Check.Failure {
  fileprivate func hasSameCause(as other: Check.Failure) -> Bool {
    guard measurement.strategy == other.measurement.strategy, line == other.line,
      waiver?.place.line == other.waiver?.place.line
    else { return false }
    return change.map { $0 == other.change } ?? false
      || measurement.metric.aspect == other.measurement.metric.aspect
  }
}
