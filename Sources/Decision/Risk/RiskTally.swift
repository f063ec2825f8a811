/// Sums over the simulated lifetimes of one strategy. Tallies of consecutive lifetimes can be added.
public struct RiskTally: Codable, Sendable, Hashable {
  /// The loss of each year in minor units; `beyondMoney` for a year with a total loss without a price.
  public internal(set) var years: [Int64] = []
  /// The tallies, by hazard.
  public internal(set) var hazards: [HazardTally]
  /// The number of lifetimes with a total loss.
  public internal(set) var lostLifetimes = 0

  public static let beyondMoney = Int64.max

  init(hazardCount: Int) { hazards = Array(repeating: HazardTally(), count: hazardCount) }

  /// Appends the following lifetimes.
  mutating func append(_ next: RiskTally) {
    years += next.years
    lostLifetimes += next.lostLifetimes
    for place in hazards.indices { hazards[place].add(next.hazards[place]) }
  }
}

/// Sums over all occurrences of one hazard; times in milliseconds, prices in minor units.
public struct HazardTally: Codable, Sendable, Hashable {
  public internal(set) var occurrences: Int64 = 0
  /// The number of occurrences during the recovery from an earlier one.
  public internal(set) var overlaps: Int64 = 0
  public internal(set) var totalLosses: Int64 = 0
  public internal(set) var outage: Int64 = 0
  public internal(set) var dataLoss: Int64 = 0
  public internal(set) var outagePrice: Int64 = 0
  public internal(set) var dataLossPrice: Int64 = 0
  public internal(set) var workPrice: Int64 = 0
  public internal(set) var totalLossPrice: Int64 = 0

  /// The sum of all prices, without total losses that have no price.
  public var price: Int64 { outagePrice + dataLossPrice + workPrice + totalLossPrice }

  mutating func add(_ other: HazardTally) {
    occurrences += other.occurrences
    overlaps += other.overlaps
    totalLosses += other.totalLosses
    outage += other.outage
    dataLoss += other.dataLoss
    outagePrice += other.outagePrice
    dataLossPrice += other.dataLossPrice
    workPrice += other.workPrice
    totalLossPrice += other.totalLossPrice
  }
}
