import Planning
import Units

/// The cheapest design of a space that meets every objective, and its neighbours.
public struct DesignReport: Sendable {
  public var scenario: String
  public var title: String
  public var digest: String
  public var arguments: [String]
  public var level: Ratio
  /// The number of valid designs, and of combinations of alternatives.
  public var designCount: Int
  public var combinations: Int
  /// The number of designs excluded by closed forms, refuted by a partial rehearsal, and fully rehearsed.
  public var excluded: Int
  public var refuted: Int
  public var certified: Int
  /// The number of drills rehearsed, and the number in an exhaustive search.
  public var drills: Int
  public var exhaustiveDrills: Int
  public var plan: DesignResult
  /// The second cheapest; `nil` where no other design meets the objectives.
  public var runnerUp: DesignResult?
  /// The design with the shortest recovery, among those with the shortest recoveries by formula.
  public var fastest: DesignResult?
  /// The design with the fewest changes; `nil` without a baseline.
  public var leastChange: DesignResult?
  public var prices: [ObjectivePrice]
  /// The cheaper designs that miss an objective, cheapest first.
  public var cheaper: [RefutedDesign]
  /// Every design that was rehearsed, wholly or in part, in the order of the space.
  public var rehearsed: [RehearsedDesign]
  /// The strictest objectives of all disasters.
  public var objectives: Objectives
  /// The names of the disasters.
  public var disasters: [String]
}

/// A design that was rehearsed, with what it achieved.
public struct RehearsedDesign: Sendable {
  public var result: DesignResult
  /// Whether every strike was rehearsed. Fewer strikes show at most the loss and outage of all.
  public var isWhole: Bool
  /// Whether the rehearsed strikes meet every objective.
  public var meetsObjectives: Bool
}

/// A design with the results of its full rehearsal.
public struct DesignResult: Sendable {
  public var design: Design
  public var cost: Money
  /// The RPO against the worst disaster, at the level of the space.
  public var rpo: Achieved
  public var rto: Achieved
}

/// The cost of one objective.
public struct ObjectivePrice: Sendable {
  public var kind: DesignRequirement.Kind
  /// The step by which the objective is shortened.
  public var step: Duration
  /// The cheapest design with the shorter objective; `nil` when there is none.
  public var shorter: DesignResult?
  /// The cheapest design without the objective.
  public var without: DesignResult?
}

/// A design that was excluded, with the reason.
public struct RefutedDesign: Sendable {
  public var design: Design
  /// The measured annual cost; `nil` where closed forms were enough.
  public var cost: Money?
  public var miss: DesignRequirement.Miss
}
