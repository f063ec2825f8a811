import Replication
import Storage
import Units

extension World {
  /// Restarts the metering of all replication pairs, discarding earlier meters.
  public mutating func meterReplication(against objective: Duration) {
    for index in pairs.indices {
      pairs[index].course = CopyOnWrite(
        ReplicationCourse(of: claim(of: PairID(index)), against: objective, at: now))
    }
  }

  /// The metered course of each pair; empty without replication or metering.
  public var replicationCourses: [ReplicationCourse] { pairs.compactMap { $0.course?.value.read(at: now) } }

  /// Meters the current claim of a pair's source.
  mutating func observe(_ pair: PairID) {
    observeCascade(of: pair)
    guard pairs[pair].course != nil || pairs[pair].awaited != nil else { return }
    let (claim, now) = (claim(of: pair), now)
    pairs[pair].course?.value.observe(claim, at: now)
    guard let fault = pairs[pair].awaited, claim?.isProtected(since: fault) == true else { return }
    pairs[pair].awaited = nil
    occurrences.append(.protectedAgain(pair))
  }

  /// Requests `protectedAgain` for each pair once its copy holds everything written before an instant.
  public mutating func awaitProtection(since instant: Instant) {
    for index in pairs.indices where !pairs[index].isDisabled {
      pairs[index].awaited = instant
      observe(PairID(index))
    }
  }

  /// Whether some copy has not yet caught up with a fault.
  public var isProtectionAwaited: Bool { pairs.contains { $0.awaited != nil } }

  /// Returns the number of writes that an application issued to a site that served.
  public func issuedWrites(of volume: VolumeID) -> Int { volumes[volume].issued - volumes[volume].turnedAway }
}

extension World {
  /// Returns the claim of the serving side's source, or of both sources where both serve. The source is
  /// inspected in place, because copying a pair is expensive; `nil` when none runs.
  func sourceClaim(of pair: PairID) -> ReplicationClaim? {
    // Where it stands: after every event, and a copy of a pair retains all that it holds.
    pairs.withUnsafeBufferPointer { pairs in
      let serving = pairs[pair.index].serving
      return pairs[pair.index].policy.mode.activeActive != nil
        ? ReplicationPair.activeClaim(of: pairs[pair.index].nodes, serving: serving)
        : pairs[pair.index].nodes[serving].engine?.claim
    }
  }
}

extension ReplicationClaim {
  /// Whether the copy holds everything written before an instant.
  fileprivate func isProtected(since instant: Instant) -> Bool {
    isProtecting && oldest.map { $0 >= instant } ?? true
  }
}

// MARK: - The truth

extension World {
  /// The true lag of a pair's copy.
  public enum TrueLag: Codable, Hashable, Comparable, Sendable {
    /// The age of the earliest acknowledged write that a failover would lose; zero when it would lose none.
    case lag(Duration)
    /// A failover would recover nothing usable.
    case unusable
  }

  /// Tries a failover on a branch and returns the true loss. Complexity: that of the failover.
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
