import ScenarioLanguage
import Statistics
import Units

/// Percentiles of sums of phases. All phases are drawn together, added, and only then sorted.
///
/// A sum of percentiles is no percentile of the sum. The draws are stratified (a Latin hypercube: McKay, Beckman, Conover,
/// Technometrics 21, 1979) and have a seed of their own, so that equal phases always give equal sums.
package enum PhaseSum {
  /// The number of draws.
  static let count = 1_000
  private static let phasesMaximum = 32
  /// The places of strata that only attempts that fail are drawn from.
  private static let stumblesMaximum = 32

  /// Returns the value that 99 of 100 sums do not exceed; `Duration.max` where more of them have no end.
  ///
  /// - Parameter sum: draws the same phases in the same order each time.
  package static func tail(of sum: (inout PhaseDraw) -> Duration) -> Duration {
    var first = PhaseDraw(number: 0)
    let value = sum(&first)
    if first.isCertain { return first.isEndless ? .max : value }
    let sums = (0..<count).map { number in
      var draw = PhaseDraw(number: number)
      let value = sum(&draw)
      return draw.isEndless ? Duration.max : value
    }
    return sums.sorted()[(count * 99 + 99) / 100 - 1]
  }

  /// Returns a number in (0, 1). Each of `count` equal parts occurs once in each phase.
  fileprivate static func level(of phase: Int, in number: Int) -> Double {
    (Double(strata[phase % phasesMaximum][number]) + 0.5) / Double(count)
  }

  /// The same for the attempts of a step that fail.
  fileprivate static func level(ofStumble stumble: Int, in number: Int) -> Double {
    (Double(strata[phasesMaximum + stumble % stumblesMaximum][number]) + 0.5) / Double(count)
  }

  private static let strata: [[Int]] = (0..<UInt32(phasesMaximum + stumblesMaximum)).map { phase in
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
  private var stumble = 0
  /// Whether every attempt at a step failed, so that the sum has no end.
  fileprivate private(set) var isEndless = false
  /// The limit on one phase. Ten years count as endless.
  private static let longest = Duration.days(3_650)

  fileprivate init(number: Int) { self.number = number }

  /// Whether no phase was random so far.
  fileprivate var isCertain: Bool { phase == 0 && stumble == 0 }

  package mutating func callAsFunction(_ distribution: Distribution) -> Duration {
    if case .constant(let value) = distribution.family { return value }
    defer { phase += 1 }
    return min(Self.longest, distribution.draw(uniform: PhaseSum.level(of: phase, in: number)))
  }

  /// The time of a step with the attempts at it that fail before.
  package mutating func callAsFunction(_ time: Duration, repeatedBy stumble: Stumble?) -> Duration {
    guard let stumble else { return time }
    defer { self.stumble += 1 }
    let failures = stumble.failures(uniform: PhaseSum.level(ofStumble: self.stumble, in: number))
    if failures == stumble.attempts { isEndless = true }
    guard let lost = stumble.lost else { return min(Self.longest, time * Int64(failures + 1)) }
    var stream = RandomStream(
      seed: 0, stream: "stumbles of an estimate", entity: UInt32(self.stumble), index: UInt32(number))
    return (0..<failures).reduce(time) { sum, _ in
      min(Self.longest, sum + min(Self.longest, lost.draw(from: &stream)))
    }
  }
}
