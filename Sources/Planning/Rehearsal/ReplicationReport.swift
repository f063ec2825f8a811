import Estate
import Units

/// What a strategy's replication was like while nothing happened.
public struct ReplicationReport: Codable, Sendable {
  /// By replication pair, over the window.
  public var courses: [ReplicationCourse]
  /// What trial failovers found, at instants spread over the window.
  public var trials: [LagTrial]

  package init(courses: [ReplicationCourse], trials: [LagTrial]) {
    self.courses = courses
    self.trials = trials
  }

  /// `nil` where nothing is replicated.
  init?(of world: World, trials: [LagTrial]) {
    let courses = world.replicationCourses
    guard !courses.isEmpty else { return nil }
    self.init(courses: courses, trials: trials.sorted { ($0.instant, $0.pair) < ($1.instant, $1.pair) })
  }

  /// Trials in which a copy was further behind than its source claimed: each is a broken promise.
  public var understatedTrials: Int { trials.count(where: \.isUnderstated) }
}

/// How far a copy was behind at one instant: what its source claimed, and what a failover on a branch brought back.
public struct LagTrial: Codable, Hashable, Sendable {
  public var pair: PairID
  public var instant: Instant
  /// `nil` when no source ran.
  public var claimed: Duration?
  public var truth: World.TrueLag

  package init(pair: PairID, instant: Instant, claimed: Duration?, truth: World.TrueLag) {
    self.pair = pair
    self.instant = instant
    self.claimed = claimed
    self.truth = truth
  }

  public var isUnderstated: Bool {
    guard let claimed, case .lag(let lag) = truth else { return false }
    return lag > claimed
  }

  /// How many there are in a window.
  static let count = 48

  /// Tries every pair of a world.
  static func all(on world: World, reader: StampReader) -> [LagTrial] {
    world.protectionGroups.map { pair in
      LagTrial(
        pair: pair, instant: world.now, claimed: world.claimedLag(of: pair),
        truth: world.trueLag(of: pair, reader: reader))
    }
  }
}

extension World {
  /// The claimed age of what a failover would bring back; `nil` where no source runs, or the copy has no recovery point.
  fileprivate func claimedLag(of pair: PairID) -> Duration? {
    guard let lag = replicationLag(of: pair), lag.oldest != .epoch else { return nil }
    return lag.age(at: now)
  }
}
