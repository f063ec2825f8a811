import Units

/// How far the DR site is behind, as the source claims it; never less than the truth.
public struct Lag: Hashable, Sendable {
  /// When the oldest write was issued that the DR site may not be able to recover; `nil` when it has everything.
  public var oldest: Instant?
  /// Bytes that are still to be sent or are not answered yet; pages in full where changes are only marked.
  public var bytes: ByteCount

  public init(oldest: Instant?, bytes: ByteCount) {
    self.oldest = oldest
    self.bytes = bytes
  }

  /// The age of the state that a failover at `now` would bring back.
  public func age(at now: Instant) -> Duration { oldest.map { now - $0 } ?? .zero }
}
