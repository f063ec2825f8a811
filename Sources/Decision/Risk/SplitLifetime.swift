import Units

/// One lifetime with all trials that are split off from it.
struct SplitLifetime {
  private let root: RandomStream
  private let law: HazardLaw
  private let exposure: Exposure
  private let trials: [Int]
  private let lifetime: Int
  private(set) var trialCount = 1
  private(set) var stepCount = 1

  init(_ law: HazardLaw, _ exposure: Exposure, trials: [Int], lifetime: Int, seed: UInt64) {
    root = RandomStream(seed: seed, stream: "risk splitting")
    self.law = law
    self.exposure = exposure
    self.trials = trials
    self.lifetime = lifetime
  }

  /// Returns the total weight of the trials that end in a total loss.
  mutating func run() -> Double {
    var path = RiskPath(law, copies: exposure.copies.count, stream: stream(0))
    return explore(&path, missing: 0)
  }

  private func stream(_ trial: Int) -> RandomStream {
    root.restarted(entity: UInt32(trial), index: UInt32(lifetime))
  }

  /// Follows a path until fewer copies are missing than at its start, or until it is over.
  private mutating func explore(_ path: inout RiskPath, missing level: Int) -> Double {
    var weight = 0.0
    while let time = path.nextTime, path.missingCount(at: time) >= level {
      let arrival = path.takeNext(of: law)
      stepCount += 1
      guard path.meet(arrival, under: exposure) else { return weight + 1 }
      let now = path.missingCount(at: time)
      if now > level { weight += split(&path, at: level + 1, of: now) }
      if path.isOver { return weight }
    }
    return weight
  }

  /// Splits a path that has one more missing copy. The last trial continues as the path.
  private mutating func split(_ path: inout RiskPath, at level: Int, of missing: Int) -> Double {
    let count = trials[level]
    var weight = 0.0
    for number in 1...count {
      var fresh: RandomStream?
      if number < count {
        trialCount += 1
        stepCount += 1
        let stream = stream(trialCount)
        if missing == level, path.forkIsBrief(law, from: stream, missing: level) { continue }
        fresh = stream
      }
      var trial = path
      if let fresh { trial.fork(law, from: fresh) }
      if missing > level { weight += split(&trial, at: level + 1, of: missing) }
      if !trial.isOver { weight += explore(&trial, missing: level) }
      if number == count { path = trial }
    }
    return weight / Double(count)
  }
}
