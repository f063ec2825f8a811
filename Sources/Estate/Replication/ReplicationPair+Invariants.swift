import Replication
import Simulation
import Units

extension ReplicationPair {
  /// Traps unless both sides have a place for every volume, and all that waits was asked for.
  func checkInvariants(_ events: EventQueue<Happening>) {
    precondition(
      nodes.count == 2 && (serving == Self.home || serving == Self.remote), "a group has two sides")
    precondition(replicas.count == volumes.count, "a group has a copy of every volume")
    precondition(flushes.keys.allSatisfy { $0 <= flushesEver }, "what waits was asked for")
    precondition((0...2).contains(comparisonsLeft), "a comparison reads each side once")
    precondition(term >= 1, "a group has a term")
    precondition(keptCopies.count <= max(0, policy.keptSnapshots), "no more copies are kept than stated")
    if let lull {
      precondition(lull.node == serving && nodes[serving].engine != nil, "only a source that runs is idle")
    }
    for node in nodes { node.checkInvariants(events, volumes: volumes.count) }
  }
}

extension ReplicationNode {
  /// Traps unless the counters, the connection and the alarms of the side agree; checks its engine too.
  func checkInvariants(_ events: EventQueue<Happening>, volumes: Int) {
    precondition(devices.count == volumes && unflushed.count == volumes, "every volume has a device")
    precondition(unflushed.allSatisfy { $0 >= .zero }, "no volume flushes more than was written")
    precondition(underWay >= 0, "an operation ends once")
    precondition(unanswered >= 0 && writesSinceBarrier >= 0, "messages are counted")
    precondition(recordsStored <= recordsEver, "only a state that was recorded is stored")
    precondition(outbox.isEmpty || isSending, "messages wait only for a connection in use")
    for timer in ReplicationTimer.allCases {
      guard let alarm = alarms[timer] else { continue }
      precondition(events.isPending(alarm.event), "the event of an alarm is queued")
      precondition(alarm.instant >= events.now, "an alarm is of the future")
    }
    engine?.checkInvariants()
  }
}
