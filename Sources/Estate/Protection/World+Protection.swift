import Replication
import Units

extension World {
  /// Lets the courses of all replication pairs be metered from now on, in place of what was metered before.
  public mutating func meterReplication(against objective: Duration) {
    for index in pairs.indices {
      pairs[index].course = ReplicationCourse(of: claim(of: PairID(index)), against: objective, at: now)
    }
  }

  /// By pair what was metered until now; empty where nothing is replicated or metered.
  public var replicationCourses: [ReplicationCourse] { pairs.compactMap { $0.course?.read(at: now) } }

  /// Takes note of what a pair's source says now.
  mutating func observe(_ pair: PairID) {
    observeCascade(of: pair)
    guard pairs[pair].course != nil || pairs[pair].awaited != nil else { return }
    let (claim, now) = (claim(of: pair), now)
    pairs[pair].course?.observe(claim, at: now)
    guard let fault = pairs[pair].awaited, claim?.isProtected(since: fault) == true else { return }
    pairs[pair].awaited = nil
    occurrences.append(.protectedAgain(pair))
  }

  /// Lets `protectedAgain` occur for each pair once its copy holds everything that was written before an instant.
  public mutating func awaitProtection(since instant: Instant) {
    for index in pairs.indices where !pairs[index].isDisabled {
      pairs[index].awaited = instant
      observe(PairID(index))
    }
  }

  /// Whether some copy is still behind a fault that is awaited.
  public var isProtectionAwaited: Bool { pairs.contains { $0.awaited != nil } }

  /// How many writes a volume's application has issued to a site that served.
  public func issuedWrites(of volume: VolumeID) -> Int { volumes[volume].issued - volumes[volume].turnedAway }
}

extension World {
  /// What the serving side's source says, or both where both serve; `nil` when none runs. Asked after whatever an engine was
  /// told: it is looked at where it stands, not in a copy of its pair.
  func sourceClaim(of pair: PairID) -> ReplicationClaim? {
    if pairs[pair].isActive { return pairs[pair].activeClaim }
    return pairs[pair].nodes[pairs[pair].serving].engine?.claim
  }
}

extension ReplicationClaim {
  /// Whether the copy holds everything that was written before an instant.
  fileprivate func isProtected(since instant: Instant) -> Bool {
    isProtecting && oldest.map { $0 >= instant } ?? true
  }
}

// MARK: - The truth

extension World {
  /// How far the copy of a pair is really behind.
  public enum TrueLag: Codable, Hashable, Comparable, Sendable {
    /// The age of the earliest acknowledged write that a failover would not bring back; zero when it would bring back all.
    case lag(Duration)
    /// A failover would bring back nothing that can be used.
    case unusable
  }

  /// Tries a failover on a branch, and looks what is missing there. Complexity: that of the failover.
  public func trueLag(of pair: PairID, reader: StampReader) -> TrueLag {
    var branch = self
    branch.occurrences = []
    branch.startFailover(of: pair)
    while let occurrence = branch.nextOccurrence(through: now + .days(1)) {
      switch occurrence {
      case .promotionRefused: return .unusable
      case .promoted:
        let group = pairs[pair].volumes
        for service in blueprint.services.indices { branch.resume(ServiceID(service)) }
        let inspection = branch.inspect(group, against: now, reader: reader)
        guard inspection.isUsable else { return .unusable }
        return .lag(inspection.earliestMissing.map { now - $0 } ?? .zero)
      default: break
      }
    }
    return .unusable
  }
}
