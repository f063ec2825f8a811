import Schedules
import Units

/// A recovery point with all properties that a retention dialect uses.
public struct ArchivedPoint: Hashable, Sendable {
  public enum Kind: UInt8, Hashable, Sendable { case full, differential, incremental }

  /// The state of a backup job.
  public enum Status: UInt8, Hashable, Sendable {
    case done, failed
    /// barman: the write-ahead log has not yet arrived up to the backup's end.
    case waitingForLog
  }

  /// The mark of barman's `keep` command.
  public enum Mark: UInt8, Hashable, Sendable { case full, standalone }

  public var name: String
  /// The start of the backup, which is the instant of the protected state.
  public var instant: Instant
  public var end: Instant
  /// The offset in seconds east of UTC that the tool recorded; `nil` where it records none.
  public var offset: Int?
  public var tags: [String] = []
  /// The index of the point's series in the dialect: a snapshot type, a label, a level or a copy.
  public var series = 0
  public var kind = Kind.full
  /// The index of the point that this one builds on, in the same list.
  public var parent: Int?
  public var status = Status.done
  public var mark: Mark?
  /// Whether a policy created the point. CBR's rules ignore backups made by people.
  public var isAutomatic = true
  public var lockedUntil: Instant?
  /// The end date fixed at the point's creation; `nil` when there is none.
  public var expiry: Instant?
  /// Whether the point's rule at its creation was a count.
  public var isCounted = false

  public init(name: String = "", instant: Instant, end: Instant? = nil) {
    self.name = name
    self.instant = instant
    self.end = end ?? instant
  }
}
