import Statistics
import Units

/// The random times of one rehearsal. All strategies share them for the same disaster at the same instant.
struct RecoveryDraws {
  let seed: UInt64
  let disaster: String
  let strike: Instant
  /// The number of the planning attempt; each attempt has draws of its own.
  var attempt = 0

  func draw(_ distribution: Distribution, _ purpose: String) -> Duration {
    var stream = stream("\(purpose) \(attempt)")
    return distribution.draw(uniform: stream.uniform())
  }

  func stream(_ purpose: String) -> RandomStream {
    let time = UInt64(bitPattern: strike.nanoseconds)
    return RandomStream(
      seed: seed, stream: "\(disaster) \(purpose)", entity: UInt32(truncatingIfNeeded: time >> 32),
      index: UInt32(truncatingIfNeeded: time))
  }
}
