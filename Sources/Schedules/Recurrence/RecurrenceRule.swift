import Units

/// When something recurs: an iCalendar recurrence rule (RFC 5545, section 3.3.10), in UTC.
///
/// A rule says nothing until it is given the instant that it counts from (DTSTART): what the rule leaves open, such as
/// the minute of `FREQ=DAILY;BYHOUR=2`, is taken from there. Lists are held ascending and without duplicates, so two
/// texts of one rule are one value.
public struct RecurrenceRule: Hashable, Sendable {
  /// When the recurrence ends.
  public enum End: Hashable, Sendable {
    case never
    /// After this many occurrences.
    case count(Int)
    /// With the last occurrence at or before this instant.
    case until(Instant)
  }

  /// A day of the week, or the n-th such day of the month or year, counted from its end when n is negative.
  public struct Day: Hashable, Comparable, Sendable {
    /// `nil` stands for every such day.
    public let ordinal: Int?
    public let weekday: Weekday

    public static func < (a: Day, b: Day) -> Bool {
      (a.ordinal ?? 0, a.weekday) < (b.ordinal ?? 0, b.weekday)
    }
  }

  /// FREQ: the period that recurs.
  public internal(set) var frequency = CalendarPeriod.day
  /// INTERVAL: every how many periods, at least 1.
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
  /// BYSETPOS: which of a period's occurrences count, 1 to 366, or -1 (the last) to -366.
  public internal(set) var positions: [Int] = []
  /// WKST: the day on which weeks begin.
  public internal(set) var weekStart = Weekday.monday

  init() {}

  /// The occurrences of the rule counted from `start`, ascending and none before it.
  ///
  /// A start that the rule does not match is not an occurrence, and a fraction of its second is rounded up. The
  /// sequence ends with the rule, or with the range of `Instant` (the year 2262): a rule that never matches, such as
  /// 30 February, gives an empty one in bounded time.
  public func occurrences(from start: Instant) -> Occurrences {
    Occurrences(of: Recurrence(of: self, from: start))
  }
}
