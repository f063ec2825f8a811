import Units

/// A day in the proleptic Gregorian calendar, with every way in which a recurrence rule can name it.
public struct CalendarDay {
  /// Days since 1970-01-01.
  public let number: Int
  public let year: Int
  /// 1 to 12.
  public let month: Int
  /// 1 to the length of the month.
  public let dayOfMonth: Int

  public init(number: Int) {
    let date = CivilTime(daysSinceEpoch: number)
    self.number = number
    (year, month, dayOfMonth) = (date.year, date.month, date.day)
  }

  /// 0 is Monday, 6 is Sunday.
  public var weekday: Int { (number + 3).flooredRemainder(7) }
  var monthLength: Int { CivilTime.length(ofMonth: month, in: year) }
  var yearLength: Int { CivilTime.isLeap(year) ? 366 : 365 }
  /// 1 to the length of the year.
  var dayOfYear: Int { number - CivilTime(year: year, month: 1, day: 1).daysSinceEpoch + 1 }

  /// The week that holds the day: it belongs to the year that holds its fourth day (ISO 8601; RFC 5545, 3.3.10).
  public func week(startingOn weekStart: Weekday) -> (year: Int, number: Int, weeksInYear: Int) {
    let fourth = CalendarDay(number: number - (weekday - weekStart.rawValue).flooredRemainder(7) + 3)
    let daysBefore = fourth.dayOfYear - 1
    let weeks = (fourth.yearLength - 1 - daysBefore % 7) / 7 + 1
    return (fourth.year, daysBefore / 7 + 1, weeks)
  }

  /// The quarter of 13 ISO weeks that holds a day (the last has 14 in a long year), numbered without gaps.
  public static func quarter(ofDay number: Int) -> Int {
    let week = CalendarDay(number: number).week(startingOn: .monday)
    return week.year * 4 + min((week.number - 1) / 13, 3)
  }
}
