import Replication
import Simulation
import Units

/// An alarm of an engine in the event queue.
struct Alarm: Sendable {
  let event: EventID
  let instant: Instant
}

/// The alarms of one engine, at most one for each timer.
struct Alarms: Sendable {
  typealias Events = EventQueue<Happening>

  private var byTimer: [Alarm?] = ReplicationTimer.allCases.map { _ in nil }

  /// The instant of a timer's alarm; `nil` when none is set.
  subscript(timer: ReplicationTimer) -> Instant? { byTimer[Int(timer.rawValue)]?.instant }

  /// Sets the alarm of a timer anew.
  mutating func set(
    _ timer: ReplicationTimer, _ event: Happening, at instant: Instant, in events: inout Events
  ) {
    cancel(timer, in: &events)
    byTimer[Int(timer.rawValue)] = Alarm(
      event: events.schedule(event, at: instant), instant: instant)
  }

  /// Notes that the alarm of a timer has gone off.
  mutating func clear(_ timer: ReplicationTimer) {
    precondition(byTimer[Int(timer.rawValue)] != nil, "an alarm that goes off was set")
    byTimer[Int(timer.rawValue)] = nil
  }

  /// Cancels the alarm of a timer, if any.
  mutating func cancel(_ timer: ReplicationTimer, in events: inout Events) {
    if let alarm = byTimer[Int(timer.rawValue)].take() { events.cancel(alarm.event) }
  }

  mutating func cancelAll(in events: inout Events) {
    for timer in ReplicationTimer.allCases { cancel(timer, in: &events) }
  }

  var isEmpty: Bool { byTimer.allSatisfy { $0 == nil } }

  /// Traps unless the event of every alarm is queued and in the future.
  func checkInvariants(_ events: Events) {
    for alarm in byTimer.compactMap({ $0 }) {
      precondition(events.isPending(alarm.event), "the event of an alarm is queued")
      precondition(alarm.instant >= events.now, "an alarm is of the future")
    }
  }
}
