import Units

/// The policy of a site of an active pair.
public struct ActivePolicy: Hashable, Sendable {
  /// Whether a flush also waits until the other site holds the writes.
  public var waitsForPeer = false
  /// The silence of the other site after which flushes are acknowledged alone, as degraded; `nil` for never.
  public var tolerance: Duration? = .seconds(30)
  /// The largest number of pages in one message.
  public var pagesMaximum = 16
  /// The number of unanswered messages allowed at first and at best.
  public var messagesAtFirst = 2
  public var messagesInFlight = 16
  /// The shortest and the longest time to wait for an answer.
  public var retry = Duration.seconds(1)
  public var retryMaximum = Duration.seconds(10)
  /// The number of bytes that one byte of a page represents. In a rehearsal it is the denominator of the
  /// scale, else 1.
  public var weight: Int64 = 1
  /// The number of latest conflicts that are kept in detail. All conflicts are counted.
  public var conflictsKept: UInt64 = 1_024

  public init() {}
}
