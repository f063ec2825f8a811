import Replication
import Simulation
import Storage
import Units

/// The writes of applications to their volumes.
extension World {
  mutating func scheduleNextArrival(_ id: VolumeID) {
    guard volumes[id].database == nil else { return }
    let next = volumes[id].progress.issued + 1
    guard next <= schedules[id].writeCount else { return }
    volumes[id].awaitArrival(events.schedule(.arrival(id), at: schedules[id].issueInstant(ofWrite: next)))
  }

  /// Issues the application's next write unless the application has stopped.
  mutating func issueWrite(to id: VolumeID) {
    _ = volumes[id].takeArrival()
    guard let number = volumes[id].issue() else { return }
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
    } else if volumes[id].setFlushDue() {
      events.schedule(.flush(id), at: schedule.nextFlush(after: now))
    }
    scheduleNextArrival(id)
  }

  /// Sends all issued writes that are not yet in flight to the device.
  mutating func startFlush(of id: VolumeID) {
    guard let writes = volumes[id].beginFlush() else { return }
    let (issued, device) = (writes.upperBound - 1, volumes[id].device)
    if let pair = volumes[id].sharing { return flushBothSites(id, of: pair) }
    flushAtLeftSite(id, through: issued)
    if !volumes[id].copies.isEmpty, hostFlush(id, through: issued) { return }
    start(
      .hostFlush(id, through: issued),
      through: Operation.Leg(
        resource: resource(device), amount: schedules[id].nominalSize(ofWrites: writes)),
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
