import Units

/// An iCalendar recurrence rule (RFC 5545, section 3.3.10), in UTC.
///
/// A rule is incomplete without its start (DTSTART). Parts that the rule leaves open, such as the minute of
/// `FREQ=DAILY;BYHOUR=2`, come from there. Lists are held ascending and without duplicates, so two texts of
/// one rule are one value.
public struct RecurrenceRule: Hashable, Sendable {
  /// The end of the recurrence.
  public enum End: Hashable, Sendable {
    case never
    /// The recurrence ends after this many occurrences.
    case count(Int)
    /// The recurrence ends with the last occurrence at or before this instant.
    case until(Instant)
  }

  /// A day of the week, or the n-th such day of the month or year. A negative n counts from the end.
  public struct Day: Hashable, Comparable, Sendable {
    /// The ordinal n; `nil` for every such day.
    public let ordinal: Int?
    public let weekday: Weekday

    public static func < (a: Day, b: Day) -> Bool {
      (a.ordinal ?? 0, a.weekday) < (b.ordinal ?? 0, b.weekday)
    }
  }

  /// FREQ: the recurring period.
  public internal(set) var frequency = CalendarPeriod.day
  /// INTERVAL: the number of periods from one recurrence to the next, at least 1.
  public internal(set) var interval = 1
  /// COUNT or UNTIL.
  public internal(set) var end = End.never
  /// BYSECOND, 0 to 60; the leap second 60 is second 59 (RFC 5545, 3.3.12).
  public internal(set) var seconds: [Int] = []
  /// BYMINUTE, 0 to 59.
  public internal(set) var minutes: [Int] = []
  /// BYHOUR, 0 to 23.
  public internal(set) var hours: [Int] = []
  /// BYDAY.
  public internal(set) var days: [Day] = []
  /// BYMONTHDAY, 1 to 31, or -1 (the last day) to -31.
  public internal(set) var monthDays: [Int] = []
  /// BYYEARDAY, 1 to 366, or -1 to -366.
  public internal(set) var yearDays: [Int] = []
  /// BYWEEKNO, 1 to 53, or -1 to -53.
  public internal(set) var weekNumbers: [Int] = []
  /// BYMONTH, 1 to 12.
  public internal(set) var months: [Int] = []
  /// BYSETPOS: the positions of the occurrences that count in a period, 1 to 366, or -1 (the last) to -366.
  public internal(set) var positions: [Int] = []
  /// WKST: the day on which weeks begin.
  public internal(set) var weekStart = Weekday.monday

  init() {}

  /// Returns the occurrences of the rule from `start` on, ascending.
  ///
  /// A start that the rule does not match is not an occurrence, and a fraction of its second is rounded up. The
  /// sequence ends with the rule, or with the range of `Instant` (the year 2262): a rule that never matches, such as
  /// 30 February, gives an empty one in bounded time.
  public func occurrences(from start: Instant) -> Occurrences {
    Occurrences(of: Recurrence(of: self, from: start))
  }
}
