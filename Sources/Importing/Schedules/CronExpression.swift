/// A cron expression converted to recurrence rules.
struct CronExpression {
  /// The rules: one, or two where a day matches the day of the month or of the week.
  let rules: [String]
  let comments: [String]
  /// Whether the expression is a fixed interval from the start of the tool, such as `@every 6h`.
  let isRelative: Bool
  /// Whether the rules leave something out, so that only the tool's notation says all.
  let needsNotation: Bool

  private static let nicknames = [
    ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), ("@monthly", "0 0 1 * *"), ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@hourly", "0 * * * *"),
  ]

  init(_ text: String, _ dialect: CronSyntax) throws(ScheduleProblem) {
    if let nickname = Self.nicknames.first(where: { $0.0 == text.lowercased() }) {
      self = try CronExpression(
        fields: nickname.1.words, dialect == .robfigWithSeconds ? .robfig : dialect, in: text)
    } else if dialect != .vixie, text.hasPrefix("@every ") {
      self = try CronExpression(every: text)
    } else if text.hasPrefix("@") {
      throw ScheduleProblem(
        part: text, message: "'\(text)' is no schedule",
        hint: "write for example '\(dialect.example)', or '@daily'")
    } else {
      self = try CronExpression(fields: text.words, dialect, in: text)
    }
  }

  private init(
    rules: [String], comments: [String] = [], isRelative: Bool = false, needsNotation: Bool = false
  ) {
    self.needsNotation = needsNotation
    self.rules = rules
    self.comments = comments
    self.isRelative = isRelative
  }

  private init(every text: String) throws(ScheduleProblem) {
    guard let seconds = GoDuration.seconds(String(text.dropFirst(7))), seconds > 0 else {
      throw ScheduleProblem(
        part: text, message: "'\(text)' is no schedule",
        hint: "write for example '@every 6h' or '0 */6 * * *'")
    }
    let (frequency, interval) =
      seconds % 3_600 == 0
      ? ("HOURLY", seconds / 3_600)
      : seconds % 60 == 0 ? ("MINUTELY", seconds / 60) : ("SECONDLY", seconds)
    let rest = frequency == "HOURLY" ? ";BYMINUTE=0;BYSECOND=0" : frequency == "MINUTELY" ? ";BYSECOND=0" : ""
    self.init(
      rules: ["FREQ=\(frequency)" + (interval == 1 ? "" : ";INTERVAL=\(interval)") + rest],
      comments: ["'\(text)' counts from the start of the tool; the phase is assumed"], isRelative: true)
  }

  private init(fields texts: [String], _ dialect: CronSyntax, in text: String) throws(ScheduleProblem) {
    let names = dialect.fieldNames
    guard texts.count == names.count else { throw Self.wrongCount(texts, dialect, text) }
    var fields: [String: CronSyntaxField] = [:]
    for (name, text) in zip(names, texts) {
      let special = dialect == .aws ? Self.awsDays(text, name: name) : nil
      fields[name] = try CronSyntaxField(special?.base ?? text, name: name, dialect)
    }
    func field(_ name: String) throws(ScheduleProblem) -> CronSyntaxField {
      if let field = fields[name] { return field }
      return try CronSyntaxField("0", name: name, dialect)
    }
    if let years = fields["year"], !years.isFull, years.values.allSatisfy({ $0 < 2026 }) {
      throw Self.never(text, "its years are over")
    }
    let (days, weekdays) = (try field("day of month"), try field("day of week"))
    var parts = RuleParts(
      seconds: try field("second").values, minutes: try field("minute").restriction,
      hours: try field("hour").restriction, monthDays: days.restriction,
      months: try field("month").restriction,
      weekdays: weekdays.restriction)
    parts.special =
      dialect == .aws ? zip(names, texts).compactMap { Self.awsDays($0.1, name: $0.0)?.rule }.first : nil
    parts.isEitherDay = !days.isStar && !weekdays.isStar
    guard parts.canMatch else { throw Self.never(text, "no month of it has such a day") }
    let comments = names.compactMap { fields[$0]?.comment }
    let years = fields["year"].flatMap { $0.isFull ? nil : "only in the years \(texts.last ?? "")" }
    // A rule knows neither years nor the weekday nearest to a day.
    let isNear = dialect == .aws && texts.contains { $0.hasSuffix("W") && $0 != "LW" }
    self.init(
      rules: parts.rules, comments: comments + [years].compactMap { $0 },
      needsNotation: isNear || years != nil)
  }

  private static func never(_ text: String, _ reason: String) -> ScheduleProblem {
    ScheduleProblem(
      part: text, message: "the schedule '\(text)' never fires: \(reason)",
      hint: "write a day that exists, for example '0 1 1 * *', or remove the schedule")
  }

  private static func wrongCount(_ texts: [String], _ dialect: CronSyntax, _ text: String) -> ScheduleProblem
  {
    let names = dialect.fieldNames.joined(separator: ", ")
    let extra =
      texts.count == 6 && dialect.fieldNames.count == 5
      ? "; remove the seconds: '\(texts.dropFirst().joined(separator: " "))'" : ""
    return ScheduleProblem(
      part: text,
      message:
        "'\(text)' has \(texts.count) fields, and this tool reads \(dialect.fieldNames.count): \(names)",
      hint: "write for example '\(dialect.example)'\(extra)")
  }

  /// Parses `L`, `15W` and `6#3` of AWS, as the end of a rule.
  private static func awsDays(_ text: String, name: String) -> (base: String, rule: String)? {
    if name == "day of month" {
      if text == "L" { return ("?", "BYMONTHDAY=-1") }
      // The last weekday from Monday to Friday.
      if text == "LW" { return ("?", "BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1") }
      if text.hasSuffix("W"), let day = Int(text.dropLast()) {
        return ("?", "BYMONTHDAY=\(day)")
      }
    }
    guard name == "day of week" else { return nil }
    let codes = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"]
    func code(_ day: Substring) -> String? {
      if let number = Int(day) { return (1...7).contains(number) ? codes[number - 1] : nil }
      return day.count == 3 ? codes.first { day.uppercased().hasPrefix($0) } : nil
    }
    let halves = text.split(separator: "#")
    if halves.count == 2, let day = code(halves[0]), let week = Int(halves[1]), (1...5).contains(week) {
      return ("?", "BYDAY=\(week)\(day)")
    }
    if text.count > 1, text.hasSuffix("L"), let day = code(text.dropLast()) { return ("?", "BYDAY=-1\(day)") }
    return nil
  }
}

/// Durations in Go's notation: `1h30m`, `720h0m0s`.
enum GoDuration {
  /// Parses whole seconds; `nil` for anything that is no duration.
  static func seconds(_ text: String) -> Int? {
    var total = 0.0
    var digits = ""
    var unit = ""
    var hasPart = false
    func factor(_ unit: String) -> Double? {
      ["h": 3_600, "m": 60, "s": 1, "ms": 0.001, "d": 86_400, "w": 604_800][unit]
    }
    for character in text + "0" {
      if character.isNumber || character == "." {
        if !unit.isEmpty {
          guard let number = Double(digits), let factor = factor(unit) else { return nil }
          total += number * factor
          hasPart = true
          (digits, unit) = ("", "")
        }
        digits.append(character)
      } else {
        unit.append(character)
      }
    }
    return hasPart && digits == "0" ? Int(total) : nil
  }
}
