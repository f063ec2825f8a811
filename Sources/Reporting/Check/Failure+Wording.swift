import Planning
import Units

extension Check.Failure {
  /// `rpo.p95 of nightly against fire is 2 h, and the threshold allows at most 1 h`.
  var sentence: String {
    let subject = "\(measurement.metric.rawValue) of \(measurement.subject)"
    switch cause {
    case .breached(let threshold):
      return "\(subject) is \(measurement.value.forReading), and the threshold asks for "
        + "\(threshold.isUpperBound ? "at most" : "at least") \(threshold.bound.forReading)"
    case .regressed(let baseline):
      return "\(subject) is \(measurement.value.forReading), and was \(baseline.forReading) in the baseline"
    case .missing(let baseline):
      return "\(subject) is no longer measured; it was \(baseline.forReading) in the baseline"
    }
  }

  /// What may have caused it, or an empty text.
  var suspicion: String { change.map { "since the baseline, \($0.wording)" } ?? "" }

  /// The rule that it breaks.
  var rule: CheckRule {
    switch cause {
    case .breached: .threshold
    case .regressed: .regression
    case .missing: .missing
    }
  }
}

extension Check.Change {
  /// `strategies.nightly.backups.0.schedule changed from 'a' to 'b'`.
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

/// What a check holds a scenario to.
enum CheckRule: String, CaseIterable {
  case threshold = "threshold-kept"
  case regression = "no-regression"
  case missing = "still-measured"

  var wording: String {
    switch self {
    case .threshold: "A metric keeps the threshold that the scenario states."
    case .regression: "A metric is no worse than in the baseline."
    case .missing: "Whatever the baseline measured is still measured."
    }
  }
}
