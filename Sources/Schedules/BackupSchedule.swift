import Units

/// The slots of a timetable counted from an instant.
public struct BackupSchedule: Hashable, Sendable, CustomStringConvertible {
  public let timetable: Timetable
  /// DTSTART: no slot lies before it.
  public let start: Instant

  public init(_ timetable: Timetable, from start: Instant) {
    self.timetable = timetable
    self.start = start
  }

  public init(_ rule: RecurrenceRule, from start: Instant) { self.init(Timetable(rule), from: start) }

  /// Every slot, ascending.
  public var slots: Slots { Slots(of: timetable, from: start) }

  /// The first slot at or after an instant, `nil` when the schedule has ended.
  public func slot(notBefore instant: Instant) -> Instant? {
    var slots = slots
    slots.skip(to: instant)
    return slots.next()
  }

  /// The first slot after an instant, `nil` when the schedule has ended.
  public func slot(after instant: Instant) -> Instant? {
    instant == .distantFuture ? nil : slot(notBefore: instant + .nanoseconds(1))
  }

  /// The slot that the next run takes. A run in progress swallows the slots it overlaps; one that falls on its very end
  /// is free.
  ///
  /// - Parameters:
  ///   - slot: the slot that the run took.
  ///   - end: when the run ended, not before its slot.
  public func slot(afterRunOf slot: Instant, endingAt end: Instant) -> Instant? {
    end > slot ? self.slot(notBefore: end) : self.slot(after: slot)
  }

  public var description: String { "\(timetable) from \(start)" }
}
