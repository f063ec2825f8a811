import Documents
import Estate
import Units

/// The designs from which `firedrill plan` chooses.
public struct DesignSpace: Sendable {
  /// The base strategies of the designs, by index in the scenario; `nil` for all.
  public var bases: [Int]?
  /// The strategy that protects the system today; `nil` when none is named.
  public var baseline: Int?
  /// The share of drills against each disaster that must meet its objectives.
  public var level: Ratio?
  /// Objectives for single scopes of disruption, replacing the scenario's.
  public var objectives: [ScopeObjectives]
  package var axes: [Axis]

  /// One decision, of whose alternatives exactly one is taken.
  package struct Axis: Sendable {
    package var name: String
    package var place: Place
    package var alternatives: [Alternative]
    /// Whether the name is the author's own and not a path.
    package var isGroup: Bool

    /// Whether a document has a place for the alternatives. Either the value exists, or one alternative omits
    /// it.
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

  /// One changed value of a strategy or of the scenario.
  package struct Change: Sendable {
    /// The path from the strategy or, where `isOfEstate`, from the root.
    package var path: [String]
    package var isOfEstate: Bool
    /// The new value; `nil` to omit the key.
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

/// The objectives for the disruptions of one scope.
public struct ScopeObjectives: Hashable, Sendable {
  public var scope: DisruptionScope
  public var objectives: Objectives
}

/// The scope of a disruption, from the narrowest.
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
  /// Returns the objectives that apply to a disaster.
  public func objectives(against disaster: Disaster, in space: DesignSpace?) -> Objectives {
    space?.objectives.first { $0.scope == disaster.scope }?.objectives ?? objectives
  }
}
