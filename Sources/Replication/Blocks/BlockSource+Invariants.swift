import Storage
import Units

extension BlockSource {
  /// Traps unless what waits was asked for, in order, and nothing is durable that was never written.
  public func checkInvariants() {
    stream.checkInvariants()
    hosts.checkInvariants(
      volumes: group.volumes.count, lastWrite: kept.lastWrite, streamEnd: stream.last)
    points.checkInvariants(lastWrite: kept.lastWrite)
    contact.checkInvariants(policy)
    precondition(kept.marks.count == group.volumes.count, "every volume has its marks")
    precondition(flushesBeforeStart >= 0, "a flush ends once")
    precondition(fencedBy.map { $0 > kept.term } ?? true, "only a newer term fences")
    precondition(!isInSync || fencedBy == nil, "a fenced source has no copy")
    precondition(
      resync == nil || fencedBy != nil || phase == .streaming || phase.isPlanning,
      "a resync needs a connection")
    precondition(frozen == nil || policy.snapshotInterval != nil, "only intervals send snapshots")
  }
}
