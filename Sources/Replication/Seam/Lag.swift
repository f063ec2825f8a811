import Units

/// The lag of the DR site as the source claims it. The claim is never less than the true lag.
public struct Lag: Hashable, Sendable {
  /// The issue time of the oldest write that the DR site may lack; `nil` when it has everything.
  public var oldest: Instant?
  /// The bytes that are unsent or unanswered. Marked pages count in full.
  public var bytes: ByteCount

  public init(oldest: Instant?, bytes: ByteCount) {
    self.oldest = oldest
    self.bytes = bytes
  }

  /// Returns the age of the state that a failover at `now` would recover.
  public func age(at now: Instant) -> Duration { oldest.map { now - $0 } ?? .zero }
}
