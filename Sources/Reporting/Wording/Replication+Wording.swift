import Estate
import Planning
import Units

extension Strategy {
  /// Of its protection groups, in the order in which they are metered.
  var groupNames: [String] { disasterRecovery?.groups.map(\.name) ?? [] }
}

extension Strategy {
  /// Whether both sites serve some volumes.
  var servesTwice: Bool { disasterRecovery?.groups.contains { $0.mode.activeActive != nil } ?? false }
}

extension Achieved {
  /// A lag; without a copy nothing would come back.
  init(_ lag: Duration?) { self = lag.map { .duration($0) } ?? .unrecoverable }
}

extension World.TrueLag {
  var achieved: Achieved {
    if case .lag(let lag) = self { .duration(lag) } else { .unrecoverable }
  }
}

extension LagSeries.Sample {
  /// `nil` when it is unknown, or there was nothing to fail over to.
  var lag: Duration? {
    if case .lag(let lag) = self { lag } else { nil }
  }
}

extension Ratio {
  /// A share of time, rounded down to a thousandth of a percent: `99.998 %` is never told as all of it.
  var asShareOfTime: String {
    "\(decimal(UInt64(max(0, billionths) / 10_000), places: 3)) %"
  }
}
