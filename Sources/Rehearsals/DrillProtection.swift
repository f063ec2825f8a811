import Estate
import Units

/// The state of the copies at other sites during one drill, and its effect on writes.
public struct DrillProtection: Codable, Sendable {
  /// The metered protection of each replication pair, from the strike to the end of the drill.
  public var courses: [ReplicationCourse]
  /// The time from the strike until every copy held all writes before the fault's end; `nil` if never.
  public var restoredAfter: Duration?
  /// The longest time from a write's issue to its acknowledgement during the drill.
  public var longestWait: Duration
  /// The writes that the applications did not issue while their services were down, at the scale of the run.
  public var writesNotIssued: Int

  package init(
    courses: [ReplicationCourse], restoredAfter: Duration?, longestWait: Duration, writesNotIssued: Int
  ) {
    self.courses = courses
    self.restoredAfter = restoredAfter
    self.longestWait = longestWait
    self.writesNotIssued = writesNotIssued
  }

  /// Creates the summary of a world since a strike; `nil` where nothing is replicated.
  init?(of world: World, since strike: Instant, restoredAfter: Duration?) {
    let courses = world.replicationCourses
    guard !courses.isEmpty else { return nil }
    self.init(
      courses: courses, restoredAfter: restoredAfter, longestWait: world.longestWait(since: strike),
      writesNotIssued: world.writesNotIssued)
  }

  /// The number of page versions that lost to a concurrent version of another site.
  public var conflicts: Int { courses.reduce(0) { $0 + $1.conflicts } }

  /// The pair with the greatest lag.
  public var worst: ReplicationCourse? {
    courses.max { ($0.peakLag ?? .distant) < ($1.peakLag ?? .distant) }
  }
}

extension Duration {
  fileprivate static let distant = Duration(nanoseconds: .max)
}

extension World {
  /// Returns the longest time from issue to acknowledgement, among writes acknowledged after an instant.
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

  /// The scheduled writes that the applications did not issue, at full size.
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
