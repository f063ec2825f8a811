import Storage
import Synchronization
import Units

/// SQLite's operations on its volumes during one run of a workload, and the logical log of each transaction.
///
/// A world replays the recording: the database is real, yet the world stays a value that shares it. The same
/// workload, seed and term give the same bytes on any machine with the same version of SQLite.
public final class Recording: Sendable {
  /// One operation on the volumes, in order.
  public enum Entry: Hashable, Sendable {
    /// A write of one whole page of 4 KiB.
    case write(DatabaseFile, offset: ByteCount, bytes: Bytes)
    /// A flush. Everything written to this volume must be durable before SQLite continues.
    case flush(DatabaseFile)
    /// The commit of this transaction returned. It is acknowledged once all earlier entries are performed.
    case commit(Int)
  }

  public let workload: BankWorkload
  public let seed: UInt64
  /// The number of the primary, counted over takeovers. A new primary runs other transactions than an old one
  /// would have.
  public let term: UInt32
  /// The volumes before the first entry, with everything durable.
  public let base: DatabaseImage
  public let transactions: Range<Int>
  public let entries: [Entry]
  /// The contents of the bank after each transaction, including those before the first entry.
  public let history: BankHistory

  private let records: [CommittedChange]
  /// The place after the commit of each transaction.
  private let ends: [Int]
  private let images: RecordedImages
  private let versions = Mutex<PageVersions?>(nil)
  let standbys = Mutex<Recording?>(nil)
  let replays = Mutex(ReplayMemory())

  /// Runs a workload on a new database. Throws `full` when a volume is too small, and `invalid` for an
  /// impossible workload.
  public convenience init(of workload: BankWorkload, seed: UInt64) throws(StorageError) {
    try self.init(running: Recorder(creating: workload, seed: seed))
  }

  /// Runs `workload.transactions` more on a recovered database.
  ///
  /// - Parameters:
  ///   - image: The volumes as a disaster left them, or those of a promoted replica; SQLite recovers them.
  ///   - history: That of what the image holds, and nothing behind it: the next transaction gets the next number.
  ///   - term: Greater than every earlier one.
  public convenience init(
    of workload: BankWorkload, seed: UInt64, continuing image: DatabaseImage, after history: BankHistory,
    term: UInt32
  ) throws(StorageError) {
    try self.init(
      running: Recorder(continuing: image, after: history, workload: workload, seed: seed, term: term))
  }

  private init(running newRecorder: Recorder) throws(StorageError) {
    var recorder = newRecorder
    try recorder.run()
    workload = recorder.workload
    seed = recorder.seed
    term = recorder.term
    base = recorder.base
    transactions = recorder.firstTransaction..<(recorder.firstTransaction + recorder.records.count)
    entries = recorder.files.entries
    history = recorder.history
    records = recorder.records
    ends = recorder.ends
    images = RecordedImages(base: recorder.base, entries: recorder.files.entries)
  }

  /// Records a standby that applies the records of a primary.
  init(standbyOf primary: Recording) throws(StorageError) {
    let replica = try Replica(seededFrom: primary.base, isRecording: true)
    base = replica.image
    var ends: [Int] = []
    for record in primary.records {
      try replica.apply(record)
      ends.append((replica.entries.lastIndex(of: .commit(record.position)) ?? -1) + 1)
    }
    workload = primary.workload
    seed = primary.seed
    term = primary.term
    transactions = primary.transactions
    entries = replica.entries
    history = primary.history
    records = primary.records
    self.ends = ends
    images = RecordedImages(base: base, entries: entries)
  }

  /// The recording of a replay of this primary's log on a restored base.
  init(
    replayOf primary: Recording, on base: DatabaseImage, transactions: Range<Int>, entries: [Entry],
    records: [CommittedChange], ends: [Int]
  ) {
    workload = primary.workload
    seed = primary.seed
    term = primary.term
    history = primary.history
    self.base = base
    self.transactions = transactions
    self.entries = entries
    self.records = records
    self.ends = ends
    images = RecordedImages(base: base, entries: entries)
  }

  /// Continues after an undetected mistake, with transactions numbered from `first`. Each does as much as it
  /// can on the remaining data. `history` excludes them, because no state after a mistake is right.
  public convenience init(
    of workload: BankWorkload, seed: UInt64, continuing run: MistakenRun, from first: Int
  ) throws(StorageError) {
    try self.init(running: Recorder(continuing: run.image, from: first, workload: workload, seed: seed))
  }
}

extension Recording {
  /// Returns the number of entries through a transaction's commit. A checkpoint due after the commit belongs
  /// to the next transaction.
  public func entryCount(through transaction: Int) -> Int {
    let place = transaction - transactions.lowerBound
    return place < 0 ? 0 : ends[place]
  }

  /// Returns the entries of a transaction through its commit. A checkpoint due after the previous commit
  /// comes first.
  public func entries(of transaction: Int) -> ArraySlice<Entry> {
    entries[entryCount(through: transaction - 1)..<entryCount(through: transaction)]
  }

  public func record(of transaction: Int) -> CommittedChange {
    records[transaction - transactions.lowerBound]
  }

  /// Returns the volumes after this number of entries. Complexity: O(1,000 entries).
  public func image(afterEntries count: Int) -> DatabaseImage { images.image(afterEntries: count) }

  /// All past contents of each page. Complexity: O(bytes written), once.
  public var pageVersions: PageVersions {
    versions.withLock { known in
      if let known { return known }
      let made = PageVersions(base: base, entries: entries)
      known = made
      return made
    }
  }
}
