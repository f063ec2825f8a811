import Rehearsals
import Statistics
import Units

/// Two rehearsed scenarios side by side, or one scenario before and after a change.
///
/// Both were rehearsed with one seed. Drills at the same instant had the same workload and people, so
/// differences are taken drill by drill.
public struct ScenarioComparison: Sendable {
  /// The two values of something; `nil` where one side does not have it.
  public struct Pair<Value: Sendable>: Sendable {
    public var before: Value?
    public var after: Value?
  }

  /// A value of the scenario that differs.
  public struct Change: Hashable, Sendable {
    public var path: String
    public var before: String?
    public var after: String?
  }

  public var before: String
  public var after: String
  /// The changes in the order of the first scenario's file, then those that only the second one has.
  public var changes: [Change]
  public var strategies: [StrategyComparison]
  /// The simulated years of the risk; 0 where a scenario lacks rates or penalties.
  public var riskYears: Int
}

/// One strategy of both scenarios, by its name.
public struct StrategyComparison: Sendable {
  public var name: String
  public var verdict: ScenarioComparison.Pair<Verdict>
  public var cost: ScenarioComparison.Pair<Money>
  /// The RPO that 95 % of the drills achieved against the worst disaster.
  public var rpo: ScenarioComparison.Pair<Achieved>
  public var rto: ScenarioComparison.Pair<Achieved>
  public var risk: ScenarioComparison.Pair<StrategyRisk>
  public var disasters: [DisasterComparison]
}

/// One disaster under one strategy of both scenarios.
public struct DisasterComparison: Sendable {
  public var name: String
  public var verdict: ScenarioComparison.Pair<Verdict>
  /// The second minus the first, drill by drill; `nil` where in no pair both recovered.
  public var rpo: PairedDifference?
  public var rto: PairedDifference?

  /// Whether the verdict changed for a disaster of both scenarios.
  public var isTurned: Bool {
    verdict.before != nil && verdict.after != nil && verdict.before != verdict.after
  }
  public var isWorse: Bool { isTurned && (verdict.after ?? .met) > (verdict.before ?? .met) }
}

extension ScenarioComparison {
  /// All changed verdicts with the names of their strategies.
  public var turned: [(strategy: String, disaster: DisasterComparison)] {
    strategies.flatMap { strategy in
      strategy.disasters.filter(\.isTurned).map { (strategy.name, $0) }
    }
  }

  public var isWorse: Bool { turned.contains(where: \.disaster.isWorse) }
}
