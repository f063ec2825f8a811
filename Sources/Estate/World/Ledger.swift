import Storage
import Units

/// The record of every acknowledged write and the instant of its acknowledgement. No disaster can reach the
/// ledger.
///
/// A database acknowledges transactions, and other volumes acknowledge writes. Write number, extent and issue
/// instant are in the shared schedules; the ledger adds the instant of each acknowledgement. A volume
/// acknowledges in the order of its writes. While its application is down, writes are skipped. The first
/// write after that begins a new course on the volume's contents. A database skips none: its next course
/// begins after its last transaction.
///
/// While two sites serve a volume separately, each has a course of its own, and the writes are split between
/// them.
public struct Ledger: Sendable {
  /// The consecutive writes of one volume.
  fileprivate struct Course: Sendable {
    /// The number of the first write.
    var first = 1
    /// The last write on each page when the course began; `nil` for the first course, on the initial image.
    var held: [UInt32]?
    /// The acknowledgement times. For a divided volume they include the writes of the other site's course.
    var acknowledged = ChunkedArray<Instant>()

    var last: Int { first - 1 + acknowledged.count }

    /// The newest write that the volume held when the course began.
    var newestHeld: Int { held?.reduce(0) { $1 < StampReader.damaged ? max($0, Int($1)) : $0 } ?? 0 }

    /// Returns the course without the acknowledgements after a write.
    func through(_ number: Int) -> Course {
      guard number < last else { return self }
      var course = Course(first: first, held: held)
      for write in stride(from: first, through: number, by: 1) {
        course.acknowledged.append(acknowledged[write - first])
      }
      return course
    }
  }

  /// The present course of each volume.
  private var courses: [Course]
  /// The earlier courses of each volume, latest last. Volumes that two sites served separately have none.
  private var earlierCourses: [[Course]]
  /// The course of the old site and the split of the writes, by volume. `nil` without a split brain in the
  /// present course.
  private var leftCourses: [Course?]
  private var divisions: [ClientSplit?]
  /// The course of each database's transactions.
  private var transactions: [Course]
  /// The histories of the volumes that two sites serve, by volume.
  private(set) var twoSites: [TwoSiteCourse?]

  init(volumes: Int, databases: Int) {
    courses = Array(repeating: Course(), count: volumes)
    earlierCourses = Array(repeating: [], count: volumes)
    leftCourses = Array(repeating: nil, count: volumes)
    divisions = Array(repeating: nil, count: volumes)
    transactions = Array(repeating: Course(), count: databases)
    twoSites = Array(repeating: nil, count: volumes)
  }

  /// Begins a new course. An inspection has already reported the losses of the earlier one.
  mutating func beginCourse(of volume: VolumeID, withWrite number: Int, on held: [UInt32]) {
    if divisions[volume] == nil {
      earlierCourses[volume].append(courses[volume])
    } else {
      earlierCourses[volume] = []
    }
    courses[volume] = Course(first: number, held: held)
    (leftCourses[volume], divisions[volume]) = (nil, nil)
    twoSites[volume]?.beginAnew(withWrite: number)
  }

  /// Returns the ledger before the present course of some volumes, up to the base of that course. `nil` when
  /// there is no earlier course.
  func beforeCourse(of volumes: [VolumeID]) -> Ledger? {
    var past = self
    for volume in volumes {
      guard twoSites[volume] == nil, divisions[volume] == nil,
        let course = past.earlierCourses[volume].popLast()
      else { return nil }
      past.courses[volume] = course.through(courses[volume].newestHeld)
    }
    return past
  }

  mutating func acknowledge(write number: Int, of volume: VolumeID, at now: Instant) {
    precondition(number == acknowledgedWrites(of: volume) + 1, "a volume acknowledges its writes in order")
    courses[volume].acknowledged.append(now)
  }

  /// Returns the number of the first write of a volume's present course.
  func firstWrite(of volume: VolumeID) -> Int { courses[volume].first }

