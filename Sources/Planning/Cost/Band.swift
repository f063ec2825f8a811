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
  /// Protection over production; for active-active its infrastructure over that of production.
  public let ratio: Ratio
  public let position: Position
  /// What costs the most; `nil` when protection costs nothing.
  public let driver: CostLine?

  /// For active-active, whose infrastructure has no exact double, a percent on each side counts as within.
  init(_ family: StrategyFamily, ratio: Ratio, driver: CostLine?) {
    self.family = family
    self.ratio = ratio
    self.driver = driver
    let tolerance = Ratio(billionths: family == .activeActive ? 10_000_000 : 0)
    if ratio.billionths < family.band.lowerBound.billionths - tolerance.billionths {
      position = .below
    } else {
      position =
        ratio.billionths > family.band.upperBound.billionths + tolerance.billionths ? .above : .within
    }
  }
}
