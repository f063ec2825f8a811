import Assessment
import Rehearsals
import ScenarioLanguage
import Units

extension Check.Finding {
  /// The largest number of disasters and metrics in a sentence.
  private static let namesMaximum = 4

  /// The first failure with the number of others, as in `rpo.p95 of nightly against fire is 2 h, and ...`.
  var sentence: String {
    let others = disasters.dropFirst()
    guard !others.isEmpty else { return leading.sentence }
    let named = others.prefix(Self.namesMaximum).joined(separator: ", ")
    let rest = others.count - Self.namesMaximum
    return leading.sentence + "; likewise against \(named)" + (rest > 0 ? " and \(rest.grouped) more" : "")
  }

  /// The other failures in a few words each: those of the first disaster, then the first of each other
  /// aspect.
  var details: [String] {
    let own = failures.dropFirst().filter { failure in
      failure.measurement.disaster == leading.measurement.disaster
        && failure.measurement.metric.aspect == aspect
    }
    let others = aspects.dropFirst().compactMap { aspect in
      failures.first { $0.measurement.metric.aspect == aspect }
    }
    return (own.prefix(Self.namesMaximum) + others).map(\.sentence)
  }

  /// The change that may be the cause, or an empty text.
  var suspicion: String { change.map { "since the baseline, \($0.wording)" } ?? "" }

  var rule: CheckRule { leading.rule }

  /// Returns a fingerprint that is the same in every run for the same cause.
  func fingerprint(in check: Check) -> String {
    "\(check.scenario)/\(strategy)/\(aspects.map(\.rawValue).joined(separator: "+"))/\(rule.rawValue)"
  }
}

extension Check.Failure {
  /// The failure in a sentence, as in `rpo.p95 of nightly against fire is 2 h, and ...`.
  var sentence: String {
    let subject = "\(measurement.metric.rawValue) of \(measurement.subject)"
    switch cause {
    case .breached(let threshold):
      return "\(subject) is \(measurement.value.forReading), and the threshold asks for "
        + "\(threshold.isUpperBound ? "at most" : "at least") \(threshold.bound.forReading)"
    case .regressed(let baseline):
      let (now, before) = (measurement.value.forReading, baseline.forReading)
      // Two values that read alike are told exactly.
      return now == before
        ? "\(subject) is \(measurement.value), and was \(baseline) in the baseline"
        : "\(subject) is \(now), and was \(before) in the baseline"
    case .missing(let baseline):
      return "\(subject) is no longer measured; it was \(baseline.forReading) in the baseline"
    }
  }

  /// The violated rule.
  var rule: CheckRule {
    switch cause {
    case .breached: .threshold
    case .regressed: .regression
    case .missing: .missing
    }
  }
}

extension Check.Problem {
  var rule: CheckRule {
    switch kind {
    case .badInput: .input
    case .expiredWaiver: .waiver
    case .noBaseline: .baseline
    }
  }

  /// The message and the hint.
  var sentence: String { "\(diagnostic.message); \(diagnostic.hint)" }
}

extension Check.Change {
  /// The change in a sentence, as in `strategies.nightly.backups.0.schedule changed from 'a' to 'b'`.
  var wording: String {
    switch (before, after) {
    case (let before?, let after?): "\(path) changed from '\(before)' to '\(after)'"
    case (nil, let after?): "\(path) was added: '\(after)'"
    case (let before, nil): "\(path) was removed: '\(before ?? "")'"
    }
  }
}

extension MetricValue {
  var forReading: String {
    switch self {
    case .time(let duration): duration.forReading
    case .share(let ratio): ratio.asPercent
    case .money(let money): money.forReading
    case .unrecoverable: Verdict.unrecoverable.name
    }
  }
}

/// The rules of a check.
enum CheckRule: String, CaseIterable {
  case threshold = "threshold-kept"
  case regression = "no-regression"
  case missing = "still-measured"
  case input = "input-valid"
  case waiver = "waiver-current"
  case baseline = "baseline-present"

  var wording: String {
    switch self {
    case .threshold: "A metric keeps the threshold that the scenario states."
    case .regression: "A metric is no worse than in the baseline."
    case .missing: "Every metric of the baseline is still measured."
    case .input: "The scenario and its baseline can be read."
    case .waiver: "No waiver has expired."
    case .baseline: "There is a baseline to compare with."
    }
  }
}
