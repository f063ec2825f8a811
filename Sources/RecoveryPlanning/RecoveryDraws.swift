import Statistics
import Units

/// The random times of one rehearsal. All strategies share them for the same disaster at the same instant.
package struct RecoveryDraws {
  let seed: UInt64
  let disaster: String
  let strike: Instant
  /// The number of the planning attempt; each attempt has draws of its own.
  package var attempt = 0

  package init(seed: UInt64, disaster: String, strike: Instant) {
    self.seed = seed
    self.disaster = disaster
    self.strike = strike
  }

  package func draw(_ distribution: Distribution, _ purpose: String) -> Duration {
    var stream = stream("\(purpose) \(attempt)")
    return distribution.draw(uniform: stream.uniform())
  }

  package func stream(_ purpose: String) -> RandomStream {
    let time = UInt64(bitPattern: strike.nanoseconds)
    return RandomStream(
      seed: seed, stream: "\(disaster) \(purpose)", entity: UInt32(truncatingIfNeeded: time >> 32),
      index: UInt32(truncatingIfNeeded: time))
  }
}
