import Simulation
import Storage
import Units

/// A volume in use: its bytes and the progress of its application's writes.
public struct VolumeState: Sendable {
  /// The present device of the volume. A rebuilt volume may use another device than in the blueprint.
  public internal(set) var device: DeviceID
  var disk: CachedVolume
  /// Whether the volume is on a new device and still empty.
  var isNew = false
  /// Whether the volume was lost with its device.
  public internal(set) var isLost = false
  /// Whether the volume's contents come from a recovery point, since the applications last resumed.
  var isRestored = false
  /// Whether the application has crashed. Pending writes are never acknowledged.
  var hasStopped = false
  /// Whether the application was asked to stop. It issues no more writes, and earlier ones are still
  /// acknowledged.
  var isQuiescing = false
  /// The number of the last write that was issued, or skipped while the application was down.
  var issued = 0
  /// The database whose file is on the volume.
  var database: DatabaseID?
  /// The queued event of the next write.
  var nextArrival: EventID?
  /// The protection groups that replicate the volume. Host writes pass through the last group first.
  var copies: [GroupMember] = []
  /// The group whose old primary still serves some clients, isolated from the new one.
  var leftCopy: GroupMember?
  /// The number of writes by clients that still used the old address after service there ended.
  var turnedAway = 0
  /// The pair whose two sites both serve the volume.
  var sharing: GroupMember?
  /// The last write issued and the last write flushed, by site of that pair.
  var issuedBySite = [0, 0]
  var flushingBySite = [0, 0]
  /// The number of writes whose flush has started or ended.
  var flushing = 0
  var flushIsDue = false
  /// The page contents before writes that a crash caught unflushed. This double-write journal of the
  /// application repairs torn pages.
  var journal: [(page: Int, before: Bytes)] = []

  init(plan: VolumePlan, image: PagedImage) {
    device = plan.device
    disk = CachedVolume(image: image)
  }

  public var image: PagedImage { disk.image }

  /// Applies a power cut of the host or of the device's cache.
  mutating func crash(using random: inout RandomStream) {
    // A database repairs torn pages itself.
    if database == nil { journal += disk.replaced }
    disk.crash(using: &random)
  }
}

extension World {
  mutating func scheduleNextArrival(_ id: VolumeID) {
    guard volumes[id].database == nil else { return }
    let next = volumes[id].issued + 1
    guard next <= schedules[id].writeCount else { return }
    volumes[id].nextArrival = events.schedule(
      .arrival(id), at: schedules[id].issueInstant(ofWrite: next))
  }

  /// Issues the application's next write unless the application has stopped.
  mutating func issueWrite(to id: VolumeID) {
    volumes[id].nextArrival = nil
    guard !volumes[id].hasStopped, !volumes[id].isQuiescing else { return }
    let number = volumes[id].issued + 1
    volumes[id].issued = number
    let page = schedules[id].pages(ofWrite: number).lowerBound
    let write = PageWrite(
      bytes: schedules[id].bytes(ofWrite: number), nominalSize: schedules[id].nominalSize(ofWrite: number))
    if let pair = volumes[id].sharing {
      issue(number, write, to: id, at: page, of: pair)
    } else if ledger.isHere(number, of: id) {
      hostWrite(write, to: id, at: page)
    } else {
      writeAtLeftSite(write, to: id, at: page)
    }
    trace.record(at: now, kind: 1, entity: UInt32(id.index), amount: Int64(number))
    let schedule = schedules[id]
    if schedule.isFlushed(at: now) {
      startFlush(of: id)
    } else if !volumes[id].flushIsDue {
      volumes[id].flushIsDue = true
      events.schedule(.flush(id), at: schedule.nextFlush(after: now))
    }
    scheduleNextArrival(id)
  }

  /// Sends all issued writes that are not yet in flight to the device.
  mutating func startFlush(of id: VolumeID) {
    volumes[id].flushIsDue = false
    let (issued, flushing, device) = (volumes[id].issued, volumes[id].flushing, volumes[id].device)
    guard !volumes[id].isLost, issued > flushing else { return }
    volumes[id].flushing = issued
    if let pair = volumes[id].sharing { return flushBothSites(id, of: pair) }
    flushAtLeftSite(id, through: issued)
    if !volumes[id].copies.isEmpty, hostFlush(id, through: issued) { return }
    start(
      .hostFlush(id, through: issued),
      through: Operation.Leg(
        resource: resource(device),
        amount: schedules[id].nominalSize(ofWrites: (flushing + 1)..<(issued + 1))),
      latency: blueprint.devices[device].latency)
  }

  /// Handles a finished flush: all writes through `number` are durable and acknowledged.
  mutating func flushed(_ id: VolumeID, through number: Int) {
    if let database = volumes[id].database { return databaseFlushed(database, on: id, through: number) }
    guard !volumes[id].hasStopped else { return }
    volumes[id].disk.flush()
    if let pair = volumes[id].sharing {
      return ledger.acknowledge(
        through: number, of: id, by: fabric[pair.pair].serving, isAtBoth: false, at: now)
    }
    for write in stride(from: ledger.acknowledgedWrites(of: id) + 1, through: number, by: 1) {
      ledger.acknowledge(write: write, of: id, at: now)
    }
  }

  /// Writes whole pages through the host's cache.
  mutating func put(_ bytes: Bytes, on id: VolumeID, at firstPage: Int) {
    mustSucceed { () throws(StorageError) in
      try volumes[id].disk.write(bytes, at: ByteCount(firstPage * PagedImage.pageSize))
    }
  }
}

/// Whole pages that a host writes, with the full size that the write represents.
struct PageWrite: Sendable {
  let bytes: Bytes
  let nominalSize: ByteCount
}

/// Runs an operation whose arguments the world made. A failure is a programmer error and traps.
func mustSucceed<R, E: Error>(_ body: () throws(E) -> R) -> R {
  do { return try body() } catch { preconditionFailure("\(error)") }
}
