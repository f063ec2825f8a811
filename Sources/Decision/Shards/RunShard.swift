import Estate
import RecoveryPlanning
import Rehearsals
import ScenarioLanguage
import Units

/// One shard of a sweep.
public struct RunShard: Codable, Sendable {
  struct StrategyPart: Codable, Sendable {
    /// The index of the strategy in the scenario.
    var place: Int
    var protection: ProtectionReport
    var metered: Meters
    var replication: ReplicationReport?
    var overhead: ProductionOverhead?
    var vaults: [VaultGrowth]
    var fill: FillCourse?
    /// The parts, by disaster.
    var disasters: [DisasterPart]
  }

  struct DisasterPart: Codable, Sendable {
    var drills: [Drill]
    var estimate: ClosedFormEstimate
  }

  var strategies: [StrategyPart]

  /// Creates the shard from the report of a restricted sweep.
  public init(_ report: SweepReport) {
    strategies = report.strategies.map { strategy in
      StrategyPart(
        place: report.scenario.strategies.firstIndex { $0.name == strategy.strategy.name } ?? 0,
        protection: strategy.protection, metered: strategy.metered, replication: strategy.replication,
        overhead: strategy.overhead, vaults: strategy.vaults, fill: strategy.fill,
        disasters: strategy.disasters.map { DisasterPart(drills: $0.drills, estimate: $0.estimate) })
    }
  }
}

extension SweepReport {
  /// Merges the results of all shards, in the order of their numbers, into one report.
  ///
  /// - Parameter selection: the part of the scenario that was rehearsed.
  public init(
    merging shards: [RunShard], scenario: Scenario, provenance: Provenance, selection: Sweep.Selection
  ) {
    let disasters = scenario.disasters.filter {
      selection.disaster == nil || $0.name == selection.disaster
    }
    let strategies = scenario.strategies.indices.compactMap { place -> StrategyReport? in
      let parts = shards.flatMap(\.strategies).filter { $0.place == place }
      guard let first = parts.first else { return nil }
      var report = StrategyReport(
        strategy: scenario.strategies[place], protection: first.protection, metered: first.metered,
        replication: first.replication, overhead: first.overhead,
        disasters: disasters.indices.map { disaster in
          DisasterReport(
            disasters[disaster], drills: parts.flatMap { $0.disasters[disaster].drills },
            objectives: scenario.objectives, estimate: first.disasters[disaster].estimate)
        })
      report.vaults = first.vaults
      report.fill = first.fill
      return report
    }
    self.init(scenario: scenario, provenance: provenance, strategies: strategies)
  }
}
