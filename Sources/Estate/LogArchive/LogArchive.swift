import Database
import Storage
import Units

/// The log archive of one database: the open segment, those on their way, and those in the vault.
struct LogArchive: Sendable {
  /// A closed segment that the vault has not acknowledged.
  struct Pending: Sendable {
    let number: Int
    let segment: LogSegment
    /// The size at full size.
    let size: ByteCount
  }

  let policy: LogArchivePolicy
  let database: DatabaseID
  private let scale: Scale
  /// The records of the open segment, oldest first.
  private(set) var open: [CommittedChange] = []
  /// The bytes logged since the last segment that was closed for its age.
  private var logged = ByteCount.zero
  /// The part of the logged bytes that full segments took.
  private var taken = ByteCount.zero
  private(set) var pending: [Pending] = []
  var isSending = false
  /// Whether a failed segment waits before it is sent again.
  var isWaiting = false
  private(set) var stored: [ArchivedSegment] = []
  private var closedCount = 0
  /// The instant at which the database stopped.
  var end: Instant?
  /// Whether the log's own files were damaged, so that only archived records remain.
  var isLogDamaged = false
  var record = LogArchiveRecord()

  init(policy: LogArchivePolicy, database: DatabaseID, scale: Scale) {
    self.policy = policy
    self.scale = scale
    self.database = database
  }

  /// Appends a record and closes the segments that are full.
  mutating func append(_ record: CommittedChange, at now: Instant) {
    open.append(record)
    logged += size(of: record)
    switch policy.mode {
    case .continuous: close(open.count, isComplete: false, at: now)
    case .segments: closeFullSegments(at: now)
    }
  }

  /// Closes the segment for its age. An empty one tells that nothing was logged.
  mutating func closeForAge(at now: Instant) {
    close(open.count, isComplete: true, at: now)
    (logged, taken) = (.zero, .zero)
  }

  /// Closes the records that lie wholly in full segments. The others wait, because a record of the run stands
  /// for many real ones of which some are in the open segment.
  private mutating func closeFullSegments(at now: Instant) {
    let full = ByteCount(logged.bytes / policy.segmentSize.bytes * policy.segmentSize.bytes)
    var (count, end) = (0, taken)
    while count < open.count, end + size(of: open[count]) <= full {
      end += size(of: open[count])
      count += 1
    }
    guard count > 0 else { return }
    taken = end
    close(count, isComplete: false, at: now)
  }

  private mutating func close(_ count: Int, isComplete: Bool, at now: Instant) {
    let records = Array(open.prefix(count))
    closedCount += 1
    pending.append(
      Pending(
        number: closedCount,
        segment: LogSegment(closed: now, isComplete: isComplete, records: records), size: size(of: records)))
    open.removeFirst(count)
  }

  /// The key of a segment in the vault.
  func key(of number: Int) -> ObjectKey {
    let digits = String(number)
    return ObjectKey(
      folder: "log",
      name: "\(database.index)/\(String(repeating: "0", count: max(0, 16 - digits.count)))\(digits)")
  }

  /// The size of a record at full size.
  private func size(of record: CommittedChange) -> ByteCount {
    policy.size(ofChanges: record.bytes.count, at: scale)
  }

  /// The size of records at full size.
  func size(of records: some Sequence<CommittedChange>) -> ByteCount {
    records.reduce(.zero) { $0 + size(of: $1) }
  }

  /// Notes that the vault has acknowledged the oldest pending segment.
  mutating func noteStored(at now: Instant) {
    let sent = pending.removeFirst()
    let first = sent.segment.records.first?.position ?? 0
    stored.append(
      ArchivedSegment(
        key: key(of: sent.number), positions: first..<(first + sent.segment.records.count), size: sent.size,
        closed: sent.segment.closed))
    record.segments += objects(for: sent.size)
    record.bytes += sent.size
    record.longestDelay = max(record.longestDelay, now - sent.segment.closed)
  }

  /// Returns the number of objects that log of this size takes at full size.
  func objects(for size: ByteCount) -> Int64 {
    max(1, (size.bytes + policy.segmentSize.bytes - 1) / policy.segmentSize.bytes)
  }

  mutating func removeStored(where isGone: (ArchivedSegment) -> Bool) { stored.removeAll(where: isGone) }

  /// The records that no vault has yet, oldest first.
  var tail: [CommittedChange] { pending.flatMap(\.segment.records) + open }
}

/// The results of the log archives so far, at full size.
public struct LogArchiveRecord: Codable, Hashable, Sendable {
  /// The number of objects in which log was stored.
  public var segments: Int64 = 0
  public var bytes = ByteCount.zero
  /// The number of attempts to store a segment that failed. Each is repeated.
  public var failures: Int64 = 0
  /// The longest time from the closing of a segment to its acknowledgement.
  public var longestDelay = Duration.zero

  public init() {}
}
