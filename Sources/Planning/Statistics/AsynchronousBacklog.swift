import Units

/// What asynchronous replication still has to send: a fluid queue in write order, fed by the writes and drained by the link.
///
/// backlog' = max(0, backlog + (w - C) dt), and the recovery point is as old as the oldest unsent write (Lindley's
/// recursion for a fluid; Kleinrock, "Queueing Systems", volume 1, section 8.1).
public struct AsynchronousBacklog: Hashable, Sendable {
  /// Writes that arrived evenly over a time.
  private struct Stretch: Hashable {
    var start: Instant
    var end: Instant
    var bytes: ByteCount
  }

  public private(set) var now: Instant
  /// Bytes written and not yet sent.
  public private(set) var bytes = ByteCount.zero
  private var unsent: [Stretch] = []

  public init(from start: Instant) { now = start }

  /// Lets time pass in which `written` bytes arrive evenly and the link carries up to `rate`.
  ///
  /// What arrives can leave at once, so a link that is faster than the writes ends with an empty queue.
  public mutating func advance(by time: Duration, writing written: ByteCount, sendingAt rate: ByteRate) {
    precondition(time > .zero && written >= .zero, "time passes and bytes arrive")
    unsent.append(Stretch(start: now, end: now + time, bytes: written))
    bytes += written
    now = now + time
    send(min(bytes, rate.bytes(in: time)))
  }

  /// The age of the oldest unsent write; zero when everything is sent.
  public var recoveryPointAge: Duration {
    bytes == .zero ? .zero : unsent.first.map { now - $0.start } ?? .zero
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
