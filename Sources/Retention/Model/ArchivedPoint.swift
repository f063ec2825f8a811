import Schedules
import Units

/// A recovery point with everything that a retention dialect looks at.
public struct ArchivedPoint: Hashable, Sendable {
  public enum Kind: UInt8, Hashable, Sendable { case full, differential, incremental }

  /// The state of a backup job.
  public enum Status: UInt8, Hashable, Sendable {
    case done, failed
    /// barman: the write-ahead log up to the backup's end has not arrived yet.
    case waitingForLog
  }

  /// barman's `keep` command.
  public enum Mark: UInt8, Hashable, Sendable { case full, standalone }

  public var name: String
  /// The start of the backup: the instant whose state the point protects.
  public var instant: Instant
  public var end: Instant
  /// Seconds east of UTC that the tool wrote beside the time; `nil` where it writes none.
  public var offset: Int?
  public var tags: [String] = []
  /// The place of the point's series in the dialect's own list: a snapshot type, a label, a level or a copy.
  public var series = 0
  public var kind = Kind.full
  /// The place, in the same list, of the point that this one builds on.
  public var parent: Int?
  public var status = Status.done
  public var mark: Mark?
  /// Whether a policy made the point. CBR's rules leave backups alone that people made.
  public var isAutomatic = true
  public var lockedUntil: Instant?
  /// The date on which the point ends, fixed when it was made; `nil` while no such date exists.
  public var expiry: Instant?
  /// Whether the point's own rule at its making was a count.
  public var isCounted = false

  public init(name: String = "", instant: Instant, end: Instant? = nil) {
    self.name = name
    self.instant = instant
    self.end = end ?? instant
  }
}
