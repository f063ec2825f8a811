import Units

/// A recurrence rule with the zone in which it is read.
public struct Timetable: Hashable, Sendable, CustomStringConvertible {
  /// The notation of the rule.
  public enum Rule: Hashable, Sendable {
    /// RFC 5545.
    case recurrence(RecurrenceRule)
    case cron(CronRule)
    /// systemd's OnCalendar.
    case calendar(CalendarEvent)
  }

  public let rule: Rule
  public let zone: Zone

  public init(_ rule: Rule, in zone: Zone = .utc) {
    self.rule = rule
    self.zone = zone
  }

  public init(_ rule: RecurrenceRule, in zone: Zone = .utc) { self.init(.recurrence(rule), in: zone) }

  public var description: String {
    let text =
      switch rule {
      case .recurrence(let rule): "\(rule)"
      case .cron(let rule): "\(rule.dialect.rawValue) '\(rule)'"
      case .calendar(let event): "OnCalendar '\(event)'"
      }
    return zone == .utc ? text : "\(text) in \(zone)"
  }

  /// The treatment of clock changes. RFC 5545 ignores local times that do not exist, and rules finer than a
  /// day follow elapsed time. A day of 25 hours thus has 25 hourly slots. A zoned systemd timer skips the gap
  /// and the repeated hour (systemd 252).
  var clockChange: ClockChange {
    switch rule {
    case .recurrence(let rule): ClockChange(gap: .skipped, repeats: rule.frequency < .day)
    case .cron(let rule): rule.clockChange
    case .calendar: ClockChange(gap: .skipped, repeats: false)
    }
  }

  /// The end: UNTIL in seconds since 1970, and COUNT.
  var end: (last: Int, count: Int) {
    let horizon = Instant.distantFuture.wholeSeconds
    guard case .recurrence(let rule) = rule else { return (horizon, .max) }
    switch rule.end {
    case .never: return (horizon, .max)
    case .count(let count): return (horizon, count)
    case .until(let instant): return (instant.wholeSeconds, .max)
    }
  }

  func localTimes(from local: Int) -> LocalTimes {
    switch rule {
    case .recurrence(var rule):
      // COUNT and UNTIL speak of instants that really happen, not of local times.
      rule.end = .never
      return .recurrence(Occurrences(of: Recurrence(of: rule, from: Instant(second: local))))
    case .cron(let rule): return .days(DayTimes(rule, from: local))
    case .calendar(let event): return .days(DayTimes(event, from: local))
    }
  }
}
