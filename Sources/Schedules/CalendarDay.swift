import Units

/// A day in the proleptic Gregorian calendar, with every name that a recurrence rule has for it.
public struct CalendarDay {
  /// The number of days since 1970-01-01.
  public let number: Int
  public let year: Int
  /// The month, from 1 to 12.
  public let month: Int
  /// The day of the month, from 1 to its length.
  public let dayOfMonth: Int

  public init(number: Int) {
    let date = CivilTime(daysSinceEpoch: number)
    self.number = number
    (year, month, dayOfMonth) = (date.year, date.month, date.day)
  }

  /// The day of the week; 0 is Monday, 6 is Sunday.
  public var weekday: Int { (number + 3).flooredRemainder(7) }
  var monthLength: Int { CivilTime.length(ofMonth: month, in: year) }
  var yearLength: Int { CivilTime.isLeap(year) ? 366 : 365 }
  /// The day of the year, from 1 to its length.
  var dayOfYear: Int { number - CivilTime(year: year, month: 1, day: 1).daysSinceEpoch + 1 }

  /// Returns the week of the day. A week belongs to the year of its fourth day (ISO 8601; RFC 5545, 3.3.10).
  public func week(startingOn weekStart: Weekday) -> (year: Int, number: Int, weeksInYear: Int) {
    let fourth = CalendarDay(number: number - (weekday - weekStart.rawValue).flooredRemainder(7) + 3)
    let daysBefore = fourth.dayOfYear - 1
    let weeks = (fourth.yearLength - 1 - daysBefore % 7) / 7 + 1
    return (fourth.year, daysBefore / 7 + 1, weeks)
  }

  /// Returns the number of the quarter of 13 ISO weeks with a day, without gaps. The last quarter has 14
  /// weeks in a long year.
  public static func quarter(ofDay number: Int) -> Int {
    let week = CalendarDay(number: number).week(startingOn: .monday)
    return week.year * 4 + min((week.number - 1) / 13, 3)
  }
}
