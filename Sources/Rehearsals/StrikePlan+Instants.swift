import ScenarioLanguage
import Units

extension StrikePlan {
  /// Returns the instants at which a disaster strikes, ascending and within the scenario's window.
  ///
  /// - Parameter batch: further batches of a spread plan fall between the instants of the first; others have none.
  package func instants(of disaster: Disaster, in scenario: Scenario, batch: Int = 0) -> [Instant] {
    switch self {
    case .at(let instants): instants.sorted()
    case .spread(let count):
      Self.spread(count, from: scenario.windowStart, over: scenario.window, batch: batch)
    case .renewal(let process, let limit):
      Array(
        process.arrivals(
          in: scenario.windowStart..<scenario.windowEnd,
          from: RandomStream(seed: scenario.seed, stream: "strikes \(disaster.name)")
        ).prefix(limit))
    }
  }

  /// Returns one instant in each n-th part of the window, placed by multiples of the golden section. The
  /// instants are evenly spread and never align with a schedule. Source: Kronecker sequence; Niederreiter,
  /// "Random Number Generation and Quasi-Monte Carlo Methods", 1992, section 3.1.
  static func spread(
    _ count: Int, from start: Instant, over window: Duration, batch: Int = 0
  ) -> [Instant] {
    (0..<Int64(count)).map { index in
      let place = UInt64(bitPattern: Int64(batch * count) + index + 1) &* 0x9E37_79B9_7F4A_7C15
      let part = Int128(window.nanoseconds) * (Int128(index) << 64 + Int128(place)) / Int128(count)
      return start + Duration(nanoseconds: Int64(part >> 64))
    }
  }
}
