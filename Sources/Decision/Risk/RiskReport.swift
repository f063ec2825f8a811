import Assessment
import Units

/// The risk of every strategy of a scenario over simulated years.
public struct RiskReport: Sendable {
  public var scenario: String
  public var title: String
  /// The command's arguments that change results.
  public var arguments: [String]
  /// The SHA-256 of the scenario and the files that it names.
  public var digest: String
  public var seed: UInt64
  public var years: Int
  public var hazards: [Hazard]
  /// The number of rehearsed instants of each second disaster during a recovery. With zero, such recoveries
  /// are composed.
  public var overlapDrills: Int
  /// The number of years in the total cost.
  public var costYears: Int
  public var strategies: [StrategyRisk]

  public init(
    scenario: String, title: String, arguments: [String], digest: String, seed: UInt64, years: Int,
    hazards: [Hazard], overlapDrills: Int, costYears: Int, strategies: [StrategyRisk]
  ) {
    self.scenario = scenario
    self.title = title
    self.arguments = arguments
    self.digest = digest
    self.seed = seed
    self.years = years
    self.hazards = hazards
    self.overlapDrills = overlapDrills
    self.costYears = costYears
    self.strategies = strategies
  }
}

/// A value with its 95 % confidence interval.
public struct LossEstimate: Sendable, Hashable {
  public var value: Loss
  public var lower: Loss?
  public var upper: Loss?
}

/// The risk of one strategy.
public struct StrategyRisk: Sendable {
  public var strategy: String
  /// The annual cost without disasters.
  public var protection: Money
  /// The mean annual loss.
  public var expected: LossEstimate
  public var p95: LossEstimate
  public var p99: LossEstimate
  /// The greatest loss of a simulated year.
  public var greatest: Loss
  /// The mean annual outage.
  public var outage: Duration
  public var totalLoss: TotalLossEstimate
  /// The discounted protection and losses over the scenario's cost years.
  public var totalCost: TotalCost
  /// The shares, by hazard.
  public var shares: [HazardShare]
  public var tornado: [TornadoBar]
  /// The loss exceedance curve: amounts in minor units with the share of years that exceed them.
  public var curve: [(amount: Int64, probability: Double)]
}

/// The probability that everything is lost within ten years.
public struct TotalLossEstimate: Sendable, Hashable {
  public enum Method: String, Sendable, Hashable {
    /// The losses were counted in the simulated lifetimes.
    case counted
    /// The probability was estimated by importance splitting.
    case splitting
    /// No sequence of the scenario's disasters reaches every copy, and no drill lost everything.
    case impossible
  }

  public var probability: Double
  public var lower: Double
  public var upper: Double
  public var method: Method
  /// The number of simulated lifetimes and trials.
  public var runs: Int
  /// The number of plain runs for an equally narrow interval, per run.
  public var efficiency: Double
}

/// The present value of protection and of losses over some years.
public struct TotalCost: Sendable, Hashable {
  public var protection: Money
  /// The mean of protection and expected losses.
  public var mean: Loss
  public var p95: Loss
  public var p99: Loss
}

/// A hazard's part in a strategy's expected yearly loss.
public struct HazardShare: Sendable, Hashable {
  public var hazard: String
  /// The tally over all simulated years.
  public var tally: HazardTally
  /// The mean annual loss, without total losses that have no price.
  public var expected: Money
}

/// The range of the expected annual loss when one assumption is halved or doubled.
public struct TornadoBar: Sendable, Hashable {
  public var assumption: String
  public var halved: Money
  public var doubled: Money

  public var swing: Int64 { doubled.minorUnits - halved.minorUnits }
}
