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

  package init(_ law: HazardLaw, copies: Int, stream: RandomStream) {
    condition = EstateCondition(copies: copies)
    self.stream = stream
    next = law.renewals.isEmpty ? [] : law.hazards.map { _ in .max }
    last = next.map { _ in 0 }
    drawFuture(law)
  }

  /// Gives the path a future of its own. Undecided times are drawn again, given that they have not passed.
  package mutating func fork(_ law: HazardLaw, from stream: RandomStream) {
    self.stream = stream
    drawFuture(law)
  }

  /// Whether a fork from this stream would end, or have fewer copies missing, at its next occurrence.
  ///
  /// Most forks do. This tells without a copy of the path; with renewal processes it never tells.
  package func forkIsBrief(_ law: HazardLaw, from stream: RandomStream, missing level: Int) -> Bool {
    guard law.renewals.isEmpty else { return false }
    var stream = stream
    var time = later(by: law.memoryless.pause(from: &stream))
    for follower in followers { time = min(time, follower.time) }
    return time >= RiskModel.decade || missingCount(at: time) < level
  }

  private mutating func drawFuture(_ law: HazardLaw) {
    nextMemoryless = later(by: law.memoryless.pause(from: &stream))
    for place in law.renewals {
      let hazard = law.hazards[place]
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
    var time = nextMemoryless
    for instant in next { time = min(time, instant) }
    for follower in followers { time = min(time, follower.time) }
    return time < RiskModel.decade ? time : nil
  }

  package func missingCount(at time: Int64) -> Int { condition.missing(at: time).nonzeroBitCount }

  /// Moves to the next occurrence and draws the one after it.
  package mutating func takeNext(of law: HazardLaw) -> Arrival {
    now = nextTime ?? now
    let hazard: Int
    if let place = followers.firstIndex(where: { $0.time == now }) {
      hazard = followers.remove(at: place).hazard
    } else if let place = next.firstIndex(of: now) {
      hazard = place
      last[place] = now
      next[place] = later(by: law.hazards[place].process.pause(from: &stream))
      addFollowers(of: place, law)
    } else {
      hazard = law.memorylessHazard(drawnBy: stream.uniform())
      nextMemoryless = later(by: law.memoryless.pause(from: &stream))
      addFollowers(of: hazard, law)
    }
    return Arrival(time: now, hazard: hazard, chance: stream.uniform())
  }

  private mutating func addFollowers(of hazard: Int, _ law: HazardLaw) {
    for delay in law.hazards[hazard].followers(from: &stream) {
      followers.append((later(by: delay), hazard))
    }
  }

  /// Applies the disaster; returns `false` when everything is lost.
  package mutating func meet(_ arrival: Arrival, under exposure: Exposure) -> Bool {
    isOver = condition.meet(arrival, under: exposure, from: &stream) == nil
    return !isOver
  }
}

/// The hazards of a model with what each step of a path asks of them, computed once.
package struct HazardLaw: Sendable {
  package let hazards: [Hazard]
  /// All memoryless hazards together.
  let memoryless: Hazard.Process
  /// The places of the renewal processes.
  let renewals: [Int]
  private let memorylessRate: Double

  package init(_ hazards: [Hazard]) {
    self.hazards = hazards
    memorylessRate = hazards.reduce(0) { sum, hazard in
      if case .poisson(let rate) = hazard.process { sum + rate } else { sum }
    }
    memoryless = .poisson(perYear: memorylessRate)
    renewals = hazards.indices.filter { if case .renewal = hazards[$0].process { true } else { false } }
  }

  /// Returns a memoryless hazard, chosen in proportion to the rates.
  func memorylessHazard(drawnBy chance: Double) -> Int {
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
