import Units

/// The path of one trial: its past occurrences, and the next strike of each hazard.
package struct RiskPath: Sendable {
  private var now: Int64 = 0
  private var condition: EstateCondition
  /// The next occurrence of all memoryless hazards together.
  private var nextMemoryless: Int64 = .max
  /// The next first occurrence and the last one, by hazard, for renewal processes.
  private var next: [Int64]
  private var last: [Int64]
  /// The pending further occurrences of clusters.
  private var followers: [(time: Int64, hazard: Int)] = []
  private var stream: RandomStream
  private(set) var isOver = false

  package init(_ model: RiskModel, copies: Int, stream: RandomStream) {
    condition = EstateCondition(copies: copies)
    self.stream = stream
    next = model.hazards.map { _ in .max }
    last = model.hazards.map { _ in 0 }
    drawFuture(model)
  }

  /// Gives the path a future of its own. Undecided times are drawn again, given that they have not passed.
  package mutating func fork(_ model: RiskModel, from stream: RandomStream) {
    self.stream = stream
    drawFuture(model)
  }

  private mutating func drawFuture(_ model: RiskModel) {
    nextMemoryless = later(by: Hazard.Process.poisson(perYear: model.memorylessRate).pause(from: &stream))
    for (place, hazard) in model.hazards.enumerated() {
      guard case .renewal = hazard.process else { continue }
      let age = now - last[place]
      var pause = hazard.process.pause(from: &stream)
      // An interval longer than the age, by rejection; one in ten thousand is found for any age that occurs.
      for _ in 0..<10_000 where pause <= age { pause = hazard.process.pause(from: &stream) }
      next[place] = max(now + 1, pause < .max - last[place] ? last[place] + pause : .max)
    }
  }

  private func later(by pause: Int64) -> Int64 { pause < .max - now ? now + pause : .max }

  /// The time of the next occurrence within ten years; `nil` when the path is over.
  package var nextTime: Int64? {
    guard !isOver else { return nil }
    let time = min(nextMemoryless, next.min() ?? .max, followers.map(\.time).min() ?? .max)
    return time < RiskModel.decade ? time : nil
  }

  package func missingCount(at time: Int64) -> Int { condition.missing(at: time).nonzeroBitCount }

  /// Moves to the next occurrence and draws the one after it.
  package mutating func takeNext(of model: RiskModel) -> Arrival {
    now = nextTime ?? now
    let hazard: Int
    if let place = followers.firstIndex(where: { $0.time == now }) {
      hazard = followers.remove(at: place).hazard
    } else if let place = next.firstIndex(of: now) {
      hazard = place
      last[place] = now
      next[place] = later(by: model.hazards[place].process.pause(from: &stream))
      addFollowers(of: place, model)
    } else {
      hazard = model.memorylessHazard(drawnBy: stream.uniform())
      nextMemoryless = later(
        by: Hazard.Process.poisson(perYear: model.memorylessRate).pause(from: &stream))
      addFollowers(of: hazard, model)
    }
    return Arrival(time: now, hazard: hazard, chance: stream.uniform())
  }

  private mutating func addFollowers(of hazard: Int, _ model: RiskModel) {
    for delay in model.hazards[hazard].followers(from: &stream) {
      followers.append((later(by: delay), hazard))
    }
  }

  /// Applies the disaster; returns `false` when everything is lost.
  package mutating func meet(_ arrival: Arrival, under exposure: Exposure) -> Bool {
    isOver = condition.meet(arrival, under: exposure, from: &stream) == nil
    return !isOver
  }
}

extension RiskModel {
  /// The first occurrences per year of all memoryless hazards.
  fileprivate var memorylessRate: Double {
    hazards.reduce(0) { sum, hazard in
      if case .poisson(let rate) = hazard.process { sum + rate } else { sum }
    }
  }

  /// Returns a memoryless hazard, chosen in proportion to the rates.
  fileprivate func memorylessHazard(drawnBy chance: Double) -> Int {
    var rest = chance * memorylessRate
    var chosen = 0
    for (place, hazard) in hazards.enumerated() {
      guard case .poisson(let rate) = hazard.process, rate > 0 else { continue }
      chosen = place
      if rest < rate { break }
      rest -= rate
    }
    return chosen
  }
}
