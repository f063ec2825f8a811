import Units

/// The archive of the databases' logs in a vault, beside the base backups.
///
/// A base restored from any vault is brought forward with the archived log. Log that is older than every kept base
/// is deleted, as pgBackRest and Barman do.
public struct LogArchivePolicy: Hashable, Sendable {
  /// The moments at which log goes to the vault.
  public enum Mode: Hashable, Sendable {
    /// Each record is sent when its transaction commits.
    case continuous
    /// A segment is sent when it is full, and at the latest this time after the previous one.
    case segments(interval: Duration)
  }

  /// The speed at which a database applies its log.
  public enum Pace: Hashable, Sendable {
    /// The time to apply the log of one hour.
    case timePerHour(Duration)
    case rate(ByteRate)
  }

  /// The pace of matrix.org on 3 September 2025: 18 h of log in 5 h 27 min.
  ///
  /// Source: the post-mortem of 10 October 2025.
  public static let usualPace = Pace.timePerHour(.seconds(18 * 60 + 10))
  /// The size of PostgreSQL's segments (`wal_segment_size`).
  public static let usualSegmentSize = ByteCount.mebibytes(16)
  /// The interval of CloudNativePG (`archive_timeout`).
  public static let usualInterval = Duration.minutes(5)

  public var vault: VaultID
  public var mode: Mode
  public var segmentSize: ByteCount
  /// The time for which every segment is locked; `nil` for no lock.
  public var lock: Duration?
  public var pace: Pace
  /// The log that a transaction writes; `nil` for the size of its changes.
  public var bytesPerTransaction: ByteCount?

  public init(
    vault: VaultID, mode: Mode = .segments(interval: usualInterval),
    segmentSize: ByteCount = usualSegmentSize, lock: Duration? = nil, pace: Pace = usualPace
  ) {
    self.vault = vault
    self.mode = mode
    self.segmentSize = segmentSize
    self.lock = lock
    self.pace = pace
  }

  /// Returns the time to apply log of a size that was written in a time.
  public func replayTime(for size: ByteCount, writtenIn time: Duration) -> Duration {
    switch pace {
    case .rate(let rate): rate.time(for: size)
    case .timePerHour(let hour):
      Duration(
        nanoseconds: Int64(
          Int128(max(.zero, time).nanoseconds) * Int128(hour.nanoseconds)
            / Int128(Duration.hours(1).nanoseconds)))
    }
  }
}
