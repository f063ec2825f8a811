/// The points of a source: the states to which its copy can be brought.
///
/// Invariant: a point in flight was made.
struct PointLine: Sendable {
  /// The number of the last point made.
  private(set) var made: UInt64
  /// The last write before each point in flight, oldest first.
  private var writes: [UInt64] = []
  /// Interval mode: whether a snapshot was due while the previous one was still being sent.
  private(set) var hasMissedSlot = false

  init(after number: UInt64) { made = number }

  mutating func make(_ number: UInt64) { made = max(made, number) }

  mutating func makeNext() { made += 1 }

  /// Notes a point that enters the stream.
  mutating func send(after write: UInt64) { writes.append(write) }

  /// Returns the last write before the oldest point in flight, which is durable at the peer.
  mutating func settle() -> UInt64 {
    precondition(!writes.isEmpty, "a point that arrives was sent")
    return writes.removeFirst()
  }

  /// Drops the points in flight with the stream.
  mutating func drop() { writes.removeAll() }

  mutating func noteSlot(isMissed: Bool) { hasMissedSlot = isMissed }

  func checkInvariants(lastWrite: UInt64) {
    precondition(zip(writes, writes.dropFirst()).allSatisfy { $0 <= $1 }, "points are in their order")
    precondition(writes.last.map { $0 <= lastWrite } ?? true, "a point follows writes that were made")
  }
}

/// The source's knowledge of the witness about its peer's copy.
struct WitnessNotice: Sendable {
  /// Whether the witness knows that the copy is outdated.
  private(set) var isTold = false
  /// Whether the witness may consider the copy outdated. The value is true when the engine begins.
  private(set) var mayBeOutdated = true

  /// Notes a request to the witness to consider the copy outdated.
  mutating func ask() { mayBeOutdated = true }

  /// Notes the answer of the witness.
  mutating func noteOutdated() { isTold = true }
  mutating func noteRestored() { mayBeOutdated = false }

  /// Notes that the copy is in sync, so that the witness must be told the next time.
  mutating func noteSync() { isTold = false }
}
