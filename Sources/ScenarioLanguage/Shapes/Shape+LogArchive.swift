import Documents
import Estate
import Units

extension Shape<LogArchivePolicy> {
  static let logArchive = mapping(
    "The archive of the databases' logs. A restored base applies it up to the end, or up to a mistake.",
    Field<VaultID>(
      "vault", .vault,
      "The vault. Log older than every kept backup and snapshot is deleted."),
    Field<Bool>(
      "continuous", .flag, default: "false",
      "Whether each record is sent when its transaction commits, instead of whole segments."),
    Field<Duration?>(
      optional: "interval", .positiveDuration,
      "The longest time until a segment is sent, as PostgreSQL's archive_timeout; by default 5 min."),
    Field<ByteCount>(
      "segmentSize", .size, default: "\(LogArchivePolicy.usualSegmentSize)",
      "The size at which a segment is sent, also before the interval ends."),
    Field<ByteCount?>(
      optional: "bytesPerTransaction", .size,
      "The log that a transaction writes; by default the size of its changes in SQLite."),
    Field<Duration?>(
      optional: "lock", .positiveDuration, "The time for which no one can delete a segment."),
    Field<Duration?>(
      optional: "replayPerHour", .positiveDuration,
      "The time to apply one hour of log; by default 18 min 10 s, as matrix.org measured on 3 September 2025."
    ),
    Field<ByteRate?>(
      optional: "replayRate", .rate, "The rate at which log is applied, instead of 'replayPerHour'.")
  ) {
    vault, continuous, interval, segmentSize, bytesPerTransaction, lock, replayPerHour, replayRate
      throws(Misfit)
    in
    if continuous, interval != nil {
      throw Misfit(
        at: "interval", "a continuous archive sends each record at once",
        hint: "remove 'interval', or 'continuous'")
    }
    if replayPerHour != nil, replayRate != nil {
      throw Misfit(
        at: "replayRate", "'replayPerHour' and 'replayRate' exclude each other", hint: "keep one of the two")
    }
    var policy = LogArchivePolicy(
      vault: vault,
      mode: continuous ? .continuous : .segments(interval: interval ?? LogArchivePolicy.usualInterval),
      segmentSize: segmentSize, lock: lock)
    policy.bytesPerTransaction = bytesPerTransaction
    policy.pace =
      replayRate.map { .rate($0) } ?? replayPerHour.map { .timePerHour($0) } ?? LogArchivePolicy.usualPace
    return policy
  }
}
