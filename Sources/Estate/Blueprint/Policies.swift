import Backup
import Retention
import Schedules
import Units

/// Local snapshots: copy-on-write versions of the volumes on the device that holds them.
public struct SnapshotPolicy: Sendable {
  public var schedule: Timetable
  public var retention: RetentionPolicy
  /// The credentials that allow deleting the snapshots.
  public var credentials: String

  public init(schedule: Timetable, retention: RetentionPolicy, credentials: String) {
    self.schedule = schedule
    self.retention = retention
    self.credentials = credentials
  }
}

/// A backup policy: the volumes, the vault, the timetable and the retention.
public struct BackupPolicy: Sendable {
  public var vault: VaultID
  public var schedule: Timetable
  public var retention: RetentionPolicy
  public var consistency: ConsistencyLevel
  public var chunking: Chunking
  /// The compression level of zstd.
  public var compressionLevel: Int
  /// The time for which every point is locked; `nil` for no lock.
  public var lock: Duration?
  /// The vault that receives copies.
  public var replica: VaultID?
  /// The timetable for copies to the replica; `nil` to copy after each backup.
  public var replicaSchedule: Timetable?
  /// The retention in the replica; `nil` for the vault's own retention.
  public var replicaRetention: RetentionPolicy?
  /// The daily window outside which no backup moves data; `nil` for none.
  public var window: BackupWindow?
  /// The time from the end of a backup until its point may leave for the replica.
  public var hold = Duration.zero
  /// The courier that carries the copies to the replica; `nil` for copies over a link.
  public var courier: Courier?
  /// The timetable for removing expired points and freeing their space; `nil` for no pruning.
  public var prune: Timetable?
  /// The time between pruning a block and deleting the block.
  public var pruneGrace: Duration

  public init(
    vault: VaultID, schedule: Timetable, retention: RetentionPolicy, consistency: ConsistencyLevel,
    chunking: Chunking, compressionLevel: Int, lock: Duration?, replica: VaultID?, prune: Timetable?,
    pruneGrace: Duration
  ) {
    self.vault = vault
    self.schedule = schedule
    self.retention = retention
    self.consistency = consistency
    self.chunking = chunking
    self.compressionLevel = compressionLevel
    self.lock = lock
    self.replica = replica
    self.prune = prune
    self.pruneGrace = pruneGrace
  }
}

/// The speeds of the backup engine's work on one core.
///
/// The defaults are rates that a prototype reached on one core of an ordinary server: an assumption for any other.
public struct EngineSpeeds: Hashable, Sendable {
  public var divide = ByteRate.bytesPerSecond(850_000_000)
  public var digest = ByteRate.bytesPerSecond(1_150_000_000)
  public var compress = ByteRate.bytesPerSecond(170_000_000)
  public var decompress = ByteRate.bytesPerSecond(400_000_000)
  public var encrypt = ByteRate.bytesPerSecond(2_200_000_000)
  /// The rate at which a processor copies bytes in from a device or link and out again. With `nil` this cost
  /// is ignored, as for devices that are much slower.
  public var read: ByteRate?
  public var write: ByteRate?
  /// The number of cores that work at once.
  public var cores = 4

  public init() {}
}
