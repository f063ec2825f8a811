import Replication
import Storage
import Units

extension World {
  /// Restarts the metering of all replication pairs, discarding earlier meters.
  public mutating func meterReplication(against objective: Duration) {
    for pair in fabric.groups {
      let claim = fabric.claim(of: pair)
      fabric[pair].meter.start(from: claim, against: objective, at: now)
    }
  }

  /// The metered course of each pair; empty without replication or metering.
  public var replicationCourses: [ReplicationCourse] {
    fabric.groups.compactMap { fabric[$0].meter.readCourse(at: now) }
  }

  /// Meters the current claim of a pair's source.
  mutating func observe(_ pair: PairID) {
    let now = now
    fabric.observe(pair, at: now, into: &occurrences)
  }

  /// Requests `protectedAgain` for each pair once its copy holds everything written before an instant.
  public mutating func awaitProtection(since instant: Instant) {
    for pair in fabric.groups where !fabric[pair].isDisabled {
      fabric[pair].meter.awaitProtection(since: instant)
      observe(pair)
    }
  }

  /// Whether some copy has not yet caught up with a fault.
  public var isProtectionAwaited: Bool { fabric.groups.contains { fabric[$0].meter.isAwaited } }

  /// Returns the number of writes that an application issued to a site that served.
  public func issuedWrites(of volume: VolumeID) -> Int { volumes[volume].progress.served }
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
        let group = fabric[pair].volumes
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
