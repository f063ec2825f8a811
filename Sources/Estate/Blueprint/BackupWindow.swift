import Schedules
import Units

/// A daily window outside which no backup moves data.
public struct BackupWindow: Hashable, Sendable {
  /// The treatment of a backup that is not finished when the window closes.
  public enum Unfinished: String, CaseIterable, Hashable, Sendable {
    /// The backup pauses and continues in the next window.
    case resume
    /// The backup fails.
    case fail
  }

  /// The instants at which the window opens.
  public var openings: Timetable
  public var length: Duration
  public var unfinished: Unfinished

  public init(openings: Timetable, length: Duration, unfinished: Unfinished) {
    precondition(length > .zero && length < .days(1), "a daily window opens and closes")
    self.openings = openings
    self.length = length
    self.unfinished = unfinished
  }

  /// Returns the instant at which the window that is open at `instant` closes; `nil` when none is open.
  public func closing(openAt instant: Instant) -> Instant? {
    let schedule = BackupSchedule(openings, from: instant - .days(2))
    guard let opening = schedule.slot(after: instant - length), opening <= instant else { return nil }
    return opening + length
  }

  /// Returns the first instant after `instant` at which a window opens.
  public func opening(after instant: Instant) -> Instant? {
    BackupSchedule(openings, from: instant - .days(2)).slot(after: instant)
  }

  /// Returns the end of work that begins at `start` and moves data for `work`, with the pauses between windows.
  public func end(of work: Duration, from start: Instant) -> Instant? {
    var (now, rest) = (start, work)
    while true {
      if let closing = closing(openAt: now) {
        if now + rest <= closing { return now + rest }
        rest = rest - (closing - now)
        now = closing
      }
      guard let next = opening(after: now - .nanoseconds(1)) else { return nil }
      now = next
    }
  }
}
