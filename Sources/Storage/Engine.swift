import Units

/// A storage engine as a value, which maps events to requested effects.
///
/// An engine never reads a clock, a file, a socket or a random generator. Two drivers run the same engine: one
/// performs the effects on real files, the other on simulated devices in virtual time. So a crash is dropping the
/// value, and a rehearsal is a copy of it.
public protocol Engine: Sendable {
  /// An input to the engine: an operation finished or failed, a timer fired, a message arrived.
  associatedtype Event
  /// A request of the engine to its driver.
  associatedtype Effect

  /// Handles one event and appends its effects, in order. Deterministic: the same events give the same
  /// effects.
  mutating func handle(_ event: Event, at now: Instant, into effects: inout [Effect])
}
