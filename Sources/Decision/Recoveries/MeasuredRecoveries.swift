import ScenarioLanguage
import Units

/// The drills of a report, reduced to the quantities used in decisions.
///
/// Times are whole milliseconds, so that a stored report and the run that wrote it give the same decisions.
public struct MeasuredRecoveries: Codable, Sendable {
  public var strategies: [StrategyRecoveries]

  public init(strategies: [StrategyRecoveries]) { self.strategies = strategies }
}

/// The measured recoveries of one strategy, and its costs.
public struct StrategyRecoveries: Codable, Sendable {
  public var name: String
  /// A year's cost without disasters.
  public var protection: Money
  /// The present value of the protection in each year.
  public var ownership: [Money]
  public var disasters: [DisasterRecoveries]

  public func recoveries(from disaster: String) -> DisasterRecoveries? {
    disasters.first { $0.name == disaster }
  }
}

/// The measured recoveries from one disaster, in the order of their instants.
public struct DisasterRecoveries: Codable, Sendable {
  public var name: String
  public var drills: [MeasuredRecovery]
  /// The mean price of one recovery's work, over those that succeeded.
  public var work: Money
}

/// One measured recovery.
public struct MeasuredRecovery: Hashable, Codable, Sendable {
  public var strike: Instant
  /// The times; `nil` when nothing usable was recovered.
  public var times: Times?
  /// The time from the start of the outage until a copy was in sync; `nil` without a rehearsed failback.
  public var unprotected: Duration?

  public struct Times: Hashable, Codable, Sendable {
    public var rpo: Duration
    public var rto: Duration
  }
}

extension DisasterRecoveries {
  /// The mean outage of the recoveries that succeeded.
  public var meanOutage: Duration {
    let times = drills.compactMap { $0.times?.rto }
    return times.isEmpty ? .zero : times.reduce(.zero, +) / Int64(times.count)
  }

  /// The mean time without protection; `nil` where no failback was rehearsed.
  public var meanUnprotected: Duration? {
    let times = drills.compactMap(\.unprotected)
    return times.isEmpty ? nil : times.reduce(.zero, +) / Int64(times.count)
  }

  /// Returns the recoveries with prices. The work is distributed in proportion to their outages.
  package func priced(_ penalties: Penalties) -> [PricedRecovery] {
    let mean = meanOutage
    return drills.map { drill in
      guard let times = drill.times else { return PricedRecovery(isLost: true) }
      let share = mean > .zero ? work.times(times.rto, per: mean).minorUnits : work.minorUnits
      return PricedRecovery(
        outage: times.rto.milliseconds, dataLoss: times.rpo.milliseconds,
        outagePrice: penalties.outagePerHour.times(times.rto, per: .hours(1)).minorUnits,
        dataLossPrice: penalties.dataLossPerHour.times(times.rpo, per: .hours(1)).minorUnits,
        workPrice: share)
    }
  }
}

extension Duration {
  package var milliseconds: Int64 { nanoseconds / 1_000_000 }

  /// The duration to the nearest whole millisecond, half away from zero.
  package var wholeMilliseconds: Duration {
    .milliseconds((nanoseconds + (nanoseconds < 0 ? -500_000 : 500_000)) / 1_000_000)
  }
}
