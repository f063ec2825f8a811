/// A date and time of day in UTC, in the proleptic Gregorian calendar.
public struct CivilTime: Hashable, Comparable, Sendable {
  public var year: Int
  /// The month, from 1 to 12.
  public var month: Int
  /// The day, from 1 to the length of the month.
  public var day: Int
  public var hour: Int
  public var minute: Int
  public var second: Int
  public var nanosecond: Int

  public init(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, nanosecond: Int = 0
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
    self.nanosecond = nanosecond
  }

  public init(_ instant: Instant) {
    let day = instant.nanoseconds.flooredQuotient(86_400_000_000_000)
    let rest = instant.nanoseconds.flooredRemainder(86_400_000_000_000)
    self.init(daysSinceEpoch: Int(day))
    hour = Int(rest / 3_600_000_000_000)
    minute = Int(rest / 60_000_000_000 % 60)
    second = Int(rest / 1_000_000_000 % 60)
    nanosecond = Int(rest % 1_000_000_000)
  }

  /// Creates midnight of a day. Method: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
  /// `civil_from_days`.
  public init(daysSinceEpoch days: Int) {
    let shifted = days + 719_468
    let era = shifted.flooredQuotient(146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    self.init(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  /// The days from 1970-01-01, same source, `days_from_civil`.
  public var daysSinceEpoch: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear.flooredQuotient(400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  public var instant: Instant {
    let seconds = Int64(daysSinceEpoch) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
    return Instant(nanoseconds: seconds * 1_000_000_000 + Int64(nanosecond))
  }

  /// The day of the week; 0 is Monday, 6 is Sunday.
  public var weekday: Int { (daysSinceEpoch + 3).flooredRemainder(7) }

  public static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  /// Returns the number of days in a month (1 to 12) of a year.
  public static func length(ofMonth month: Int, in year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  public static func < (a: CivilTime, b: CivilTime) -> Bool {
    (a.year, a.month, a.day, a.hour, a.minute, a.second) != (
      b.year, b.month, b.day, b.hour, b.minute, b.second
    )
      ? (a.year, a.month, a.day, a.hour, a.minute, a.second) < (
        b.year, b.month, b.day, b.hour, b.minute, b.second
      )
      : a.nanosecond < b.nanosecond
  }
}

extension BinaryInteger {
  /// Returns the quotient rounded toward negative infinity.
  @inlinable
  public func flooredQuotient(_ divisor: Self) -> Self {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder != 0 && (remainder < 0) != (divisor < 0) ? quotient - 1 : quotient
  }

  /// Returns the remainder that goes with `flooredQuotient`, with the divisor's sign.
  @inlinable
  public func flooredRemainder(_ divisor: Self) -> Self {
    let remainder = self % divisor
    return remainder != 0 && (remainder < 0) != (divisor < 0) ? remainder + divisor : remainder
  }
}
