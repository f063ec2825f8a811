import Units

/// What a strategy is, as the seed's table sorts strategies.
public enum StrategyFamily: String, CaseIterable, Hashable, Sendable {
  /// Copies from which data is restored.
  case backup
  /// Standby hosts and data that take over.
  case disasterRecovery
  /// Two systems that both serve.
  case activeActive

  /// What the table says that it costs, as a share of the production system's cost: 1 to 2 % for backup, 20 to 100 % for
  /// DR, and for active-active once more the infrastructure.
  public var band: ClosedRange<Ratio> {
    switch self {
    case .backup: .percent(1) ... .percent(2)
    case .disasterRecovery: .percent(20) ... .percent(100)
    case .activeActive: .percent(100) ... .percent(100)
    }
  }
}

extension Strategy {
  /// Copies alone are backup; whatever takes over is more.
  public var family: StrategyFamily {
    switch disasterRecovery?.standby.kind {
    case nil: .backup
    case .activeActive: .activeActive
    case .pilotLight, .warmStandby, .hotStandby: .disasterRecovery
    }
  }
}

/// Where a strategy's cost lies against the band of its family.
public struct BandVerdict: Hashable, Sendable {
  public enum Position: String, Hashable, Sendable {
    case below
    case within
    case above
  }

  public let family: StrategyFamily
  /// What is compared: all of protection, or for active-active the infrastructure (servers and storage) that it adds.
  public let part: Money
  /// The denominator: all of production, or for active-active production's infrastructure.
  public let whole: Money
  public let position: Position
  /// What of the part costs the most; `nil` when it costs nothing.
  public let driver: CostLine?

  /// The part over the whole.
  public var ratio: Ratio { part.share(of: whole) }

  /// For active-active, whose infrastructure has no exact double, a percent on each side counts as within.
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
  /// Servers and storage.
  var isInfrastructure: Bool { self == .compute || self == .storage }
}
