import Planning
import Units

/// The cheapest design of a space that meets every objective, and its neighbours.
public struct DesignReport: Sendable {
  public var scenario: String
  public var title: String
  public var digest: String
  public var arguments: [String]
  public var level: Ratio
  /// Valid designs, and combinations of alternatives.
  public var designCount: Int
  public var combinations: Int
  /// Designs that closed forms left out, designs that a part of a rehearsal refuted, and those rehearsed in full.
  public var excluded: Int
  public var refuted: Int
  public var certified: Int
  /// Drills that were rehearsed, and drills of an exhaustive search.
  public var drills: Int
  public var exhaustiveDrills: Int
  public var plan: DesignResult
  /// The next cheapest; `nil` where no other design meets the objectives.
  public var runnerUp: DesignResult?
  /// Among the designs with the shortest recoveries by formula.
  public var fastest: DesignResult?
  /// `nil` without a baseline.
  public var leastChange: DesignResult?
  public var prices: [ObjectivePrice]
  /// Cheaper designs that miss an objective, the cheapest first.
  public var cheaper: [RefutedDesign]
  /// The names of the disasters.
  public var disasters: [String]
}

/// A design with what a full rehearsal of it achieved.
public struct DesignResult: Sendable {
  public var design: Design
  public var cost: Money
  /// Against the worst disaster, at the level of the space.
  public var rpo: Achieved
  public var rto: Achieved
}

/// The cost of one objective.
public struct ObjectivePrice: Sendable {
  public var kind: DesignRequirement.Kind
  /// The objective is shorter by this.
  public var step: Duration
  /// The cheapest design with the shorter objective; `nil`: there is none.
  public var shorter: DesignResult?
  /// The cheapest design without the objective.
  public var without: DesignResult?
}

/// A design that was left out, and why.
public struct RefutedDesign: Sendable {
  public var design: Design
  /// The cost of a year that was measured; `nil` where closed forms were enough.
  public var cost: Money?
  public var miss: DesignRequirement.Miss
}
