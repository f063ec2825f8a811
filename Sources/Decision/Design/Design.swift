import Documents
import ScenarioLanguage
import Units

/// One design of a space: a strategy, with one alternative of each axis.
public struct Design: Sendable {
  /// The index in the catalog.
  public let number: Int
  /// The name of the base strategy.
  public let base: String
  public let choices: [Choice]
  /// The number of values that differ from the baseline's; 0 without a baseline.
  public let changes: Int
  /// The scenario with this one strategy.
  package let scenario: Scenario
  package let root: Node
  /// A key that is equal for designs with equal estates.
  package let estate: [Int]
  package let bounds: DesignBounds

  /// The alternative chosen for one axis.
  public struct Choice: Hashable, Sendable {
    public var axis: String
    public var value: String
  }

  /// The name of the only strategy in a design's scenario.
  package static let strategyName = "plan"

  package var strategy: Strategy { scenario.strategies[0] }

  /// The design in a few words.
  public var label: String {
    ([base] + choices.map { "\($0.axis): \($0.value)" }).joined(separator: "; ")
  }

  /// The scenario as YAML, with a comment above it.
  public func yaml(heading: String) -> String {
    heading.split(separator: "\n").map { "# \($0)\n" }.joined() + root.yaml
  }
}
