import ScenarioLanguage
import Units

/// The family of a strategy in Open Telekom Cloud's comparison of backup and DR.
public enum StrategyFamily: String, CaseIterable, Hashable, Sendable {
  /// Copies from which data is restored.
  case backup
  /// Standby hosts and data that can take over.
  case disasterRecovery
  /// Two systems that both serve.
  case activeActive

  /// The cost that the comparison states, as a share of production's cost. Backup takes 1 to 2 %, DR 20 to
  /// 100 %, and active-active doubles the infrastructure.
  public var band: ClosedRange<Ratio> {
    switch self {
    case .backup: .percent(1) ... .percent(2)
    case .disasterRecovery: .percent(20) ... .percent(100)
    case .activeActive: .percent(100) ... .percent(100)
    }
  }
}

extension Strategy {
  /// The family of the strategy. Copies alone are backup; a strategy that can take over is more.
  public var family: StrategyFamily {
    switch disasterRecovery?.standby.kind {
    case nil: .backup
    case .activeActive: .activeActive
    case .pilotLight, .warmStandby, .hotStandby: .disasterRecovery
    }
  }
}

/// The position of a strategy's cost relative to the band of its family.
public struct BandVerdict: Hashable, Sendable {
  public enum Position: String, Hashable, Sendable {
    case below
    case within
    case above
  }

  public let family: StrategyFamily
  /// The cost compared: all protection or, for active-active, the added servers and storage.
  public let part: Money
  /// The denominator: all of production or, for active-active, production's infrastructure.
  public let whole: Money
  public let position: Position
  /// The most expensive line of the part; `nil` when the part costs nothing.
  public let driver: CostLine?

  /// The ratio of the part to the whole.
  public var ratio: Ratio { part.share(of: whole) }

  /// Compares a strategy's cost with its band. Active-active infrastructure is never an exact double, so one
  /// percent on each side counts as within.
  init(_ family: StrategyFamily, protection: CostStatement, production: CostStatement) {
    self.family = family
    let isOfInfrastructure = family == .activeActive
    part = isOfInfrastructure ? protection.infrastructure : protection.total
    whole = isOfInfrastructure ? production.infrastructure : production.total
    driver = protection.driver { !isOfInfrastructure || $0.isInfrastructure }
    let tolerance: Int64 = isOfInfrastructure ? 10_000_000 : 0
    let ratio = part.share(of: whole).billionths
    position =
      if ratio < family.band.lowerBound.billionths - tolerance {
        .below
      } else if ratio
        > family.band.upperBound.billionths + tolerance
      { .above } else { .within }
  }
}

extension CostComponent {
  /// Whether the component is servers or storage.
  var isInfrastructure: Bool { self == .compute || self == .storage }
}
