import Backup
import Units

/// An agent's knowledge of the vault that receives copies.
struct ReplicaState: Sendable {
  /// Acknowledged points that the replica holds, oldest first; some of them are in the vault no more.
  var points: [RecoveryPoint] = []
  /// Points that the replica's retention has removed while the vault may still hold them: they are not copied again.
  var expired: [PointID] = []
  var isPruning = false
}

/// The vault that receives copies: filled by a schedule of its own, and pruned by a retention of its own.
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

  /// After a copy: what is in the replica now.
  mutating func notePointsOfReplica(_ index: Int) {
    guard let replica = backupAgents[index].policy.replica else { return }
    let known = backupAgents[index].replica.points.map(\.id)
    for point in backupAgents[index].points
    where !known.contains(point.id) && vaults[replica].store.attributes(of: point.id.key) != nil {
      backupAgents[index].replica.points.append(point)
    }
    backupAgents[index].replica.points.sort { $0.instant < $1.instant }
  }

  /// Removes from the replica what its own retention does not keep.
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
    let held = backupAgents[index].points.map(\.id)
    backupAgents[index].replica.expired = (backupAgents[index].replica.expired + report.expired).filter(
      held.contains)
  }
}
