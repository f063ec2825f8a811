import Estate
import ScenarioLanguage
import Statistics
import Units

/// The estimate of a planner without a rehearsal. It never replaces a measured value.
public struct ClosedFormEstimate: Codable, Hashable, Sendable {
  /// The largest loss: interval plus duration of the best chain of copies that survives the disaster.
  public var rpo: Achieved
  /// The recovery time that 99 % of recoveries do not exceed. The estimate sums all phases, with data moved
  /// at the slowest rate of its path.
  public var rto: Achieved
  /// The time until all data is in place, as for `rto`; `nil` without an instant restore.
  public var fullSpeed: Achieved?

  package init(rpo: Achieved, rto: Achieved) {
    self.rpo = rpo
    self.rto = rto
  }
}

extension ClosedFormEstimate {
  /// Estimates a disaster under a strategy by formula.
  ///
  /// RPO: interval plus copy time of the best surviving chain of copies (`PeriodicCopy`), plus the dwell time
  /// of unnoticed damage. If the DR site takes over, the RPO is its missing data instead
  /// (`FailoverEstimate`). Of two disasters the one with the larger loss counts.
  ///
  /// RTO: the value that 99 of 100 sums of all phases do not exceed (`PhaseSum`), with data moved at the
  /// slowest rate of its path. A disaster that leaves production whole costs nothing by itself, unless the DR
  /// site takes over. Its lost resources are missing in a disaster that follows.
  ///
  /// - Parameter databases: The databases whose logs delayed standbys replay.
  package init(
    of disaster: Disaster, under strategy: Strategy, in scenario: Scenario, schedules: [WorkloadSchedule],
    databases: [DatabaseSchedule] = []
  ) {
    var worst = WorstCase(
      scenario: scenario, strategy: strategy, disaster: disaster, schedules: schedules, databases: databases)
    if disaster.cause == .maintenance {
      self.init(rpo: .duration(.zero), rto: worst.plannedStop)
      return
    }
    if worst.sparesProduction {
      guard let next = disaster.followedBy else {
        self.init(whileProductionServes: worst)
        return
      }
      worst.first = (disaster, next.after.longest)
      worst.cutOff = worst.cutOff(for: next.after.longest)
      worst.disaster = scenario.disasters[next.disaster]
      if worst.sparesProduction {
        self.init(whileProductionServes: worst)
        return
      }
    }
    self.init(rpo: worst.rpo, rto: worst.rto)
    fullSpeed = worst.fullSpeed
  }

  /// Estimates a disaster that leaves production whole.
  private init(whileProductionServes worst: WorstCase) {
    if let apart = worst.lostLease ?? worst.splitBrain ?? worst.takeover {
      self.init(rpo: .duration(apart.loss), rto: apart.time)
    } else {
      self.init(rpo: .duration(worst.lossOfServingSite), rto: worst.stall)
    }
  }
}
