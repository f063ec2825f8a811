import Storage
import Units

extension BlockSource {
  /// Traps unless what waits was asked for, in order, and nothing is durable that was never written.
  public func checkInvariants() {
    stream.checkInvariants()
    precondition(kept.marks.count == group.volumes.count, "every volume has its marks")
    precondition(flushedThrough.count == group.volumes.count, "every volume has its last flush")
    precondition(flushesBeforeStart >= 0, "a flush ends once")
    precondition(
      zip(flushes, flushes.dropFirst()).allSatisfy { $0.number < $1.number && $0.lastWrite <= $1.lastWrite },
      "flushes wait in their order")
    for flush in flushes {
      precondition(flush.number <= flushesTaken, "a flush that waits was asked for")
      precondition(flush.lastWrite <= kept.lastWrite, "a flush covers writes that were made")
      precondition(
        flush.through == .max || flush.through <= stream.last, "a flush waits for what is in the stream")
    }
    for through in flushedThrough where policy.writesLocally {
      precondition(through <= kept.lastWrite, "only what was written is durable")
    }
    precondition(fencedBy.map { $0 > kept.term } ?? true, "only a newer term fences")
    precondition(!isInSync || fencedBy == nil, "a fenced source has no copy")
  }
}
