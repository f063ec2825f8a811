import Units

/// How a site of an active pair acts.
public struct ActivePolicy: Hashable, Sendable {
  /// Whether a flush also waits until the other site holds what was written.
  public var waitsForPeer = false
  /// After so long without the other site a flush is acknowledged alone, as degraded; `nil` when it never is.
  public var tolerance: Duration? = .seconds(30)
  /// Pages in one message.
  public var pagesMaximum = 16
  /// Messages on their way at once, at first and when all is well.
  public var messagesAtFirst = 2
  public var messagesInFlight = 16
  /// How long an answer is waited for at first, and at most.
  public var retry = Duration.seconds(1)
  public var retryMaximum = Duration.seconds(10)
  /// The bytes that one byte of a page represents: the denominator of the scale in a rehearsal, else 1.
  public var weight: Int64 = 1
  /// How many of the latest conflicts are kept word for word; all are counted.
  public var conflictsKept: UInt64 = 1_024

  public init() {}
}
