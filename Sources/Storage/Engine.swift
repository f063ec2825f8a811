import Units

/// A storage engine as a value: told what happened, it says what it wants done.
///
/// An engine never reads a clock, a file, a socket or a random generator. Two drivers run the same engine: one
/// performs the effects on real files, the other on simulated devices in virtual time. So a crash is dropping the
/// value, and a rehearsal is a copy of it.
public protocol Engine: Sendable {
  /// What can happen to the engine: an operation finished or failed, a timer fired, a message came.
  associatedtype Event
  /// What the engine can ask of its driver.
  associatedtype Effect

  /// Takes one event and appends what is to be done now, in order. Deterministic: same events, same effects.
  mutating func handle(_ event: Event, at now: Instant, into effects: inout [Effect])
}
