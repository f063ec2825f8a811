import Replication
import Units

/// The sending end of the connection between the sides of a group. Messages go one after the other.
///
/// Invariants: messages wait only while one is on its way; messages arrive in the order in which they were sent.
struct ReplicationConnection: Sendable {
  /// The messages waiting for the link with their sizes, oldest first.
  private var outbox: [(message: Message, size: ByteCount)] = []
  private(set) var isSending = false
  /// The arrival of the last message sent.
  private var lastArrival = Instant.epoch
  /// The number of unanswered real messages beyond those of the run.
  private var unanswered: Int64 = 0
  /// The number of real writes since the last barrier.
  private var writesSinceBarrier: Int64 = 0

  /// Sends a message at once or after those that wait; returns whether it goes at once.
  mutating func send(_ message: Message, _ size: ByteCount) -> Bool {
    if isSending {
      outbox.append((message, size))
      return false
    }
    isSending = true
    return true
  }

  /// Returns the message to send after one that was sent; `nil` when none waits.
  mutating func next() -> (message: Message, size: ByteCount)? {
    guard !outbox.isEmpty else {
      isSending = false
      return nil
    }
    return outbox.removeFirst()
  }

  /// Returns the arrival of a message that would arrive at an instant, if it could overtake others.
  mutating func arrival(notBefore instant: Instant) -> Instant {
    lastArrival = max(lastArrival, instant)
    return lastArrival
  }

  /// Drops the messages that wait, because the connection breaks.
  mutating func breakOff() {
    outbox = []
    isSending = false
  }

  /// Drops the messages that wait, because their sender is gone. One may still be on its way.
  mutating func crash() {
    outbox = []
    unanswered = 0
  }

  // MARK: Real messages

  /// Counts real messages that this side must answer beyond those of the run.
  mutating func expectAnswers(_ count: Int64) { unanswered += count }

  /// Returns the number of real messages that an answer covers beyond its own.
  mutating func takeAnswers() -> Int64 {
    defer { unanswered = 0 }
    return unanswered
  }

  /// Counts real writes of a host that flushes after every write.
  mutating func countWrites(_ count: Int64) { writesSinceBarrier += count }

  /// Returns the number of real flushes that a barrier stands for.
  mutating func takeFlushes() -> Int64 {
    defer { writesSinceBarrier = 0 }
    return max(1, writesSinceBarrier)
  }

  func checkInvariants() {
    precondition(unanswered >= 0 && writesSinceBarrier >= 0, "messages are counted")
    precondition(outbox.isEmpty || isSending, "messages wait only for a connection in use")
  }
}
