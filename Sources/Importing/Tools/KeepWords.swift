import Units

/// The words that restic and borg share, such as `keep-daily` and `keep_weekly`.
enum KeepWords {
  private static let resticCounts = ["last", "hourly", "daily", "weekly", "monthly", "yearly"]
  private static let resticSpans = [
    "within", "within-hourly", "within-daily", "within-weekly", "within-monthly", "within-yearly",
  ]
  private static let borgCounts = [
    "secondly", "minutely", "hourly", "daily", "weekly", "monthly", "13weekly", "3monthly", "yearly",
  ]

  /// Reads the words of `restic forget`.
  ///
  /// - Parameter value: the text under a word such as `daily`, `last` or `within`.
  static func restic(_ value: (String) -> String?) -> Retention {
    var retention = counts(value)
    var words: [String] = []
    for word in resticCounts {
      guard let text = value(word) else { continue }
      // restic from 0.16 on keeps all with -1 and 'unlimited'.
      let number = ["unlimited", "-1"].contains(text) ? 1_000_000 : Int(text) ?? 0
      if number > 0 { words.append("\(key(word)): \(min(number, 1_000_000))") }
    }
    for word in resticSpans {
      guard let text = value(word) else { continue }
      if span(text) != nil, !text.contains("w") {
        words.append("\(key(word)): \(text)")
      } else {
        retention.comments.append("keep-\(word) \(text) is not carried over")
      }
    }
    for word in ["tag", "tags"] {
      if let text = value(word) { retention.comments.append("keep-\(word) \(text) is not carried over") }
    }
    if !words.isEmpty { retention.dialect = "restic: { \(words.joined(separator: ", ")) }" }
    return retention
  }

  /// Reads the words of `borg prune`.
  static func borg(_ value: (String) -> String?) -> Retention {
    var retention = counts(value)
    var words: [String] = []
    for word in borgCounts {
      let text = value(word) ?? (word == "secondly" ? value("last") : nil)
      guard let text, let number = Int(text), number != 0 else { continue }
      words.append("\(key(word)): \(max(-1, min(number, 1_000_000)))")
    }
    if let text = value("within") {
      if span(text) != nil, text.filter(\.isLetter).count == 1, !text.contains("h") {
        words.append("keepWithin: \(text)")
      } else {
        retention.comments.append("keep-within \(text) is not carried over")
      }
    }
    if !words.isEmpty { retention.dialect = "borg: { \(words.joined(separator: ", ")) }" }
    return retention
  }

  /// Reads the words of `restic forget` or `borg prune` in a command, such as `--keep-daily 7` or `--keep-daily=7`.
  static func inCommand(_ command: String) -> (tool: String, retention: Retention) {
    let words = command.replacing("=", with: " ").words
    let tool = words.contains { $0.hasSuffix("borg") } ? "borg" : "restic"
    guard words.contains(where: { $0.hasSuffix(tool) }) else { return (tool, Retention()) }
    let long: [String: String] = [
      "last": "-l", "hourly": "-H", "daily": "-d", "weekly": "-w", "monthly": "-m", "yearly": "-y",
    ]
    let value = { (word: String) -> String? in
      let place = words.firstIndex(of: "--keep-\(word)") ?? long[word].flatMap { words.firstIndex(of: $0) }
      return place.flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
    }
    return (tool, tool == "borg" ? borg(value) : restic(value))
  }

  /// Returns the key of a word in the scenario language: `keepWithinDaily` of `within-daily`.
  private static func key(_ word: String) -> String {
    "keep" + word.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  private static func counts(_ value: (String) -> String?) -> Retention {
    var retention = Retention()
    func count(_ word: String) -> Int? { value(word).flatMap { Int($0) }.map { $0 == -1 ? 100_000 : $0 } }
    retention.count = count("last") ?? count("secondly")
    retention.days = count("daily")
    retention.weeks = count("weekly")
    retention.months = count("monthly")
    retention.years = count("yearly")
    retention.dropZeros()
    retention.duration = value("within").flatMap { span($0) }
    for word in ["minutely", "hourly"] {
      guard let number = count(word), number > 0 else { continue }
      // The points that the word keeps span at least as long as its periods do.
      let span = word == "hourly" ? Duration.hours(Int64(min(number, 80_000))) : .minutes(Int64(number))
      retention.duration = max(retention.duration ?? .zero, span)
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
