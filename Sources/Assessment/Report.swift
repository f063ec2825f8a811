import Rehearsals
import ScenarioLanguage
import Statistics
import Units

/// All results of a run with their costs, as a value. Each report format is a pure function of this value.
public struct Report: Sendable {
  public var scenario: Scenario
  public var provenance: Provenance
  /// The strategies, in the scenario's order.
  public var strategies: [StrategyReport]
  /// The precision reached; `nil` when none was requested.
  public var precision: PrecisionOutcome?
  /// The costs of production and of the strategies, in the same order.
  public let costs: CostReport

  init(_ sweep: SweepReport, costs: CostReport) {
    scenario = sweep.scenario
    provenance = sweep.provenance
    strategies = sweep.strategies
    precision = sweep.precision
    self.costs = costs
  }

  /// The greatest distance between the bounds of an achieved RPO in any drill; zero when every loss is exact.
  public var resolution: Duration {
    strategies.flatMap(\.disasters).compactMap(\.resolution).max() ?? .zero
  }
}
