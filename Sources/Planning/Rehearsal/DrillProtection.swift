import Estate
import Units

/// What became of the copies at other sites, and of those who write, during one drill.
public struct DrillProtection: Codable, Sendable {
  /// By replication pair, from the strike to the end of the drill.
  public var courses: [ReplicationCourse]
  /// From the strike until every copy held again all that was written before the end of the fault; `nil` when that did not
  /// come.
  public var restoredAfter: Duration?
  /// The longest that a write of the drill waited for its acknowledgement, counted from its issue.
  public var longestWait: Duration
  /// Writes that the applications did not issue since their services were down; at the scale of the run.
  public var writesNotIssued: Int

  package init(
    courses: [ReplicationCourse], restoredAfter: Duration?, longestWait: Duration, writesNotIssued: Int
  ) {
    self.courses = courses
    self.restoredAfter = restoredAfter
    self.longestWait = longestWait
    self.writesNotIssued = writesNotIssued
  }

  /// What a world that was struck at an instant has metered until now; `nil` where nothing is replicated.
  init?(of world: World, since strike: Instant, restoredAfter: Duration?) {
    let courses = world.replicationCourses
    guard !courses.isEmpty else { return nil }
    self.init(
      courses: courses, restoredAfter: restoredAfter, longestWait: world.longestWait(since: strike),
      writesNotIssued: world.writesNotIssued)
  }

  /// Versions of pages that gave way to others, written at another site without knowing of them.
  public var conflicts: Int { courses.reduce(0) { $0 + $1.conflicts } }

  /// The pair that fared worst: the one with the greatest lag.
  public var worst: ReplicationCourse? {
    courses.max { ($0.peakLag ?? .distant) < ($1.peakLag ?? .distant) }
  }
}

extension Duration {
  fileprivate static let distant = Duration(nanoseconds: .max)
}

extension World {
  /// The longest that any write acknowledged after an instant had waited since its issue.
  fileprivate func longestWait(since instant: Instant) -> Duration {
    var longest = Duration.zero
    for (index, schedule) in schedules.enumerated() {
      let volume = VolumeID(index)
      for write in ledger.writes(of: volume, acknowledgedFrom: instant) {
        longest = max(longest, write.at - schedule.issueInstant(ofWrite: write.number))
      }
    }
    return longest
  }

  /// What the schedules hold until now and the applications did not do, at full size.
  fileprivate var writesNotIssued: Int {
    schedules.enumerated().reduce(0) { sum, entry in
      let (due, issued) = (
        entry.element.writeCount(through: now), issuedWrites(of: VolumeID(entry.offset))
      )
      guard issued < due else { return sum }
      let size = entry.element.nominalSize(ofWrites: (issued + 1)..<(due + 1))
      return sum + Int(size.bytes / entry.element.bytesPerWrite.bytes)
    }
  }
}
