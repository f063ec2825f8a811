import Units

/// A recurrence given by a cron expression, as one program interprets it.
public struct CronRule: Hashable, Sendable, CustomStringConvertible {
  public let dialect: CronDialect
  /// The expression as written, with single spaces.
  public let description: String
  let times: Clock
  let months: [Int]
  let monthDays: [CronDay]
  let weekdays: [CronDay]
  let yearList: [Int]
  /// Whether a match of one of the two day fields is enough.
  let eitherDayMatches: Bool
  /// Whether the minute or the hour begins with `*`. Such a job follows elapsed time.
  let followsPassingTime: Bool

  func admits(_ day: CalendarDay) -> Bool {
    guard months.contains(day.month), yearList.isEmpty || yearList.contains(day.year) else { return false }
    let isMonthDay = monthDays.contains { $0.names(day) }
    let isWeekday = weekdays.contains { $0.names(day) }
    return eitherDayMatches ? isMonthDay || isWeekday : isMonthDay && isWeekday
  }
}

extension CronRule: DayRule {}

/// An item of one of the two day fields.
enum CronDay: Hashable, Sendable {
  case any
  case dayOfMonth(Int)
  /// `L`: the last day of the month.
  case lastOfMonth
  /// `15W`: the weekday from Monday to Friday nearest to a day of the month, in the same month.
  case workdayNearest(Int)
  case weekday(Weekday)
  /// `6#3`: the third such day of the month.
  case weekdayInMonth(Weekday, Int)
  /// `6L`: the last such day of the month.
  case lastWeekday(Weekday)

  func names(_ day: CalendarDay) -> Bool {
    switch self {
    case .any: true
    case .dayOfMonth(let number): day.dayOfMonth == number
    case .lastOfMonth: day.dayOfMonth == day.monthLength
    case .workdayNearest(let number): day.dayOfMonth == Self.workday(nearest: number, in: day)
    case .weekday(let weekday): day.weekday == weekday.rawValue
    case .weekdayInMonth(let weekday, let ordinal):
      day.weekday == weekday.rawValue && (day.dayOfMonth - 1) / 7 + 1 == ordinal
    case .lastWeekday(let weekday):
      day.weekday == weekday.rawValue && day.dayOfMonth + 7 > day.monthLength
    }
  }

  private static func workday(nearest number: Int, in day: CalendarDay) -> Int {
    let weekday = (day.weekday + number - day.dayOfMonth).flooredRemainder(7)
    switch weekday {
    case 5: return number > 1 ? number - 1 : number + 2
    case 6: return number < day.monthLength ? number + 1 : number - 2
    default: return number
    }
  }
}
