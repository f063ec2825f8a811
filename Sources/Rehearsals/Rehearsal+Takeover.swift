import Estate
import RecoveryPlanning
import Units

extension Rehearsal {
  /// Starts the watch over production, where automatic failover is enabled.
  mutating func startWatch() {
    guard let automatic = strategy.disasterRecovery?.automatic, let standby = world.standbySites.first else {
      return
    }
    world.startWatch(
      WatchPolicy(
        standby: standby, witness: automatic.witness, heartbeat: automatic.heartbeat,
        misses: automatic.misses))
  }

  /// Starts an automatic failover. If production still serves, two sites will.
  mutating func takeOver(at site: SiteID) throws(RecoveryPlanner.Impossible) {
    planner.noteEndOfWatch()
    guard outageStart == nil, let recovery = strategy.disasterRecovery else {
      return try execution.occurred(.missedHeartbeats(site), in: &world, context: context)
    }
    try begin(planner.planUnfencedFailover(to: site, recovery.standby, in: world))
  }

  /// Starts a recovery that people decide, because the standby site may be isolated or its copy outdated.
  mutating func leaveToPeople() throws(RecoveryPlanner.Impossible) {
    planner.noteEndOfWatch()
    if outageStart != nil { try beginAttempt() }
  }

  mutating func promoted(_ group: PairID) throws(RecoveryPlanner.Impossible) {
    if world.isApart(group), let automatic = strategy.disasterRecovery?.automatic {
      let integrity = world.divide(group, share: automatic.follow, reader: reader)
      guard integrity == .consistent else {
        throw RecoveryPlanner.Impossible(reason: "the copy that took over was \(integrity)")
      }
    }
    try execution.occurred(.promoted(group), in: &world, context: context)
  }

  /// Ends service at the old site. Its clients have an outage until they find the new one.
  mutating func leaveOldPrimary() throws(RecoveryPlanner.Impossible) {
    guard noteOutage(), let recovery = strategy.disasterRecovery else { return }
    // Where no client was led to the new site yet, the steps that are under way lead them all.
    guard world.areClientsDivided || execution.isFinished else { return }
    execution.abandon(in: &world)
    collect()
    try begin(planner.planEndOfSplitBrain(recovery.standby))
  }

  /// The automatic failover's behaviour; `nil` where none is enabled.
  var takeover: AutomaticFailoverOutcome? {
    guard strategy.disasterRecovery?.automatic != nil else { return nil }
    let splitBrain = world.lastSplitBrain.map {
      AutomaticFailoverOutcome.SplitBrain(
        duration: ($0.end ?? world.now) - $0.start, writesApart: world.writesAcknowledgedApart)
    }
    return AutomaticFailoverOutcome(falseAlarms: world.falseAlarms, splitBrain: splitBrain)
  }
}
