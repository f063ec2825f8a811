import Storage
import Units

/// What was promised: every acknowledged write with the instant of its acknowledgement, out of every disaster's reach.
///
/// A database acknowledges transactions, other volumes writes. Write number, extent and issue instant stand in the shared
/// schedules; the ledger adds when each was acknowledged. A volume acknowledges in the order of its writes. While its
/// application is down it passes writes over; with the first write after that a new course begins, on what the volume holds
/// by then. A database leaves none out: its next course begins behind the last transaction that it holds.
public struct Ledger: Sendable {
  /// Writes of one volume without a gap.
  private struct Course: Sendable {
    /// The number of its first write.
    var first = 1
    /// For each page the last write that it held when the course began; `nil` for the first course: what was there before.
    var held: [UInt32]?
    var acknowledged = ChunkedArray<Instant>()
  }

  /// By volume: the present one.
  private var courses: [Course]
  /// By database, of transactions.
  private var transactions: [Course]

  init(volumes: Int, databases: Int) {
    courses = Array(repeating: Course(), count: volumes)
    transactions = Array(repeating: Course(), count: databases)
  }

  /// What was acknowledged before is not expected any more: an inspection told what of it is lost.
  mutating func beginCourse(of volume: VolumeID, withWrite number: Int, on held: [UInt32]) {
    courses[volume] = Course(first: number, held: held)
  }

  mutating func acknowledge(write number: Int, of volume: VolumeID, at now: Instant) {
    precondition(number == acknowledgedWrites(of: volume) + 1, "a volume acknowledges its writes in order")
    courses[volume].acknowledged.append(now)
  }

  /// The number of the first write of a volume's present course.
  func firstWrite(of volume: VolumeID) -> Int { courses[volume].first }

  /// The number of a volume's last acknowledged write; that before its course when the course has none.
  public func acknowledgedWrites(of volume: VolumeID) -> Int {
    courses[volume].first - 1 + courses[volume].acknowledged.count
  }

  public func acknowledgement(ofWrite number: Int, of volume: VolumeID) -> Instant {
    courses[volume].acknowledged[number - courses[volume].first]
  }

  /// The number of the last write of a volume that was acknowledged before an instant.
  public func writes(of volume: VolumeID, acknowledgedBefore instant: Instant) -> Int {
    courses[volume].first - 1 + courses[volume].acknowledged.prefixCount { $0 < instant }
  }

  /// For each page of a volume the last write that it must hold when all up to `number` are there.
  func expected(through number: Int, of schedule: WorkloadSchedule) -> [UInt32] {
    let course = courses[schedule.volume]
    guard var held = course.held else { return schedule.lastWrites(through: number) }
    for write in stride(from: course.first, through: number, by: 1) {
      for page in schedule.pages(ofWrite: write) { held[page] = UInt32(write) }
    }
    return held
  }
}

// MARK: - Transactions

extension Ledger {
  mutating func acknowledge(transaction number: Int, of database: DatabaseID, at now: Instant) {
    precondition(
      number == acknowledgedTransactions(of: database) + 1,
      "a database acknowledges its transactions in order")
    transactions[database].acknowledged.append(now)
  }

  /// What was acknowledged before is not expected any more.
  mutating func beginCourse(of database: DatabaseID, behind transaction: Int) {
    transactions[database] = Course(first: transaction + 1)
  }

  /// The number of a database's last acknowledged transaction; that before its course when the course has none.
  public func acknowledgedTransactions(of database: DatabaseID) -> Int {
    transactions[database].first - 1 + transactions[database].acknowledged.count
  }

  public func acknowledgement(ofTransaction number: Int, of database: DatabaseID) -> Instant {
    transactions[database].acknowledged[number - transactions[database].first]
  }

  /// The number of the first transaction of a database's present course.
  func firstTransaction(of database: DatabaseID) -> Int { transactions[database].first }

  /// The number of the last transaction of a database that was acknowledged before an instant.
  public func transactions(of database: DatabaseID, acknowledgedBefore instant: Instant) -> Int {
    transactions[database].first - 1 + transactions[database].acknowledged.prefixCount { $0 < instant }
  }
}
