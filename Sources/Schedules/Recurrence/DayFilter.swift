import Units

/// The days of a recurrence, by the BYxxx parts for days. Parts that the rule leaves open come from DTSTART.
struct DayFilter: Hashable, Sendable {
  private var months: [Int]
  private let weekNumbers: [Int]
  private let yearDays: [Int]
  private var monthDays: [Int]
  private var days: [RecurrenceRule.Day]
  private let weekStart: Weekday
  /// Whether an ordinal counts within the month; otherwise it counts within the year.
  private let countsWithinMonth: Bool

  init(of rule: RecurrenceRule, from start: CalendarDay) {
    months = rule.months
    weekNumbers = rule.weekNumbers
    yearDays = rule.yearDays
    monthDays = rule.monthDays
    days = rule.days
    weekStart = rule.weekStart
    countsWithinMonth = rule.frequency == .month || !rule.months.isEmpty
    guard yearDays.isEmpty, monthDays.isEmpty, days.isEmpty else { return }
    let sameWeekday = Weekday.allCases.filter { $0.rawValue == start.weekday }
      .map { RecurrenceRule.Day(ordinal: nil, weekday: $0) }
    switch rule.frequency {
    case .year where weekNumbers.isEmpty:
      monthDays = [start.dayOfMonth]
      if months.isEmpty { months = [start.month] }
    case .month: monthDays = [start.dayOfMonth]
    case .year, .week: days = sameWeekday
    case .second, .minute, .hour, .day, .quarter: break
    }
  }

  func admits(_ day: CalendarDay) -> Bool {
    (months.isEmpty || months.contains(day.month))
      && (monthDays.isEmpty || monthDays.names(day.dayOfMonth, of: day.monthLength))
      && (yearDays.isEmpty || yearDays.names(day.dayOfYear, of: day.yearLength))
      && (days.isEmpty || days.contains { names($0, day) })
      && (weekNumbers.isEmpty || namesWeek(of: day))
  }

  private func namesWeek(of day: CalendarDay) -> Bool {
    let week = day.week(startingOn: weekStart)
    return weekNumbers.names(week.number, of: week.weeksInYear)
  }

  private func names(_ wanted: RecurrenceRule.Day, _ day: CalendarDay) -> Bool {
    guard wanted.weekday.rawValue == day.weekday else { return false }
    guard let ordinal = wanted.ordinal else { return true }
    let (position, length) =
      countsWithinMonth ? (day.dayOfMonth, day.monthLength) : (day.dayOfYear, day.yearLength)
    return ordinal > 0 ? (position - 1) / 7 + 1 == ordinal : (length - position) / 7 + 1 == -ordinal
  }
}

extension [Int] {
  /// Whether the list contains a position, counted from 1, or from -1 at the end.
  fileprivate func names(_ position: Int, of length: Int) -> Bool {
    contains(position) || contains(position - length - 1)
  }
}
