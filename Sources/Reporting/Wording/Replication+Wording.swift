import Estate
import ScenarioLanguage
import Statistics
import Units

extension Strategy {
  /// The names of the protection groups, in the order of their meters.
  var groupNames: [String] { disasterRecovery?.groups.map(\.name) ?? [] }
}

extension Strategy {
  /// Whether both sites serve some volumes.
  var servesTwice: Bool { disasterRecovery?.groups.contains { $0.mode.activeActive != nil } ?? false }
}

extension Achieved {
  /// Creates the achieved value of a lag; without a copy nothing is recoverable.
  init(_ lag: Duration?) { self = lag.map { .duration($0) } ?? .unrecoverable }
}

extension World.TrueLag {
  var achieved: Achieved {
    if case .lag(let lag) = self { .duration(lag) } else { .unrecoverable }
  }
}

extension LagSeries.Sample {
  /// The lag; `nil` when it is unknown or no copy existed.
  var lag: Duration? {
    if case .lag(let lag) = self { lag } else { nil }
  }
}

extension Ratio {
  /// The share of time, rounded down to a thousandth of a percent. A share such as `99.998 %` is never shown
  /// as all.
  var asShareOfTime: String {
    "\(decimal(UInt64(max(0, billionths) / 10_000), places: 3)) %"
  }
}
