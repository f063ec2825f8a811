import Simulation
import Storage
import Units

/// A volume in use: its bytes, the state of its application and the groups that replicate it.
///
/// Invariants: only what was issued is flushed; a volume is shared by two sites or left behind by one of them, not both; a
/// lost volume holds nothing that its application reads.
public struct VolumeState: Sendable {
  /// The state of the application that writes to the volume.
  private enum Application {
    case running
    /// The application was asked to stop. It issues no more writes, and earlier ones are still acknowledged.
    case quiescing
    /// The application has crashed or stopped. Pending writes are never acknowledged.
    case stopped
  }

  /// The present device of the volume. A rebuilt volume may use another device than in the blueprint.
  public private(set) var device: DeviceID
  var disk: CachedVolume
  /// Whether the volume is on a new device and still empty.
  private(set) var isNew = false
  /// Whether the volume was lost with its device.
  public private(set) var isLost = false
  /// Whether the volume's contents come from a recovery point, since the applications last resumed.
  private(set) var isRestored = false
  /// The page contents before writes that a crash caught unflushed. This double-write journal of the
  /// application repairs torn pages.
  private var journal: [(page: Int, before: Bytes)] = []
  private var application = Application.running
  private(set) var progress = WriteProgress()
  /// The database whose file is on the volume.
  private(set) var database: DatabaseID?
  /// The protection groups that replicate the volume. Host writes pass through the last group first.
  private(set) var copies: [GroupMember] = []
  /// The group whose old primary still serves some clients, isolated from the new one.
  private(set) var leftCopy: GroupMember?
  /// The pair whose two sites both serve the volume.
  private(set) var sharing: GroupMember?

  init(plan: VolumePlan, image: PagedImage) {
    device = plan.device
    disk = CachedVolume(image: image)
  }

  public var image: PagedImage { disk.image }

  /// Whether the application has crashed or stopped.
  var hasStopped: Bool { application == .stopped }
  /// Whether the application was asked to stop and has not yet.
  var isQuiescing: Bool { application == .quiescing }

  // MARK: Roles

  mutating func hold(_ database: DatabaseID) { self.database = database }

  mutating func add(_ copy: GroupMember) { copies.append(copy) }

  /// Lets both sites of a group serve the volume.
  mutating func share(_ member: GroupMember) { sharing = member }

  /// Notes that the old primary of a group still serves clients of the volume.
  mutating func leave(_ copy: GroupMember) { leftCopy = copy }

  /// Notes that the old primary no longer serves.
  mutating func endLeaving() { leftCopy = nil }

  // MARK: Application

  mutating func stop() { application = .stopped }

  /// Asks the application to stop, unless it has.
  mutating func quiesce() {
    if application == .running { application = .quiescing }
  }

  /// Resumes the application of a database.
  mutating func resume() {
    application = .running
    isRestored = false
  }

  /// Resumes the application with a write of its schedule.
  mutating func resume(withWrite next: Int) {
    resume()
    progress.restart(withWrite: next)
  }

  /// Returns the number of the application's next write, which it issues now; `nil` when it issues none.
  mutating func issue() -> Int? { application == .running ? progress.issue() : nil }

  /// Returns the writes of a flush that starts now; `nil` when there are none.
  mutating func beginFlush() -> Range<Int>? { progress.beginFlush(isLost: isLost) }

  /// Notes that a flush is due; returns `false` where one was before.
  mutating func setFlushDue() -> Bool { progress.setFlushDue() }

  mutating func noteIssued(_ write: Int, at site: Int) { progress.noteIssued(write, at: site) }

  /// Returns the writes of a flush that starts at one of two sites; `nil` when there are none.
  mutating func beginFlush(at site: Int) -> Range<Int>? { progress.beginFlush(at: site) }

  /// Counts a write by a client that still uses the old address.
  mutating func turnAway() { progress.turnAway() }

  mutating func awaitArrival(_ event: EventID) { progress.nextArrival = event }

  /// Returns the queued event of the next write, which is no longer awaited.
  mutating func takeArrival() -> EventID? { progress.nextArrival.take() }

  // MARK: Contents

  /// Applies a power cut of the host or of the device's cache.
  mutating func crash(using random: inout RandomStream) {
    // A database repairs torn pages itself.
    if database == nil { journal += disk.replaced }
    disk.crash(using: &random)
  }

  mutating func lose() { isLost = true }

  /// Empties the volume, as on a new device.
  mutating func makeAnew() {
    disk = CachedVolume(size: disk.size)
    journal = []
    isLost = false
    isNew = true
  }

  /// Rebuilds the volume on another device, where it is empty.
  mutating func rebuild(on device: DeviceID) {
    self.device = device
    makeAnew()
  }

  /// Begins to write the contents of a recovery point.
  ///
  /// - Parameter isWhole: Whether all of the volume is restored, and not only what is read on demand.
  mutating func beginRestore(isWhole: Bool) {
    journal = []
    isRestored = true
    if isWhole { isNew = false }
  }

  /// Begins to copy the differences to a point of a copy back.
  mutating func beginCopyBack() { isNew = false }

  /// Reverts the volume to the contents of a recovery point.
  mutating func revert(to image: PagedImage) {
    disk = CachedVolume(image: image)
    journal = []
    isRestored = true
  }

  /// Discards what an attempt to restore wrote.
  mutating func discardRestore(to earlier: VolumeState) {
    disk = earlier.disk
    journal = earlier.journal
    isRestored = earlier.isRestored
    isNew = earlier.isNew
  }

  /// Places the volume, which exchanged its contents with a copy, on the copy's device.
  mutating func move(to device: DeviceID) {
    // The journal of torn pages lies on the device that is left, and is of use there alone.
    journal = []
    isNew = false
    isLost = false
    self.device = device
  }

  /// Repairs pages that a crash left half written, from the application's journal.
  ///
  /// - Parameter isWhole: Whether a page is one that a write made.
  mutating func mendTornPages(where isWhole: (Bytes) -> Bool) {
    // The entry of the first of several writes to a page holds the durable bytes.
    for (page, before) in journal.reversed() {
      let torn = disk.image[page: page]
      if torn.isEmpty || isWhole(torn) { continue }
      mustSucceed { () throws(StorageError) in
        try disk.write(before, at: ByteCount(page * PagedImage.pageSize))
      }
    }
    disk.flush()
    journal = []
  }

  // MARK: Invariants

  /// Traps unless only what was issued is flushed, and the groups of the volume fit together.
  func checkInvariants() {
    progress.checkInvariants()
    precondition(sharing == nil || leftCopy == nil, "two sites that both serve leave nobody behind")
    precondition(
      leftCopy.map { left in copies.contains { $0.pair == left.pair } } ?? true,
      "only a group of the volume leaves it behind")
  }
}
