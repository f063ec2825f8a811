import Units

/// The slots of a timetable, ascending and computed on demand.
///
/// The iteration proceeds from one change of the clock to the next. Between two changes local times and
/// instants differ by a constant. At a change the timetable's treatment of gaps and repeated hours decides.
public struct Slots: Sequence, IteratorProtocol, Sendable {
  private let zone: Zone
  private let change: ClockChange
  private let start: Int
  private let last: Int
  /// The local times from the start on. A repeated hour restarts from this copy.
  private let template: LocalTimes
  private var times: LocalTimes
  /// The next local time that is read but not used.
  private var pending: Int?
  private var stretch: Int
  /// The slots whose local time is in a gap, ascending.
  private var late: [Int] = []
  private var previous = Int.min
  /// The number of slots remaining by COUNT.
  private var remaining: Int

  init(of timetable: Timetable, from start: Instant) {
    zone = timetable.zone
    change = timetable.clockChange
    (last, remaining) = timetable.end
    self.start = start.secondRoundedUp
    template = timetable.localTimes(from: zone.local(self.start))
    times = template
    stretch = zone.stretch(at: self.start)
    pending = times.next()
  }

  public mutating func next() -> Instant? {
    while remaining > 0 {
      guard let second = nextSecond(), second <= last else { break }
      guard second > previous else { continue }
      previous = second
      remaining -= 1
      return Instant(second: second)
    }
    remaining = 0
    return nil
  }

  /// Skips the slots before an instant.
  ///
  /// Complexity: O(1) periods for a timetable without COUNT, else all of those between.
  public mutating func skip(to instant: Instant) {
    let target = instant.secondRoundedUp
    if remaining < .max { return walk(to: target) }
    guard target > previous, target > start else { return }
    stretch = zone.stretch(at: target)
    // The slots of a gap lie at the change or after it: begin before a change that is near.
    let isNearChange = stretch > 0 && zone.start(of: stretch) > target - 86_400
    let origin = isNearChange ? Swift.max(start, zone.start(of: stretch) - 86_400) : target
    stretch = zone.stretch(at: origin)
    late = []
    restart(at: zone.local(origin))
    walk(to: target)
  }

  private mutating func walk(to target: Int) {
    var ahead = self
    repeat { self = ahead } while ahead.next().map { $0.wholeSeconds < target } ?? (remaining > 0)
  }

  private mutating func restart(at local: Int) {
    times = template
    times.skip(to: local)
    pending = times.next()
  }

  private mutating func nextSecond() -> Int? {
    while true {
      let end = zone.end(of: stretch)
      let offset = zone.offset(of: stretch)
      if let late = late.first, pending.map({ late <= $0 - offset }) ?? true, late < end {
        self.late.removeFirst()
        return late
      }
      if let local = pending, local - offset < end {
        pending = times.next()
        return local - offset
      }
      guard stretch < zone.lastStretch, pending != nil || !late.isEmpty else { return nil }
      if leap(from: offset, at: end) { return end }
    }
  }

  /// Advances over a change of the clock; returns whether slots of its gap happen at the change.
  private mutating func leap(from offset: Int, at second: Int) -> Bool {
    stretch += 1
    let start = second + zone.offset(of: stretch)
    guard start > second + offset else {
      if change.repeats { restart(at: start) }
      return false
    }
    var happens = false
    while let local = pending, local < start {
      switch change.gap {
      case .skipped: break
      case .atTheChange: happens = true
      case .shifted: late.append(local - offset)
      }
      pending = times.next()
    }
    return happens
  }
}
