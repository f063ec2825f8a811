import Storage
import Synchronization
import Units

/// Everything that SQLite did to its volumes while it ran a workload once, and the logical log of each transaction.
///
/// A world replays it: the database is real, yet the world stays a value that shares this one. The same workload, seed and
/// term give the same bytes, on any machine with the same version of SQLite.
public final class Recording: Sendable {
  /// One thing that happened to the volumes, in order.
  public enum Entry: Hashable, Sendable {
    /// A write of one whole page of 4 KiB.
    case write(DatabaseFile, offset: ByteCount, bytes: Bytes)
    /// Everything written to this volume so far must become durable before SQLite goes on.
    case flush(DatabaseFile)
    /// The commit of this transaction returned: as soon as the entries before it are carried out it is acknowledged.
    case commit(Int)
  }

  public let workload: BankWorkload
  public let seed: UInt64
  /// Which primary of how many in a row this is; a new one does not do what an old one would have done.
  public let term: UInt32
  /// The volumes before the first entry, everything durable.
  public let base: DatabaseImage
  public let transactions: Range<Int>
  public let entries: [Entry]
  /// What the bank holds after each transaction, those before the first entry included.
  public let history: BankHistory

  private let records: [LogRecord]
  /// For each transaction the place behind its commit.
  private let ends: [Int]
  private let images: RecordedImages
  private let versions = Mutex<PageVersions?>(nil)
  let standbys = Mutex<Recording?>(nil)

  /// Runs a workload on a new database. Throws `full` when a volume is too small for it, `invalid` for a workload that
  /// cannot be.
  public convenience init(of workload: BankWorkload, seed: UInt64) throws(StorageError) {
    try self.init(running: Recorder(creating: workload, seed: seed))
  }

  /// Runs `workload.transactions` more on what a recovery brought back.
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

  /// What a standby does that applies the records of a primary.
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

  /// Goes on after a mistake, for whoever has not noticed it: transactions numbered from `first` on, each of which does what
  /// it can on what is left. `history` holds nothing of them, since there is no state in which they would be right.
  public convenience init(
    of workload: BankWorkload, seed: UInt64, continuing run: MistakenRun, from first: Int
  ) throws(StorageError) {
    try self.init(running: Recorder(continuing: run.image, from: first, workload: workload, seed: seed))
  }
}

extension Recording {
  /// How many of the entries come before the first transaction behind this one, its own commit last. A checkpoint that fell
  /// due after it belongs to the next.
  public func entryCount(through transaction: Int) -> Int {
    let place = transaction - transactions.lowerBound
    return place < 0 ? 0 : ends[place]
  }

  /// What happens when a transaction runs, its commit last. A checkpoint that fell due after its predecessor comes first.
  public func entries(of transaction: Int) -> ArraySlice<Entry> {
    entries[entryCount(through: transaction - 1)..<entryCount(through: transaction)]
  }

  public func record(of transaction: Int) -> LogRecord { records[transaction - transactions.lowerBound] }

  /// What the host has written to the volumes once it has carried out so many of the entries. Complexity: O(1,000 entries).
  public func image(afterEntries count: Int) -> DatabaseImage { images.image(afterEntries: count) }

  /// What ever stood on each page. Complexity: O(bytes written), once.
  public var pageVersions: PageVersions {
    versions.withLock { known in
      if let known { return known }
      let made = PageVersions(base: base, entries: entries)
      known = made
      return made
    }
  }
}
