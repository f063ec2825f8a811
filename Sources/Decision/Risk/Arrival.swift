import Units

/// One occurrence of a hazard in a simulated lifetime.
package struct Arrival: Sendable {
  /// Milliseconds from the start of the lifetime.
  package var time: Int64
  /// The index of the hazard in the model.
  package var hazard: Int
  /// The draw that chooses the recovery, equal for all strategies.
  package var chance: Double

  package init(time: Int64, hazard: Int, chance: Double) {
    (self.time, self.hazard, self.chance) = (time, hazard, chance)
  }
}

extension RiskModel {
  /// Returns all occurrences of one lifetime in time order.
  ///
  /// Each hazard draws from a stream of its own, so that another hazard or strategy changes none of them.
  package func arrivals(in lifetime: Int) -> [Arrival] {
    let end = Int64(lifetimeYears) * Year.milliseconds
    var arrivals: [Arrival] = []
    for (place, hazard) in hazards.enumerated() {
      var stream = RandomStream(seed: seed, stream: "risk arrivals \(hazard.name)", index: UInt32(lifetime))
      var draws = RandomStream(seed: seed, stream: "risk recoveries \(hazard.name)", index: UInt32(lifetime))
      var time: Int64 = 0
      while true {
        let pause = hazard.process.pause(from: &stream)
        guard pause < end - time else { break }
        time += pause
        arrivals.append(Arrival(time: time, hazard: place, chance: draws.uniform()))
        for delay in hazard.followers(from: &stream) where delay < end - time {
          arrivals.append(Arrival(time: time + delay, hazard: place, chance: draws.uniform()))
        }
      }
    }
    return arrivals.sorted { ($0.time, $0.hazard) < ($1.time, $1.hazard) }
  }
}