  /// Returns the number of a volume's last acknowledged write; the one before the course when it has none.
  public func acknowledgedWrites(of volume: VolumeID) -> Int {
    courses[volume].first - 1 + courses[volume].acknowledged.count
  }

  public func acknowledgement(ofWrite number: Int, of volume: VolumeID) -> Instant {
    twoSites[volume]?.acknowledgement(ofWrite: number)
      ?? courses[volume].acknowledged[number - courses[volume].first]
  }

  /// Returns the number of a volume's last write acknowledged before an instant.
  public func writes(of volume: VolumeID, acknowledgedBefore instant: Instant) -> Int {
    courses[volume].first - 1 + courses[volume].acknowledged.prefixCount { $0 < instant }
  }

  /// Returns the last write that each page must hold when all writes through `number` are present.
  func expected(through number: Int, of schedule: WorkloadSchedule) -> [UInt32] {
    let course = courses[schedule.volume]
    guard var held = course.held else { return schedule.lastWrites(through: number) }
    for write in stride(from: course.first, through: number, by: 1) where isHere(write, of: schedule.volume) {
      for page in schedule.pages(ofWrite: write) { held[page] = UInt32(write) }
    }
    return held
  }
}

// MARK: - Invariants

extension Ledger {
  /// Traps unless every acknowledgement is in order and in the past, and the courses of two sites go together.
  func checkInvariants(at now: Instant) {
    for course in courses + transactions + leftCourses.compactMap({ $0 }) { course.check(at: now) }
    for index in courses.indices {
      precondition(
        (leftCourses[index] == nil) == (divisions[index] == nil), "a divided volume has two courses")
      guard let shared = twoSites[index] else { continue }
      shared.checkInvariants(at: now)
      precondition(courses[index].last == shared.settledThrough, "a volume is acknowledged as both sites are")
    }
  }
}

extension Ledger.Course {
  /// Complexity: O(1), since every acknowledgement is checked when it is the last.
  fileprivate func check(at now: Instant) {
    precondition(first >= 1, "writes are counted from one")
    guard acknowledged.count > 0 else { return }
    precondition(acknowledged[acknowledged.count - 1] <= now, "no acknowledgement is of the future")
    guard acknowledged.count > 1 else { return }
    precondition(
      acknowledged[acknowledged.count - 2] <= acknowledged[acknowledged.count - 1],
      "acknowledgements are in the order of time")
  }
}

// MARK: - Two sites

extension Ledger {
  /// Lets two sites serve a volume separately from now on.
  ///
  /// - Parameters:
  ///   - number: the first write that can go to the site that took over.
  ///   - required: the last write that its image must hold: those after it are known to the other site alone.
  ///   - held: for each page the last write in that image.
  mutating func divide(
    _ volume: VolumeID, by division: ClientSplit, fromWrite number: Int, behind required: Int,
    on held: [UInt32]
  ) {
    var left = Course(first: required + 1)
    for write in stride(from: required + 1, through: acknowledgedWrites(of: volume), by: 1) {
      left.acknowledged.append(acknowledgement(ofWrite: write, of: volume))
    }
    leftCourses[volume] = left
    divisions[volume] = division
    courses[volume] = Course(first: number, held: held)
  }

  mutating func beginDivision(of volume: VolumeID, withWrite number: Int) {
    divisions[volume]?.begin(withWrite: number)
  }

  /// Whether some of a volume's writes go to the new site.
  func isDivided(_ volume: VolumeID) -> Bool { divisions[volume]?.first != nil }

  /// Whether a write belongs to the site that serves in the end.
  func isHere(_ write: Int, of volume: VolumeID) -> Bool {
    divisions[volume]?.goesToNewSite(write) ?? true
  }

  /// Acknowledges the old site's writes through this one.
  mutating func acknowledgeAtLeftSite(writesThrough number: Int, of volume: VolumeID, at now: Instant) {
    guard let last = leftCourses[volume]?.last else { return }
    for _ in stride(from: last + 1, through: number, by: 1) { leftCourses[volume]?.acknowledged.append(now) }
  }

