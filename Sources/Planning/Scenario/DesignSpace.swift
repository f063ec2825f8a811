import Estate
import Units

/// The designs that `firedrill plan` may choose from.
public struct DesignSpace: Sendable {
  /// Strategies that designs start from, by their places in the scenario; `nil`: all of them.
  public var bases: [Int]?
  /// The strategy that protects the system today; `nil`: none is named.
  public var baseline: Int?
  /// The share of drills against each disaster that must meet its objectives.
  public var level: Ratio
  /// Objectives of single scopes of disruption, in place of the scenario's.
  public var objectives: [ScopeObjectives]
  package var axes: [Axis]

  /// One decision: exactly one of its alternatives is taken.
  package struct Axis: Sendable {
    package var name: String
    package var place: Place
    package var alternatives: [Alternative]
    /// Whether the name is the author's own and no path.
    package var isGroup: Bool

    /// Whether a document has a place for the alternatives: the value stands there, or one alternative is to leave it out.
    package func applies(to document: Node, below prefix: [String]) -> Bool {
      guard !isGroup, let change = alternatives.first?.changes.first else { return true }
      let path = (change.isOfEstate ? [] : prefix) + change.path
      return document.value(at: path[...]) != nil
        || alternatives.contains { $0.changes.contains { $0.value == nil } }
    }
  }

  /// Values that are set together.
  package struct Alternative: Sendable {
    package var changes: [Change]
  }

  /// One value of a strategy, or of the scenario.
  package struct Change: Sendable {
    /// From the strategy or, where `isOfEstate`, from the root.
    package var path: [String]
    package var isOfEstate: Bool
    /// `nil`: the key is left out.
    package var value: Node?

    init(_ key: String, _ value: Node) {
      path = key.split(separator: ".").map(String.init)
      isOfEstate = Self.sections.contains(path.first ?? "")
      self.value = value.scalarText == "none" ? nil : value
    }

    /// Sections of the scenario that designs may change beside their strategy.
    private static let sections = ["links", "devices", "vaults", "hosts", "services"]
  }
}

/// Objectives against the disruptions of one scope.
public struct ScopeObjectives: Hashable, Sendable {
  public var scope: DisruptionScope
  public var objectives: Objectives
}

/// How far a disruption reaches, from the narrowest.
public enum DisruptionScope: String, CaseIterable, Hashable, Sendable {
  case software
  case hardware
  case az
  case region
}

extension Disaster {
  /// The scope of the disruption.
  public var scope: DisruptionScope {
    switch target {
    case .volumes, .volumesAndVaults: .software
    case .host: cause == .virusAttack ? .software : .hardware
    case .device, .link, .connections: .hardware
    case .site: .az
    case .sites: .region
    }
  }
}

extension Scenario {
  /// The objectives that hold against a disaster.
  public func objectives(against disaster: Disaster, in space: DesignSpace?) -> Objectives {
    space?.objectives.first { $0.scope == disaster.scope }?.objectives ?? objectives
  }
}
