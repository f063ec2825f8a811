import Database
import Storage
import Units

/// The log archive of one database: the open segment, those on their way, and those in the vault.
///
/// Invariants: at most one segment is under way, and it is the oldest pending one; every record is in the vault, pending or
/// open, in order.
struct LogArchive: Sendable {
  /// A closed segment that the vault has not acknowledged.
  struct Pending: Sendable {
    let number: Int
    let segment: LogSegment
    /// The size at full size.
    let size: ByteCount
  }

  private enum Sending {
    case idle
    /// The oldest pending segment is on its way.
    case underWay
    /// The oldest pending segment could not be stored, and waits before it is sent again.
    case waiting
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
  private var sending = Sending.idle
  private(set) var stored: [ArchivedSegment] = []
  private var closedCount = 0
  /// The instant at which the database stopped.
  private(set) var end: Instant?
  /// Whether the log's own files were damaged, so that only archived records remain.
  private(set) var isLogDamaged = false
  private(set) var record = LogArchiveRecord()

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

  // MARK: Sending

  /// Returns the size of the oldest pending segment, which counts as under way from now on. Returns `nil` without
  /// one, and while one is under way or waits.
  mutating func beginSending() -> ByteCount? {
    guard sending == .idle, let next = pending.first else { return nil }
    sending = .underWay
    return next.size
  }

  /// The segment that is on its way.
  var segmentUnderWay: Pending {
    precondition(sending == .underWay, "a segment on its way was sent")
    return pending[0]
  }

  /// Counts an attempt to store a segment that failed.
  mutating func noteFailure() {
    precondition(sending == .underWay, "an attempt that failed was under way")
    sending = .waiting
    record.failures += 1
  }

  /// Ends the wait after a failed attempt.
  mutating func endWait() {
    precondition(sending == .waiting, "only a failed segment waits")
    sending = .idle
  }

  /// Notes that the vault has acknowledged the segment that was under way.
  mutating func noteStored(at now: Instant) {
    precondition(sending == .underWay, "a segment that arrives was sent")
    sending = .idle
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

  /// Ends the archive with its database; the first end counts.
  mutating func end(at now: Instant) { end = end ?? now }

  mutating func noteLogDamage() { isLogDamaged = true }

  mutating func removeStored(where isGone: (ArchivedSegment) -> Bool) { stored.removeAll(where: isGone) }

  /// The records that no vault has yet, oldest first.
  var tail: [CommittedChange] { pending.flatMap(\.segment.records) + open }

  /// Traps unless the records that no vault has are in order, and segments are of the past.
  func checkInvariants(at now: Instant) {
    precondition(sending != .underWay || !pending.isEmpty, "a segment under way is pending")
    precondition(taken <= logged, "full segments take only what was logged")
    precondition(
      zip(pending, pending.dropFirst()).allSatisfy { $0.number < $1.number }, "segments are numbered")
    precondition(pending.last.map { $0.number <= closedCount } ?? true, "only a closed segment is sent")
    precondition(
      zip(stored, stored.dropFirst()).allSatisfy { $0.closed <= $1.closed }, "segments are stored in order")
    precondition(end.map { $0 <= now } ?? true, "an archive ends with its database")
  }
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
