import Units

/// The slots of a timetable from a start instant on.
public struct BackupSchedule: Hashable, Sendable, CustomStringConvertible {
  public let timetable: Timetable
  /// The start (DTSTART), before which there is no slot.
  public let start: Instant

  public init(_ timetable: Timetable, from start: Instant) {
    self.timetable = timetable
    self.start = start
  }

  public init(_ rule: RecurrenceRule, from start: Instant) { self.init(Timetable(rule), from: start) }

  /// The slots, ascending.
  public var slots: Slots { Slots(of: timetable, from: start) }

  /// Returns the first slot at or after an instant; `nil` when the schedule has ended.
  public func slot(notBefore instant: Instant) -> Instant? {
    var slots = slots
    slots.skip(to: instant)
    return slots.next()
  }

  /// Returns the first slot after an instant; `nil` when the schedule has ended.
  public func slot(after instant: Instant) -> Instant? {
    instant == .distantFuture ? nil : slot(notBefore: instant + .nanoseconds(1))
  }

  /// Returns the slot of the next run. A run in progress skips the slots that it overlaps; one at its exact
  /// end is free.
  ///
  /// - Parameters:
  ///   - slot: the slot that the run took.
  ///   - end: when the run ended, not before its slot.
  public func slot(afterRunOf slot: Instant, endingAt end: Instant) -> Instant? {
    end > slot ? self.slot(notBefore: end) : self.slot(after: slot)
  }

  public var description: String { "\(timetable) from \(start)" }
}
