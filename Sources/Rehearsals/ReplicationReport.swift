import Estate
import Units

/// The performance of a strategy's replication without disasters.
public struct ReplicationReport: Codable, Sendable {
  /// The metered protection of each replication pair in the window.
  public var courses: [ReplicationCourse]
  /// The results of trial failovers at instants spread over the window.
  public var trials: [LagTrial]

  package init(courses: [ReplicationCourse], trials: [LagTrial]) {
    self.courses = courses
    self.trials = trials
  }

  /// Creates the report; `nil` where nothing is replicated.
  init?(of world: World, trials: [LagTrial]) {
    let courses = world.replicationCourses
    guard !courses.isEmpty else { return nil }
    self.init(courses: courses, trials: trials.sorted { ($0.instant, $0.pair) < ($1.instant, $1.pair) })
  }

  /// The number of trials in which a copy's true lag exceeded the source's claim. Each is a violated
  /// guarantee.
  public var understatedTrials: Int { trials.count(where: \.isUnderstated) }
}

/// The lag of a copy at one instant. The source's claim is compared with the true loss of a failover on a
/// branch.
public struct LagTrial: Codable, Hashable, Sendable {
  public var pair: PairID
  public var instant: Instant
  /// The claimed lag; `nil` when no source ran.
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

  /// The number of trials in a window.
  static let count = 48

  /// Runs a trial failover of every pair of a world.
  static func all(on world: World, reader: StampReader) -> [LagTrial] {
    world.protectionGroups.map { pair in
      LagTrial(
        pair: pair, instant: world.now, claimed: world.claimedLag(of: pair),
        truth: world.trueLag(of: pair, reader: reader))
    }
  }
}

extension World {
  /// Returns the claimed age of the state that a failover would recover. `nil` where no source runs or the
  /// copy has no recovery point.
  fileprivate func claimedLag(of pair: PairID) -> Duration? {
    guard let lag = replicationLag(of: pair), lag.oldest != .epoch else { return nil }
    return lag.age(at: now)
  }
}
