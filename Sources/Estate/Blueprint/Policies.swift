import Backup
import Retention
import Schedules
import Units

/// Local snapshots: copy-on-write versions of the volumes on the device that holds them.
public struct SnapshotPolicy: Sendable {
  public var schedule: Timetable
  public var retention: RetentionPolicy
  /// Whoever holds these can delete the snapshots.
  public var credentials: String

  public init(schedule: Timetable, retention: RetentionPolicy, credentials: String) {
    self.schedule = schedule
    self.retention = retention
    self.credentials = credentials
  }
}

/// Who writes what into which vault, when, and how long it stays.
public struct BackupPolicy: Sendable {
  public var vault: VaultID
  public var schedule: Timetable
  public var retention: RetentionPolicy
  public var consistency: ConsistencyLevel
  public var chunking: Chunking
  /// zstd's level.
  public var compressionLevel: Int
  /// Every point is locked for so long; `nil`: not at all.
  public var lock: Duration?
  /// The vault that receives copies.
  public var replica: VaultID?
  /// When the replica receives copies; `nil`: after each backup.
  public var replicaSchedule: Timetable?
  /// How long points stay in the replica; `nil`: as long as in the vault.
  public var replicaRetention: RetentionPolicy?
  /// When points past their retention are removed and their space is freed; `nil`: never.
  public var prune: Timetable?
  /// How long a pruned block stays before it is deleted.
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

/// How fast one core does the backup engine's work.
///
/// The defaults are rates that a prototype reached on one core of an ordinary server: an assumption for any other.
public struct EngineSpeeds: Hashable, Sendable {
  public var divide = ByteRate.bytesPerSecond(850_000_000)
  public var digest = ByteRate.bytesPerSecond(1_150_000_000)
  public var compress = ByteRate.bytesPerSecond(170_000_000)
  public var decompress = ByteRate.bytesPerSecond(400_000_000)
  public var encrypt = ByteRate.bytesPerSecond(2_200_000_000)
  /// What a processor does to bring bytes in from a device or a link, and to hand them over to one: the copies and the
  /// calls of the system. `nil`: nothing, as with devices that are much slower than that.
  public var read: ByteRate?
  public var write: ByteRate?
  /// Cores that work at once.
  public var cores = 4

  public init() {}
}
