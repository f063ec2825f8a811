import Estate
import Units

extension LogArchivePolicy.Mode {
  /// The moments of archiving, as the middle of a sentence.
  var wording: String {
    switch self {
    case .continuous: "each record when its transaction commits"
    case .segments(let interval): "at the latest every \(interval.forReading)"
    }
  }
}

extension LogArchivePolicy.Pace {
  /// The speed of the replay, as the end of a sentence.
  var wording: String {
    switch self {
    case .timePerHour(let time): "\(time.forReading) for an hour of log"
    case .rate(let rate): "\(rate)"
    }
  }
}

extension LogArchiveRecord {
  /// The results of the archive, as a sentence.
  var wording: String {
    "\(segments.of("log segment")) of \(bytes.forReading) archived, "
      + "\(failures.of("attempt")) failed; the longest took \(longestDelay.forReading)."
  }
}