  /// Returns the writes of a volume's present course that either site acknowledged at `instant` or later.
  public func writes(
    of volume: VolumeID, acknowledgedFrom instant: Instant
  ) -> [(number: Int, at: Instant)] {
    let first = writes(of: volume, acknowledgedBefore: instant) + 1
    let here = stride(from: first, through: acknowledgedWrites(of: volume), by: 1).filter {
      isHere($0, of: volume)
    }
    return here.map { ($0, acknowledgement(ofWrite: $0, of: volume)) }
      + writesAtLeftSite(of: volume, acknowledgedUntil: .distantFuture).filter { $0.at >= instant }
  }

  /// Returns the writes that the old site has acknowledged and the new one may lack, with their instants.
  func writesAtLeftSite(
    of volume: VolumeID, acknowledgedUntil instant: Instant
  ) -> [(number: Int, at: Instant)] {
    guard let course = leftCourses[volume] else { return [] }
    return stride(from: course.first, through: course.last, by: 1).compactMap { number in
      let at = course.acknowledged[number - course.first]
      let isItsOwn = at <= instant && !(divisions[volume]?.goesToNewSite(number) ?? false)
      return isItsOwn ? (number, at) : nil
    }
  }
}

// MARK: - An active pair

extension Ledger {
  /// Lets two sites write to a volume from now on.
  mutating func share(_ volume: VolumeID, pagesPerWrite: Int) {
    twoSites[volume] = TwoSiteCourse(
      first: acknowledgedWrites(of: volume) + 1, pagesPerWrite: pagesPerWrite)
  }

  mutating func issue(write number: Int, of volume: VolumeID, by site: Int) {
    twoSites[volume]?.issue(number, by: site)
  }

  /// Acknowledges a site's writes through one. The volume as a whole is acknowledged up to the first pending
  /// write of any site.
  mutating func acknowledge(
    through number: Int, of volume: VolumeID, by site: Int, isAtBoth: Bool, at now: Instant
  ) {
    twoSites[volume]?.acknowledge(through: number, by: site, isAtBoth: isAtBoth, at: now)
    closeUp(volume, at: now)
  }

  /// Handles the loss of a site: its pending writes are never acknowledged.
  mutating func abandonWrites(to volume: VolumeID, by site: Int, at now: Instant) {
    twoSites[volume]?.abandon(by: site)
    closeUp(volume, at: now)
  }

  private mutating func closeUp(_ volume: VolumeID, at now: Instant) {
    guard let end = twoSites[volume]?.settledThrough else { return }
    for write in stride(from: acknowledgedWrites(of: volume) + 1, through: end, by: 1) {
      acknowledge(write: write, of: volume, at: now)
    }
  }

  /// - Parameter page: the page's place in the write.
  mutating func setParent(_ parent: Int, of write: Int, page: Int, of volume: VolumeID) {
    twoSites[volume]?.setParent(parent, of: write, page: page)
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

  /// Begins a new course of a database's transactions. Earlier acknowledgements no longer count.
  mutating func beginCourse(of database: DatabaseID, behind transaction: Int) {
    transactions[database] = Course(first: transaction + 1)
  }

  /// Returns the number of a database's last acknowledged transaction; the one before the course when it has
  /// none.
  public func acknowledgedTransactions(of database: DatabaseID) -> Int {
    transactions[database].first - 1 + transactions[database].acknowledged.count
  }

  public func acknowledgement(ofTransaction number: Int, of database: DatabaseID) -> Instant {
    transactions[database].acknowledged[number - transactions[database].first]
  }

  /// Returns the number of the first transaction of a database's present course.
  func firstTransaction(of database: DatabaseID) -> Int { transactions[database].first }

  /// Returns the number of a database's last transaction acknowledged before an instant.
  public func transactions(of database: DatabaseID, acknowledgedBefore instant: Instant) -> Int {
    transactions[database].first - 1 + transactions[database].acknowledged.prefixCount { $0 < instant }
  }
}
