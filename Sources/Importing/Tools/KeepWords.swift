import Planning
import Units

/// The words that restic and borg share, such as `keep-daily` and `keep_weekly`.
enum KeepWords {
  /// - Parameter value: the text under a word such as `daily`, `last` or `within`.
  static func retention(_ value: (String) -> String?) -> Retention {
    var retention = Retention()
    func count(_ word: String) -> Int? { value(word).flatMap { Int($0) }.map { $0 == -1 ? 100_000 : $0 } }
    retention.count = count("last") ?? count("secondly")
    retention.days = count("daily")
    retention.weeks = count("weekly")
    retention.months = count("monthly")
    retention.years = count("yearly")
    retention.dropZeros()
    if let within = value("within") {
      retention.duration = span(within)
      if retention.duration == nil { retention.comments.append("keep-within \(within) is not carried over") }
    }
    for word in ["minutely", "hourly"] {
      guard let number = count(word), number > 0 else { continue }
      retention.comments.append("keep-\(word) \(number) is not carried over: the newest of each, for so many")
      // The points that the word keeps span at least as long as its periods do.
      let span = word == "hourly" ? Duration.hours(Int64(number)) : .minutes(Int64(number))
      retention.duration = max(retention.duration ?? .zero, span)
    }
    for word in [
      "within-hourly", "within-daily", "within-weekly", "within-monthly", "within-yearly", "tag", "tags",
    ] {
      if let text = value(word) { retention.comments.append("keep-\(word) \(text) is not carried over") }
    }
    return retention
  }

  /// Parses `1y5m7d2h` of restic, or `30d` or `24H` of borg. A month has 31 days, and a year 365.
  static func span(_ text: String) -> Duration? {
    var total = Duration.zero
    var digits = ""
    for character in text {
      if character.isNumber {
        digits.append(character)
        continue
      }
      guard let number = Int64(digits), number < 1_000_000 else { return nil }
      switch character {
      case "y": total += .days(365 * number)
      case "m": total += .days(31 * number)
      case "w": total += .days(7 * number)
      case "d": total += .days(number)
      case "h", "H": total += .hours(number)
      default: return nil
      }
      digits = ""
    }
    return digits.isEmpty && total > .zero ? total : nil
  }
}
