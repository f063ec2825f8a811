import Backup
import Units

/// An agent's knowledge of the vault that receives copies.
struct ReplicaState: Sendable {
  /// The acknowledged points in the replica, oldest first. The vault may no longer hold some of them.
  var points: [RecoveryPoint] = []
  /// The points that the replica's retention has removed. The vault may still hold them, but they are not
  /// copied again.
  var expired: [PointID] = []
  var isPruning = false
  /// The points that must not leave yet.
  var held: [HeldPoint] = []
  /// The media on their way, in the order of departure.
  var shipments: [Shipment] = []
  /// The arrival of each point that a courier brought.
  var arrivals: [PointID: Instant] = [:]

  func isUnderWay(_ point: PointID) -> Bool { shipments.contains { $0.points.contains { $0.id == point } } }
}

/// Copies to another vault, with a timetable and a retention of their own.
extension World {
  enum ReplicaSlot {
    case first
    case next
  }

  mutating func scheduleReplica(_ index: Int, _ which: ReplicaSlot) {
    let schedule = backupAgents[index].replicaSchedule
    let slot = which == .first ? schedule?.slot(notBefore: now) : schedule?.slot(after: now)
    if let slot { events.schedule(.replicaSlot(index), at: slot) }
  }

  mutating func replicaSlot(_ index: Int) {
    scheduleReplica(index, .next)
    guard !protectionIsSuspended, !backupAgents[index].points.isEmpty else { return }
    replicate(index)
  }

  /// Updates the points of a replica after a copy.
  mutating func notePointsOfReplica(_ index: Int) {
    guard let replica = backupAgents[index].policy.replica else { return }
    let known = Set(backupAgents[index].replica.points.map(\.id))
    for point in backupAgents[index].points
    where !known.contains(point.id) && vaults[replica].store.attributes(of: point.id.key) != nil {
      backupAgents[index].replica.points.append(point)
    }
    backupAgents[index].replica.points.sort { $0.instant < $1.instant }
  }

  /// Prunes the replica by the replica's own retention.
  mutating func pruneReplica(_ index: Int) {
    let agent = backupAgents[index]
    guard let replica = agent.policy.replica, !agent.replica.isPruning, !agent.replica.points.isEmpty else {
      return
    }
    backupAgents[index].replica.isPruning = true
    let retention = agent.policy.replicaRetention ?? agent.policy.retention
    prune(index, replica, expired: expired(retention, among: agent.replica.points, of: agent))
  }

  mutating func pruneOfReplicaEnded(_ index: Int, _ outcome: PruneJob.Outcome) {
    backupAgents[index].replica.isPruning = false
    guard case .pruned(let report) = outcome else { return }
    backupAgents[index].replica.points.removeAll { report.expired.contains($0.id) }
    for id in report.expired { backupAgents[index].replica.arrivals[id] = nil }
    let held = backupAgents[index].points.map(\.id)
    backupAgents[index].replica.expired = (backupAgents[index].replica.expired + report.expired).filter(
      held.contains)
    pruneLog()
  }
}
