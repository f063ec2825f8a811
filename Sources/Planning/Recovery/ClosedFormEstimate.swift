import Estate
import Units

extension ClosedFormEstimate {
  /// Estimates a disaster under a strategy by formula.
  ///
  /// RPO, the most that is lost: interval plus copy time of the best chain of copies that the disaster spares (`PeriodicCopy`),
  /// plus the dwell time where the damage went unnoticed; where the DR site takes over, what was not yet there
  /// (`FailoverEstimate`). RTO: what 99 of 100 sums of all phases do not exceed (`PhaseSum`), with the bytes to be moved at the
  /// slowest rate between the copy and its target. A disaster that leaves production whole costs nothing by itself, unless the
  /// DR site takes over all the same; what the disaster took away is missing at the one that follows it.
  package init(
    of disaster: Disaster, under strategy: Strategy, in scenario: Scenario, schedules: [WorkloadSchedule]
  ) {
    var worst = WorstCase(
      scenario: scenario, strategy: strategy, disaster: disaster, schedules: schedules)
    if disaster.cause == .maintenance {
      self.init(rpo: .duration(.zero), rto: .duration(worst.plannedStop))
      return
    }
    if worst.sparesProduction {
      guard let next = disaster.followedBy else {
        if let apart = worst.splitBrain ?? worst.takeover {
          self.init(rpo: .duration(apart.loss), rto: .duration(apart.time))
        } else {
          self.init(rpo: .duration(worst.lossOfServingSite), rto: .duration(worst.stall))
        }
        return
      }
      worst.first = (disaster, next.after.longest)
      worst.cutOff = worst.cutOff(for: next.after.longest)
      worst.disaster = scenario.disasters[next.disaster]
    }
    self.init(rpo: worst.rpo, rto: worst.rto)
  }
}
