import Statistics
import Units

/// The inputs of the simulated years: the hazards, and each strategy's exposure to them.
public struct RiskModel: Sendable {
  public var seed: UInt64
  public var hazards: [Hazard]
  public var exposures: [Exposure]
  /// The price of a total loss in minor units; `nil` when no sum of money is stated.
  public var totalLoss: Int64?
  /// The years of one lifetime, at least ten. Renewal processes and copies restart with each lifetime.
  public var lifetimeYears: Int
  /// Ten years in milliseconds, the period in which total losses are counted.
  static let decade = 10 * Year.milliseconds

  public init(
    seed: UInt64, hazards: [Hazard], exposures: [Exposure], totalLoss: Int64?, lifetimeYears: Int = 10
  ) {
    precondition(lifetimeYears >= 10, "a lifetime has ten years")
    self.seed = seed
    self.hazards = hazards
    self.exposures = exposures
    self.totalLoss = totalLoss
    self.lifetimeYears = lifetimeYears
  }
}

/// One strategy's exposure to the hazards of a model.
public struct Exposure: Sendable {
  public var strategy: String
  /// The copies of the data, production first; at most 64.
  public var copies: [String]
  /// The exposures, by hazard.
  public var hazards: [HazardExposure]

  public init(strategy: String, copies: [String], hazards: [HazardExposure]) {
    precondition(copies.count <= 64, "a set of copies has 64 places")
    self.strategy = strategy
    self.copies = copies
    self.hazards = hazards
  }

  /// The set of all copies.
  var allCopies: UInt64 { copies.count == 64 ? .max : 1 << UInt64(copies.count) - 1 }
}

/// The effect of one hazard under one strategy.
public struct HazardExposure: Sendable {
  /// A bit for each copy that the hazard destroys.
  public var destroyed: UInt64
  /// A bit for each copy that the recovery consumes.
  public var consumed: UInt64
  /// The time until each copy is whole again after this hazard.
  public var repairs: [Distribution]
  /// The measured recoveries, one for each rehearsed instant; empty where nothing stops.
  public var recoveries: [PricedRecovery]
  /// The recoveries measured with this hazard during them, by the earlier hazard; empty where none were.
  public var overlaps: [[PricedRecovery]]

  public init(
    destroyed: UInt64 = 0, consumed: UInt64 = 0, repairs: [Distribution] = [],
    recoveries: [PricedRecovery] = [],
    overlaps: [[PricedRecovery]] = []
  ) {
    self.destroyed = destroyed
    self.consumed = consumed
    self.repairs = repairs
    self.recoveries = recoveries
    self.overlaps = overlaps
  }
}

/// A measured recovery with its price in minor units and its times in milliseconds.
public struct PricedRecovery: Hashable, Sendable {
  public var isLost: Bool
  public var outage: Int64
  public var dataLoss: Int64
  public var outagePrice: Int64
  public var dataLossPrice: Int64
  /// The price of the recovery's own work.
  public var workPrice: Int64

  public init(
    isLost: Bool = false, outage: Int64 = 0, dataLoss: Int64 = 0, outagePrice: Int64 = 0,
    dataLossPrice: Int64 = 0, workPrice: Int64 = 0
  ) {
    self.isLost = isLost
    self.outage = outage
    self.dataLoss = dataLoss
    self.outagePrice = outagePrice
    self.dataLossPrice = dataLossPrice
    self.workPrice = workPrice
  }
}

extension [PricedRecovery] {
  /// Returns the recovery that a uniform draw chooses; `nil` where there are none.
  func drawn(by chance: Double) -> PricedRecovery? {
    isEmpty ? nil : self[Swift.min(count - 1, Int(chance * Double(count)))]
  }
}
