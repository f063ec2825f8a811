import Schedules

/// A calendar expression of systemd converted to a recurrence rule.
struct OnCalendar {
  let rule: String
  /// The zone that the expression names.
  let zone: String?
  /// The expression without its zone, as the scenario language writes it; `nil` where that reads it otherwise.
  let notation: String?
  /// Whether the rule leaves something out, such as years, so that only the notation says all.
  let needsNotation: Bool

  private static let words: [(String, String)] = [
    ("minutely", "*-*-* *:*:00"), ("hourly", "*-*-* *:00:00"), ("daily", "*-*-* 00:00:00"),
    ("weekly", "Mon *-*-* 00:00:00"), ("monthly", "*-*-01 00:00:00"),
    ("quarterly", "*-01,04,07,10-01 00:00:00"),
    ("semiannually", "*-01,07-01 00:00:00"), ("yearly", "*-01-01 00:00:00"), ("annually", "*-01-01 00:00:00"),
  ]
  private static let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

  init(_ text: String) throws(ScheduleProblem) {
    var words = text.trimmingBlanks.words
    if let word = words.first?.lowercased(), let full = Self.words.first(where: { $0.0 == word })?.1 {
      words = full.words + words.dropFirst()
    }
    var zone: String?
    // Only the day of the week, which stands first, and the zone begin with a letter.
    if words.count > 1, let last = words.last, last.first?.isLetter == true {
      zone = last
      words.removeLast()
    }
    self.zone = zone
    let plain = words.joined(separator: " ")
    notation = (try? CalendarEvent(parsing: plain)) == nil ? nil : "onCalendar: \(plain.quotedForYAML)"
    var parts = RuleParts(minutes: [0], hours: [0])
    if let first = words.first, first.first?.isLetter == true {
      parts.weekdays = try Self.weekdays(first)
      words.removeFirst()
    }
    if let date = words.first, date.contains("-") || date.contains("~") {
      try Self.read(date: date, into: &parts, of: text)
      words.removeFirst()
    }
    if let time = words.first {
      try Self.read(time: time, into: &parts)
      words.removeFirst()
    }
    guard words.isEmpty, !text.trimmingBlanks.isEmpty else { throw Self.problem(text, text) }
    guard parts.canMatch else {
      throw ScheduleProblem(
        part: text, message: "the schedule '\(text)' never fires: no month of it has such a day",
        hint: "write a day that exists, for example '*-*-01 02:00', or remove the timer")
    }
    rule = parts.rules[0]
    let hasYears = plain.words.contains { $0.contains("-") && $0.prefix(4).allSatisfy(\.isNumber) }
    needsNotation = hasYears && notation != nil
  }

  private static func problem(_ part: String, _ text: String) -> ScheduleProblem {
    ScheduleProblem(
      part: part, message: "'\(part)' is no calendar expression of systemd",
      hint: "write for example 'Mon..Fri *-*-* 02:30:00 Europe/Lisbon'; 'systemd-analyze calendar' checks it")
  }

  private static func weekdays(_ text: String) throws(ScheduleProblem) -> [Int] {
    var values: [Int] = []
    for part in text.split(separator: ",") {
      let ends = part.replacing("..", with: "-").split(separator: "-").map { weekday($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2 else {
        throw problem(text, text)
      }
      var day = first
      values.append(day)
      while day != last {
        day = (day + 1) % 7
        values.append(day)
      }
    }
    return values.sorted().reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  private static func weekday(_ text: Substring) -> Int? {
    text.count >= 3 ? days.firstIndex { text.lowercased().hasPrefix($0) } : nil
  }

  private static func read(date: String, into parts: inout RuleParts, of text: String) throws(ScheduleProblem)
  {
    let fromEnd = date.contains("~")
    let fields = date.split { $0 == "-" || $0 == "~" }.map(String.init)
    guard (2...3).contains(fields.count) else { throw problem(date, text) }
    if fields.count == 3, let years = try values(fields[0], 1970...2199), years.allSatisfy({ $0 < 2026 }) {
      throw ScheduleProblem(
        part: text, message: "the schedule '\(text)' never fires: its years are over",
        hint: "write '*' for the year, or remove the timer")
    }
    parts.months = try values(fields[fields.count - 2], 1...12)
    let days = try values(fields[fields.count - 1], 1...31)
    parts.monthDays = fromEnd ? days?.map { -$0 } : days
  }

  private static func read(time: String, into parts: inout RuleParts) throws(ScheduleProblem) {
    let fields = time.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (2...3).contains(fields.count) else { throw problem(time, time) }
    parts.hours = try values(fields[0], 0...23)
    parts.minutes = try values(fields[1], 0...59)
    parts.seconds = fields.count == 3 ? try values(fields[2], 0...59) ?? Array(0...59) : [0]
  }

  /// Parses values; `nil` for all values.
  private static func values(_ text: String, _ range: ClosedRange<Int>) throws(ScheduleProblem) -> [Int]? {
    if text == "*" { return nil }
    var values: [Int] = []
    for part in text.split(separator: ",") {
      let halves = part.split(separator: "/").map(String.init)
      let ends = (halves.first == "*" ? "\(range.lowerBound)" : halves.first ?? "").replacing("..", with: ":")
        .split(separator: ":").map { Int($0.prefix { $0 != "." }) }
      let step = halves.count == 2 ? Int(halves[1]) : 1
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, let step, step >= 1,
        range.contains(first), range.contains(last), halves.count <= 2
      else { throw problem(text, text) }
      let end = ends.count == 2 ? last : halves.count == 2 ? range.upperBound : first
      values += Array(stride(from: first, through: end, by: step))
    }
    values = values.sorted().reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    return values.count == range.count ? nil : values
  }
}

/// Time spans in systemd's notation: `1h 30min`, `45m`, `2 hours`; a bare number is seconds.
enum SystemdSpan {
  private static let units: [(String, Double)] = [
    ("us", 1e-6), ("usec", 1e-6), ("ms", 1e-3), ("msec", 1e-3), ("s", 1), ("sec", 1), ("second", 1),
    ("seconds", 1),
    ("m", 60), ("min", 60), ("minute", 60), ("minutes", 60), ("h", 3_600), ("hr", 3_600), ("hour", 3_600),
    ("hours", 3_600), ("d", 86_400), ("day", 86_400), ("days", 86_400), ("w", 604_800), ("week", 604_800),
    ("weeks", 604_800), ("M", 2_629_800), ("month", 2_629_800), ("months", 2_629_800), ("y", 31_557_600),
  ]

  static func seconds(_ text: String) -> Double? {
    if let number = Double(text) { return number }
    var total = 0.0
    var rest = text[...].drop { $0 == " " }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isNumber || $0 == "." }
      rest = rest.dropFirst(digits.count).drop { $0 == " " }
      let unit = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(unit.count).drop { $0 == " " }
      guard let number = Double(digits), let factor = units.first(where: { $0.0 == unit })?.1 else {
        return nil
      }
      total += number * factor
    }
    return total
  }
}
