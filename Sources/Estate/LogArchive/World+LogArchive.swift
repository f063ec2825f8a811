import Backup
import Database
import Storage
import Units

/// Log archiving: closed segments go from the log's volume over the link into the vault, in order.
extension World {
  /// The wait before a failed segment is sent again, as PostgreSQL's archiver does (`PGARCH_AUTOWAKE_INTERVAL`).
  private static let retryInterval = Duration.seconds(60)

  /// Starts to archive the log of every database.
  public mutating func protect(with policy: LogArchivePolicy) {
    for index in databases.indices {
      backups.add(LogArchive(policy: policy, database: DatabaseID(index), scale: scale), in: &events)
    }
  }

  /// Appends a record to the archive of a database's log.
  mutating func archive(_ changes: Bytes, at position: Int, of id: DatabaseID) {
    guard let index = backups.logArchive(of: id), backups.isArchiving(index) else { return }
    backups[log: index].append(CommittedChange(position: position, bytes: changes), at: now)
    sendSegment(index)
  }

  /// Closes the open segment for its age, at regular intervals.
  mutating func switchLog(_ index: Int) {
    if backups.switchLog(of: index, in: &events) { sendSegment(index) }
  }

  /// Ends the archives of stopped databases.
  mutating func endLogArchives(of services: [ServiceID]) {
    let stopped = databases.indices.filter { services.contains(databases[$0].schedule.service) }
    backups.endLogArchives(of: stopped.map(DatabaseID.init), at: now)
  }

  /// Notes that the bytes of a volume are damaged. The log on it cannot be read any more.
  mutating func noteLogDamage(on volume: VolumeID) {
    for index in backups.logArchives.indices
    where databases[backups[log: index].database].plan.log == volume {
      backups[log: index].noteLogDamage()
    }
  }

  // MARK: Sending

  /// Sends the oldest pending segment, unless one is on its way.
  mutating func sendSegment(_ index: Int) {
    guard let size = backups.beginSending(index) else { return }
    let volume = databases[backups[log: index].database].plan.log
    let vault = backups[log: index].policy.vault
    let way = way(from: volumes[volume].device, to: blueprint.vaults[vault].device, carrying: size)
    start(.logSegment(index), through: way.legs, latency: way.latency)
  }

  /// Returns the path between two devices.
  func way(
    from a: DeviceID, to b: DeviceID, carrying size: ByteCount
  ) -> (legs: [Operation.Leg], latency: Duration) {
    let (source, target) = (blueprint.devices[a], blueprint.devices[b])
    var legs = [Operation.Leg(resource: resource(a), amount: size)]
    var latency = source.latency + target.latency
    if source.site != target.site {
      guard let link = blueprint.link(between: source.site, and: target.site) else {
        preconditionFailure("no link joins \(source.name) and \(target.name)")
      }
      legs.append(Operation.Leg(resource: resource(link), amount: size))
      latency += blueprint.links[link].latency * 2
    }
    legs.append(Operation.Leg(resource: resource(b), amount: size))
    return (legs, latency)
  }

  /// Stores a segment that has arrived. What failed is sent again.
  mutating func segmentArrived(_ index: Int, failed: Bool) {
    if !failed, backups.storeSegment(of: index, at: now) { return sendSegment(index) }
    backups[log: index].noteFailure()
    events.schedule(.logRetry(index), at: now + Self.retryInterval)
  }

  /// Sends a segment again whose last attempt failed.
  mutating func retrySegment(_ index: Int) {
    backups[log: index].endWait()
    sendSegment(index)
  }

  /// The results of all log archives; `nil` without any.
  public var logArchiveRecord: LogArchiveRecord? {
    backups.logArchives.reduce(nil) { sum, archive in
      var next = sum ?? LogArchiveRecord()
      next.add(archive.record)
      return next
    }
  }
}

extension LogArchiveRecord {
  fileprivate mutating func add(_ other: LogArchiveRecord) {
    segments += other.segments
    bytes += other.bytes
    failures += other.failures
    longestDelay = max(longestDelay, other.longestDelay)
  }
}
