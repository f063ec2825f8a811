import Database
import Simulation
import Storage
import Units

/// The identifier of a database: its index in the world.
public struct DatabaseID: Identifier {
  public let index: Int
  public init(_ index: Int) { self.index = index }
}

/// A database in use, as a position in its recording. The bytes of the database are on its volumes.
struct DatabaseState: Sendable {
  /// The recording that continues after an undetected mistake.
  struct Astray: Sendable {
    /// The last transaction before the mistake.
    let after: Int
    /// The instant of the mistake.
    let instant: Instant
    let changes: Bytes
    let recording: Recording

    /// The position of the mistake's record in the log.
    var position: Int { after + 1 }
  }

  /// A replay of the log that ended before a mistake. It holds all real transactions up to the instant.
  struct StoppedReplay: Sendable {
    let behind: Int
    let at: Instant
  }

  let schedule: DatabaseSchedule
  /// The recording that SQLite follows on the served volumes. The primary made the recording or, after a
  /// takeover, the standby.
  private(set) var course: Recording
  private(set) var isStandby = false
  /// The recording that SQLite follows now: the regular one, or the one after a mistake.
  var recording: Recording { astray?.recording ?? course }
  /// The number of recording entries that were performed.
  var cursor = 0
  /// The number of transactions that clients requested, and the number that will never be answered.
  var asked = 0
  private var passedOver = 0
  /// The last transaction that is complete and durable on the volumes.
  var committed = 0
  /// Whether the database waits for a flush.
  var isWaiting = false
  /// The queued event of the next client request.
  var nextClient: EventID?
  /// Bytes written to each file since its last flush.
  var unflushed = [ByteCount.zero, ByteCount.zero]
  /// The position of the last record of the logical log.
  var logged = 0
  /// The state after an undetected mistake. A log record without a transaction belongs to a mistake.
  private(set) var astray: Astray?
  /// The replay of a standby that was promoted without a mistake.
  var stoppedReplay: StoppedReplay?

  init(_ schedule: DatabaseSchedule) {
    self.schedule = schedule
    course = schedule.recording
  }

  var plan: DatabasePlan { schedule.plan }

  /// The next entry to perform. SQLite runs transactions one after the other, each only after its request.
  ///
  /// - Parameter isStopping: it begins no other.
  func nextEntry(isStopping: Bool) -> Recording.Entry? {
    guard !isWaiting, committed < asked - passedOver, cursor < recording.entries.count else { return nil }
    return isStopping && !isAtWork ? nil : recording.entries[cursor]
  }

  /// Whether a transaction has begun and is not complete.
  var isAtWork: Bool { cursor > recording.entryCount(through: committed) }

  /// Returns the instant at which the client requested the transaction with this number.
  func askedInstant(ofTransaction number: Int) -> Instant { schedule.asked[number + passedOver - 1] }

  mutating func goAstray(_ astray: Astray) {
    self.astray = astray
    (cursor, isWaiting) = (0, false)
  }

  /// Continues with a standby's volumes.
  mutating func becomeStandby(_ standby: Recording) {
    course = standby
    isStandby = true
  }

  /// Resumes SQLite on volumes that hold everything through `transaction`. Later writes are issued again, and
  /// requests made during the outage are dropped.
  mutating func goOn(behind transaction: Int, at now: Instant) {
    (astray, stoppedReplay) = (nil, nil)
    cursor = course.entryCount(through: transaction)
    (committed, logged, isWaiting) = (transaction, transaction, false)
    unflushed = [.zero, .zero]
    asked = schedule.asked.prefixCount { $0 <= now }
    passedOver = asked - transaction
  }

  // MARK: The logical log

  /// Returns the shipped log record of a transaction.
  func changes(of transaction: Int) -> Bytes { recording.record(of: transaction).bytes }

  /// The bytes that a standby's SQLite writes for the record at a position of the log.
  func bytesWritten(forRecord position: Int) -> ByteCount {
    guard let astray, position > astray.after else { return standby.bytesWritten(by: position) }
    if position == astray.after + 1 { return ByteCount(astray.changes.count) }
    return astray.recording.bytesWritten(by: position - 1)
  }

  /// The recording that a standby follows. Records of the primary fit the copy that the standby began with.
  var standby: Recording {
    mustSucceed { () throws(StorageError) in try schedule.recording.standby() }
  }

  /// Returns the standby's volumes after applying the log through a position.
  func standbyImage(appliedThrough position: Int) throws(StorageError) -> DatabaseImage {
    guard let astray, position > astray.after else {
      return try schedule.recording.replicaImage(appliedThrough: position)
    }
    let behind = ((astray.after + 1)..<position).map { astray.recording.record(of: $0).bytes }
    return try schedule.recording.replicaImage(appliedThrough: astray.after, then: [astray.changes] + behind)
  }
}

extension Recording {
  func bytesWritten(by transaction: Int) -> ByteCount {
    entries(of: transaction).reduce(.zero) { sum, entry in
      if case .write(_, _, let bytes) = entry { sum + ByteCount(bytes.count) } else { sum }
    }
  }
}

extension [Instant] {
  /// Returns the number of leading elements for which a predicate holds. The predicate must be monotone.
  /// Complexity: O(log n).
  func prefixCount(where belongs: (Instant) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if belongs(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
