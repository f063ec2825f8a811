import Assessment
import Rehearsals
import Units

extension MeasuredRecoveries {
  /// The recoveries of a report.
  public init(_ report: Report) {
    strategies = zip(report.strategies, report.costs.strategies).map { strategy, costs in
      StrategyRecoveries(
        name: strategy.strategy.name, protection: costs.protection, ownership: costs.ownership.map(\.present),
        disasters: zip(strategy.disasters, costs.recoveries).map { disaster, recovery in
          DisasterRecoveries(
            name: disaster.disaster.name, drills: disaster.drills.map(MeasuredRecovery.init),
            work: recovery.statement.total)
        })
    }
  }
}

extension MeasuredRecovery {
  package init(_ drill: Drill) {
    strike = drill.strike
    if let rpo = drill.achievedRPO.duration, let rto = drill.achievedRTO.duration {
      times = Times(rpo: rpo.wholeMilliseconds, rto: rto.wholeMilliseconds)
    }
    unprotected = drill.failback?.returned?.unprotectedWindow.wholeMilliseconds
  }
}
