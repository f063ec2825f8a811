/// The parts of a calendar expression, and their recurrence rules; `nil` for a part without restriction.
struct RuleParts {
  var seconds: [Int] = [0]
  var minutes: [Int]?
  var hours: [Int]?
  /// The days of the month; negative ones count from its end.
  var monthDays: [Int]?
  var months: [Int]?
  /// The days of the week; 0 is Sunday.
  var weekdays: [Int]?
  /// A part for days without a list of numbers, such as `BYDAY=2MO`.
  var special: String?
  /// Whether a day matches by month or by week, as in cron, rather than by both.
  var isEitherDay = false

  private static let codes = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"]
  private static let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

  /// Whether some month has one of the days.
  var canMatch: Bool {
    if isEitherDay, weekdays != nil { return true }
    guard let first = monthDays?.map(abs).min() else { return true }
    return (months ?? Array(1...12)).contains { Self.lengths[$0 - 1] >= first }
  }

  /// The rules: one, or two where either day matches.
  var rules: [String] {
    if let special { return [rule([special], monthly: true)] }
    let days = monthDays.map { "BYMONTHDAY=\(list($0))" }
    let week = weekdays.map { "BYDAY=\($0.map { Self.codes[$0] }.joined(separator: ","))" }
    guard isEitherDay, let days, let week else { return [rule([days, week].compactMap { $0 })] }
    return [rule([days]), rule([week])]
  }

  /// Returns a rule of the highest frequency without a list of all hours or minutes.
  private func rule(_ days: [String], monthly: Bool = false) -> String {
    var parts = [""]
    if let months { parts.append("BYMONTH=\(list(months))") }
    parts += days
    if hours == nil, minutes == nil, !monthly {
      parts[0] = "FREQ=MINUTELY"
    } else if hours == nil, !monthly {
      parts[0] = "FREQ=HOURLY"
      parts.append("BYMINUTE=\(list(minutes ?? [0]))")
    } else {
      parts[0] = monthly ? "FREQ=MONTHLY" : "FREQ=DAILY"
      parts.append("BYHOUR=\(list(hours ?? Array(0...23)))")
      parts.append("BYMINUTE=\(list(minutes ?? Array(0...59)))")
    }
    return (parts + ["BYSECOND=\(list(seconds))"]).joined(separator: ";")
  }

  private func list(_ values: [Int]) -> String { values.map(String.init).joined(separator: ",") }
}
