import Storage
import Units

extension ActivePeer {
  /// Traps unless what waits was asked for, in order, and every unsettled write has its place.
  public func checkInvariants() {
    precondition(unsettled.end == operations + 1, "every write is settled or not")
    precondition(settledOperation <= operations, "only what was written is settled")
    precondition(
      zip(flushes, flushes.dropFirst()).allSatisfy { $0.number < $1.number && $0.operation <= $1.operation },
      "flushes wait in their order")
    for flush in flushes {
      precondition(
        flush.number <= flushesTaken && flush.operation <= operations, "a flush that waits was asked for")
    }
    for through in flushedThrough { precondition(through <= operations, "only what was written is durable") }
    precondition(
      zip(sent, sent.dropFirst()).allSatisfy { $0.sequence < $1.sequence }, "messages are sent in order")
    precondition(newestAnsweredBefore <= newestAnswered, "answers are not taken back")
    precondition(window >= 1, "a window has room for a message")
    precondition(
      zip(reads, reads.dropFirst()).allSatisfy { $0.id < $1.id }
        && reads.last.map { $0.id <= readsBegun } ?? true,
      "reads are in the order of their beginning")
    precondition(
      taking.allSatisfy { $0.flushesLeft >= 0 && $0.sequence <= kept.heardSequence },
      "only what was received is made durable")
  }
}
