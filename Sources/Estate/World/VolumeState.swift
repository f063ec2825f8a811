import Simulation
import Storage
import Units

/// A volume in use: its bytes, and how far its application's writes have come.
public struct VolumeState: Sendable {
  /// Where it is now; a rebuilt volume can stand on another device than the blueprint's.
  public internal(set) var device: DeviceID
  var disk: CachedVolume
  /// On a new device, nothing written yet.
  var isNew = false
  /// Gone with its device.
  public internal(set) var isLost = false
  /// Its bytes are those of a recovery point, since the applications last went on.
  var isRestored = false
  /// The application has gone down: it writes nothing, and what was under way is acknowledged no more.
  var hasStopped = false
  /// The application was asked to stop: it writes nothing more, and what it wrote is still acknowledged.
  var isQuiescing = false
  /// Number of the last write that was issued, or passed over while the application was down.
  var issued = 0
  /// The database whose file it holds.
  var database: DatabaseID?
  /// What stands in the event queue for its next write.
  var nextArrival: EventID?
  /// The protection groups that replicate it. What its host writes passes through the last of them first.
  var copies: [GroupMember] = []
  /// The group whose old primary still serves some clients, out of reach of the new one.
  var leftCopy: GroupMember?
  /// Writes of clients who still knew the old address when nobody served there any more.
  var turnedAway = 0
  /// The pair whose two sites both serve it.
  var sharing: GroupMember?
  /// By site of that pair: the last write issued there, and the last that a flush there is under way or done for.
  var issuedBySite = [0, 0]
  var flushingBySite = [0, 0]
  /// Writes whose flush is under way or done.
  var flushing = 0
  var flushIsDue = false
  /// The bytes that pages held before writes that a crash caught unflushed: the application's own double-write journal,
  /// from which it mends the pages that were torn.
  var journal: [(page: Int, before: Bytes)] = []

  init(plan: VolumePlan, image: PagedImage) {
    device = plan.device
    disk = CachedVolume(image: image)
  }

  public var image: PagedImage { disk.image }

  /// A power cut, of the host or of the device's cache.
  mutating func crash(using random: inout RandomStream) {
    // A database has its own ways to mend a page that a crash tore.
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

  /// The application issues its next write, unless it has stopped.
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

  /// Sends everything issued and not yet on its way to the device.
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
      through: [
        Operation.Leg(
          resource: resource(device),
          amount: schedules[id].nominalSize(ofWrites: (flushing + 1)..<(issued + 1)))
      ],
      latency: blueprint.devices[device].latency)
  }

  /// A flush has reached the device: everything up to it is durable and acknowledged.
  mutating func flushed(_ id: VolumeID, through number: Int) {
    if let database = volumes[id].database { return databaseFlushed(database, on: id, through: number) }
    guard !volumes[id].hasStopped else { return }
    volumes[id].disk.flush()
    if let pair = volumes[id].sharing {
      return ledger.acknowledge(
        through: number, of: id, by: pairs[pair.pair].serving, isAtBoth: false, at: now)
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

/// Whole pages that a host writes, and what the write represents at full size.
struct PageWrite: Sendable {
  let bytes: Bytes
  let nominalSize: ByteCount
}

/// For operations whose arguments the world itself made: a failure is a programmer error and traps.
func mustSucceed<R>(_ body: () throws(StorageError) -> R) -> R {
  do { return try body() } catch { preconditionFailure("\(error)") }
}
