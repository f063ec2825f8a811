import ScenarioLanguage
import Statistics
import Units

/// The cheapest design of a space that meets every objective, and its neighbours.
public struct DesignReport: Sendable {
  public let scenario: String
  public let title: String
  public let digest: String
  public let arguments: [String]
  public let level: Ratio
  /// The number of valid designs, and of combinations of alternatives.
  public let designCount: Int
  public let combinations: Int
  /// The number of designs excluded by closed forms, refuted by a partial rehearsal, and fully rehearsed.
  public let excluded: Int
  public let refuted: Int
  public let certified: Int
  /// The number of drills rehearsed, and the number in an exhaustive search.
  public let drills: Int
  public let exhaustiveDrills: Int
  public let plan: DesignResult
  /// The second cheapest; `nil` where no other design meets the objectives.
  public let runnerUp: DesignResult?
  /// The design with the shortest recovery, among those with the shortest recoveries by formula.
  public let fastest: DesignResult?
  /// The design with the fewest changes; `nil` without a baseline.
  public let leastChange: DesignResult?
  public let prices: [ObjectivePrice]
  /// The cheaper designs that miss an objective, cheapest first.
  public let cheaper: [RefutedDesign]
  /// Every design that was rehearsed, wholly or in part, in the order of the space.
  public let rehearsed: [RehearsedDesign]
  /// The strictest objectives of all disasters.
  public let objectives: Objectives
  /// The names of the disasters.
  public let disasters: [String]
}

/// A design that was rehearsed, with what it achieved.
public struct RehearsedDesign: Sendable {
  public let result: DesignResult
  /// Whether every strike was rehearsed. Fewer strikes show at most the loss and outage of all.
  public let isWhole: Bool
  /// Whether the rehearsed strikes meet every objective.
  public let meetsObjectives: Bool
}

/// A design with the results of its full rehearsal.
public struct DesignResult: Sendable {
  public let design: Design
  public let cost: Money
  /// The RPO against the worst disaster, at the level of the space.
  public let rpo: Achieved
  public let rto: Achieved
}

/// The cost of one objective.
public struct ObjectivePrice: Sendable {
  public let kind: DesignRequirement.Kind
  /// The step by which the objective is shortened.
  public let step: Duration
  /// The cheapest design with the shorter objective; `nil` when there is none.
  public let shorter: DesignResult?
  /// The cheapest design without the objective.
  public let without: DesignResult?
}

/// A design that was excluded, with the reason.
public struct RefutedDesign: Sendable {
  public let design: Design
  /// The measured annual cost; `nil` where closed forms were enough.
  public let cost: Money?
  public let miss: DesignRequirement.Miss
}
