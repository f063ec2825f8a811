import Units

/// The backlog of asynchronous replication as a fluid queue in write order, filled by writes and drained by
/// the link.
///
/// backlog' = max(0, backlog + (w - C) dt), and the recovery point is as old as the oldest unsent write
/// (Lindley's recursion for a fluid; Kleinrock, "Queueing Systems", volume 1, section 8.1). When the backlog
/// exceeds the buffer, changes are only marked and the recovery point stops. After the reconnect time sending
/// resumes, and the recovery point moves again when everything has been sent. Overwritten data is really sent
/// once, but counted each time here.
public struct AsynchronousBacklog: Sendable {
  /// The writes of a period with an even rate.
  private struct Stretch {
    var start: Instant
    var end: Instant
    var bytes: ByteCount
  }

  public private(set) var now: Instant
  /// The bytes written and not yet sent.
  public private(set) var bytes = ByteCount.zero
  private var unsent: [Stretch] = []
  private let buffer: Buffer?
  /// The state since an overflow: the recovery point, and the instant at which sending resumes.
  private var suspension: (recoveryPoint: Instant, end: Instant)?

  /// The limits of the send buffer.
  public struct Buffer: Hashable, Sendable {
    public var maximum: ByteCount
    /// The time from an overflow until sending resumes.
    public var reconnect: Duration

    public init(maximum: ByteCount, reconnect: Duration) {
      self.maximum = maximum
      self.reconnect = reconnect
    }
  }

  /// - Parameter buffer: `nil` where whatever is written can wait.
  public init(from start: Instant, buffer: Buffer? = nil) {
    now = start
    self.buffer = buffer
  }

  /// Advances time by a period in which `written` bytes arrive evenly and the link carries up to `rate`.
  ///
  /// Arriving bytes can leave at once, so a link that is faster than the writes ends with an empty queue.
  public mutating func advance(by time: Duration, writing written: ByteCount, sendingAt rate: ByteRate) {
    precondition(time > .zero && written >= .zero, "time passes and bytes arrive")
    unsent.append(Stretch(start: now, end: now + time, bytes: written))
    bytes += written
    if let buffer, suspension == nil, bytes > buffer.maximum {
      suspension = (unsent[0].start, now + buffer.reconnect)
    }
    let sending = suspension.map { min(time, max(.zero, now + time - $0.end)) } ?? time
    now = now + time
    send(min(bytes, rate.bytes(in: sending)))
    if bytes == .zero { suspension = nil }
  }

  /// The age of the oldest unsent write, or of the last one before an overflow; zero without a backlog.
  public var recoveryPointAge: Duration {
    bytes == .zero ? .zero : (suspension?.recoveryPoint ?? unsent.first?.start).map { now - $0 } ?? .zero
  }

  private mutating func send(_ sent: ByteCount) {
    bytes -= sent
    var rest = sent
    while let first = unsent.first, first.bytes <= rest {
      rest -= first.bytes
      unsent.removeFirst()
    }
    guard rest > .zero, let first = unsent.first else { return }
    let span = Int128((first.end - first.start).nanoseconds)
    let passed = Int64(span * Int128(rest.bytes) / Int128(first.bytes.bytes))
    unsent[0].start = first.start + .nanoseconds(passed)
    unsent[0].bytes -= rest
  }
}
