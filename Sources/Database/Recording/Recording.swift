import Storage
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
  private let replicas: ReplicaImages

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
    transactions =
      recorder.firstTransaction..<(recorder.history.lastTransaction + 1)
    entries = recorder.files.entries
    history = recorder.history
    records = recorder.records
    ends = recorder.ends
    replicas = ReplicaImages(base: recorder.base, records: recorder.records)
  }
}

extension Recording {
  /// What happens when a transaction runs, its commit last. A checkpoint that fell due after its predecessor comes first.
  public func entries(of transaction: Int) -> ArraySlice<Entry> {
    let place = transaction - transactions.lowerBound
    return entries[(place == 0 ? 0 : ends[place - 1])..<ends[place]]
  }

  public func record(of transaction: Int) -> LogRecord { records[transaction - transactions.lowerBound] }

  /// The standby's own volumes after it has applied every record up to a position, of its own making and not a copy of the
  /// primary's. They are the same whenever and however often they are asked for.
  ///
  /// Complexity: the first call applies everything up to there, a later one what the replica applies between two
  /// checkpoints, some dozens of records.
  public func replicaImage(appliedThrough position: Int) throws(StorageError) -> DatabaseImage {
    try replicas.image(appliedThrough: position)
  }
}
