import Estate
import Planning
import Units

extension SmallReport {
  /// The report whose second strategy replicates to another site, came home after one fire and not after another.
  static func replicated() throws -> Report {
    var report = try report()
    let policy = ReplicationPolicy(
      mode: .storage(.synchronous), site: SiteID(1), device: DeviceID(1), bufferMaximum: .gibibytes(4),
      journalMaximum: .zero)
    report.strategies[1].strategy.disasterRecovery = DisasterRecovery(
      groups: [policy],
      standby: Standby(
        kind: .hotStandby, provision: .zero, redirect: try Distribution(.constant(.minutes(5)))),
      failback: FailbackPlan(productionReturns: try Distribution(.constant(.hours(6))), every: 2))
    let home = Failback.Returned(
      unprotectedWindow: .hours(7), resynchronization: .minutes(50), resynchronizedBytes: .gibibytes(120),
      downtime: .minutes(21), rpo: .zero, lostWrites: 0)
    let meters = Meters(report.scenario.blueprint)
    var fire = report.strategies[1].disasters[1]
    fire.drills[0].failback = Failback(
      outcome: .returned(home), timeline: fire.drills[0].timeline, metered: meters)
    fire.drills[1].failback = Failback(
      outcome: .failed("both sides of 'replication' hold different bytes"), timeline: [], metered: meters)
    report.strategies[1].disasters[1] = fire
    return report
  }
}
