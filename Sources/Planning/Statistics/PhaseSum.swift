import Units

/// Percentiles of sums of phases. All phases are drawn together, added, and only then sorted.
///
/// A sum of percentiles is no percentile of the sum. The draws are stratified (a Latin hypercube: McKay, Beckman, Conover,
/// Technometrics 21, 1979) and have a seed of their own, so that equal phases always give equal sums.
package enum PhaseSum {
  /// The number of draws.
  static let count = 1_000
  private static let phasesMaximum = 32

  /// Returns the value that 99 of 100 sums do not exceed.
  ///
  /// - Parameter sum: draws the same phases in the same order each time.
  package static func tail(of sum: (inout PhaseDraw) -> Duration) -> Duration {
    var first = PhaseDraw(number: 0)
    let value = sum(&first)
    if first.isCertain { return value }
    let sums = (0..<count).map { number in
      var draw = PhaseDraw(number: number)
      return sum(&draw)
    }
    return sums.sorted()[(count * 99 + 99) / 100 - 1]
  }

  /// Returns a number in (0, 1). Each of `count` equal parts occurs once in each phase.
  fileprivate static func level(of phase: Int, in number: Int) -> Double {
    (Double(strata[phase % phasesMaximum][number]) + 0.5) / Double(count)
  }

  private static let strata: [[Int]] = (0..<UInt32(phasesMaximum)).map { phase in
    var stream = RandomStream(seed: 0, stream: "phases of an estimate", entity: phase)
    var places = Array(0..<count)
    for place in stride(from: count - 1, to: 0, by: -1) {
      places.swapAt(place, Int(stream.below(UInt64(place + 1))))
    }
    return places
  }
}

/// One draw of every phase of a recovery.
package struct PhaseDraw {
  private let number: Int
  private var phase = 0
  /// The limit on one phase. Ten years count as endless.
  private static let longest = Duration.days(3_650)

  fileprivate init(number: Int) { self.number = number }

  /// Whether no phase was random so far.
  fileprivate var isCertain: Bool { phase == 0 }

  package mutating func callAsFunction(_ distribution: Distribution) -> Duration {
    if case .constant(let value) = distribution.family { return value }
    defer { phase += 1 }
    return min(Self.longest, distribution.draw(uniform: PhaseSum.level(of: phase, in: number)))
  }
}
