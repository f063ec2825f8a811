import Estate
import RecoveryPlanning
import ScenarioLanguage
import Schedules
import Statistics
import Units

/// Closed-form bounds of a strategy, known before any rehearsal.
package struct DesignBounds: Sendable {
  /// The least annual cost: standby servers, copies and upkeep, without metered usage.
  package var cost: Money
  /// The slowest recovery by formula, for ordering trials.
  package var outageEstimate: Achieved
  /// The least possible loss in a rehearsal, for each disaster and strike.
  package var losses: [[Achieved]]
}

extension Scenario {
  /// Returns the instants at which a disaster strikes.
  package func strikeInstants(of disaster: Disaster) -> [Instant] {
    (disaster.strikes ?? strikes).instants(of: disaster, in: self)
  }

  /// Returns the bounds of a strategy.
  ///
  /// A backup or snapshot holds nothing written after its slot. So a restore loses at least the time since
  /// the last slot before the strike. `slack` is deducted for a period without writes.
  package func bounds(of strategy: Strategy, slack: Duration = .minutes(2)) -> DesignBounds {
    let metering = Metering(scenario: self)
    var pricing = Pricing(prices)
    let kept =
      metering.standby(of: strategy, for: Metering.year)
      + metering.upkeep(strategy.upkeep, of: "protection", for: Metering.year)
    let points = recoveryPoints(of: strategy)
    return DesignBounds(
      cost: pricing.statement(kept.merged).total,
      outageEstimate: disasters.map { outageEstimate(of: $0, under: strategy) }.max() ?? .duration(.zero),
      losses: disasters.map { disaster in
        let floor = LossFloor(of: disaster, under: strategy, in: self, points: points, slack: slack)
        return strikeInstants(of: disaster).map(floor.loss)
      })
  }

  /// Returns the slowest recovery by formula; zero where production continues.
  private func outageEstimate(of disaster: Disaster, under strategy: Strategy) -> Achieved {
    let worst = WorstCase(scenario: self, strategy: strategy, disaster: disaster, schedules: [])
    return worst.sparesProduction || disaster.cause == .maintenance ? .duration(.zero) : worst.rto
  }

  /// Returns the shortest time between two recovery points of any strategy; `nil` without backups and
  /// snapshots.
  package func shortestInterval(of strategies: [Strategy]) -> Duration? {
    strategies.compactMap { strategy in
      let points = recoveryPoints(of: strategy)
      return zip(points, points.dropFirst()).map { $1 - $0 }.filter { $0 > .zero }.min()
    }.min()
  }

  /// Returns the first slot of any backup of a strategy.
  package func firstBackup(of strategy: Strategy) -> Instant? {
    strategy.backups.compactMap {
      BackupSchedule($0.schedule, from: start).slot(notBefore: start)
    }.min()
  }

  /// Returns every slot of backups and snapshots until the end of the window, ascending.
  private func recoveryPoints(of strategy: Strategy) -> [Instant] {
    let rules = [strategy.snapshots?.schedule].compactMap { $0 } + strategy.backups.map(\.schedule)
    return rules.flatMap { rule in
      BackupSchedule(rule, from: start).slots.prefix { $0 <= windowEnd }
    }.sorted()
  }
}

/// The least loss of a disaster under a strategy, by instant of the strike.
private struct LossFloor {
  private enum Course {
    /// The loss has no useful bound, because another site may take over or nothing is lost.
    case unknown
    case nothingComesBack
    case restore
  }

  private let course: Course
  private let points: [Instant]
  private let dwell: Duration
  private let slack: Duration

  init(
    of disaster: Disaster, under strategy: Strategy, in scenario: Scenario, points: [Instant], slack: Duration
  ) {
    self.points = points
    self.slack = slack
    dwell = disaster.dwell
    let worst = WorstCase(scenario: scenario, strategy: strategy, disaster: disaster, schedules: [])
    let isSingle = disaster.followedBy == nil && disaster.cause != .maintenance && !worst.sparesProduction
    let writesAlways = scenario.blueprint.volumes.allSatisfy { $0.workload.neverRests }
    if !isSingle || worst.canFailOver || strategy.logArchive != nil {
      course = .unknown
    } else if worst.rpo == .unrecoverable || worst.rto == .unrecoverable {
      course = .nothingComesBack
    } else {
      let keepsBytes = [.serverFailure, .powerOutage].contains(disaster.cause)
      course = keepsBytes || !writesAlways ? .unknown : .restore
    }
  }

  func loss(at strike: Instant) -> Achieved {
    switch course {
    case .unknown: return .duration(.zero)
    case .nothingComesBack: return .unrecoverable
    case .restore:
      var range = 0..<points.count
      while !range.isEmpty {
        let middle = (range.lowerBound + range.upperBound) / 2
        range = points[middle] <= strike ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
      }
      guard range.lowerBound > 0 else { return .duration(.zero) }
      return .duration(max(.zero, strike + dwell - points[range.lowerBound - 1] - slack))
    }
  }
}

extension WorkloadProfile {
  /// Whether writes occur at every time of the week.
  fileprivate var neverRests: Bool {
    guard case .synthetic(let churn) = churn else { return false }
    return churn.rate > .zero && churn.diurnalSwing < .one && churn.weekendDrop < .one
  }
}
