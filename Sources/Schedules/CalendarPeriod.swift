import Units

/// A calendar period in UTC: the steps of a recurrence rule and the buckets of a retention rule. A recurrence rule
/// has no quarters.
///
/// The periods of one kind are numbered without gaps, so that "every third week" is arithmetic. Weeks begin on
/// Monday (ISO 8601) unless a rule names another day.
public enum CalendarPeriod: Int, CaseIterable, Hashable, Comparable, Sendable {
  case second, minute, hour, day, week, month, quarter, year

  public static func < (a: CalendarPeriod, b: CalendarPeriod) -> Bool { a.rawValue < b.rawValue }

  /// Returns the number of the period with an instant.
  public func number(at instant: Instant) -> Int {
    number(atSecond: Int(instant.nanoseconds.flooredQuotient(1_000_000_000)))
  }

  /// Returns the number of the period with a second since 1970-01-01T00:00:00Z.
  public func number(atSecond second: Int, weekStart: Weekday = .monday) -> Int {
    switch self {
    case .second: return second
    case .minute: return second.flooredQuotient(60)
    case .hour: return second.flooredQuotient(3_600)
    case .day: return second.flooredQuotient(86_400)
    case .week: return (second.flooredQuotient(86_400) + 3 - weekStart.rawValue).flooredQuotient(7)
    case .month:
      let date = CivilTime(daysSinceEpoch: second.flooredQuotient(86_400))
      return date.year * 12 + date.month - 1
    case .quarter: return CalendarPeriod.month.number(atSecond: second).flooredQuotient(3)
    case .year: return CivilTime(daysSinceEpoch: second.flooredQuotient(86_400)).year
    }
  }

  /// Returns the first second of a period, the inverse of `number(atSecond:)`.
  func start(ofNumber number: Int, weekStart: Weekday = .monday) -> Int {
    switch self {
    case .second: number
    case .minute: number * 60
    case .hour: number * 3_600
    case .day: number * 86_400
    case .week: (number * 7 - 3 + weekStart.rawValue) * 86_400
    case .month:
      CivilTime(year: number.flooredQuotient(12), month: number.flooredRemainder(12) + 1, day: 1)
        .daysSinceEpoch * 86_400
    case .quarter: CalendarPeriod.month.start(ofNumber: number * 3)
    case .year: CivilTime(year: number, month: 1, day: 1).daysSinceEpoch * 86_400
    }
  }

  /// Returns the name of a period: `2026-03-05T14`, `2026-03-05`, `2026-W10`, `2026-03`, `2026-Q1`,
  /// `2026`.
  public func name(ofNumber number: Int) -> String {
    let second = start(ofNumber: number)
    let text = CivilTime(Instant(nanoseconds: Int64(second) * 1_000_000_000)).description
    switch self {
    case .second: return String(text.prefix(19))
    case .minute: return String(text.prefix(16))
    case .hour: return String(text.prefix(13))
    case .day: return String(text.prefix(10))
    case .month: return String(text.prefix(7))
    case .quarter: return "\(number.flooredQuotient(4))-Q\(number.flooredRemainder(4) + 1)"
    case .year: return String(text.prefix(4))
    case .week:
      let week = CalendarDay(number: second.flooredQuotient(86_400)).week(startingOn: .monday)
      return "\(week.year)-W\(week.number < 10 ? "0" : "")\(week.number)"
    }
  }
}

/// A day of the week, Monday first as in ISO 8601.
public enum Weekday: Int, CaseIterable, Hashable, Comparable, Sendable {
  case monday, tuesday, wednesday, thursday, friday, saturday, sunday

  public static func < (a: Weekday, b: Weekday) -> Bool { a.rawValue < b.rawValue }
}
