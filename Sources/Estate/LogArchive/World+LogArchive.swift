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
      logArchives.append(LogArchive(policy: policy, database: DatabaseID(index), scale: scale))
      if case .segments(let interval) = policy.mode {
        events.schedule(.logSwitch(logArchives.count - 1), at: now + interval)
      }
    }
  }

  /// Returns the archive of a database's log.
  func logArchive(of id: DatabaseID) -> Int? { logArchives.firstIndex { $0.database == id } }

  /// Appends a record to the archive of a database's log.
  mutating func archive(_ changes: Bytes, at position: Int, of id: DatabaseID) {
    guard let index = logArchive(of: id), isArchiving(index) else { return }
    logArchives[index].append(CommittedChange(position: position, bytes: changes), at: now)
    sendSegment(index)
  }

  private func isArchiving(_ index: Int) -> Bool {
    logArchives[index].end == nil && !protectionIsSuspended
  }

  /// Closes the open segment for its age, at regular intervals.
  mutating func switchLog(_ index: Int) {
    guard isArchiving(index), case .segments(let interval) = logArchives[index].policy.mode else { return }
    events.schedule(.logSwitch(index), at: now + interval)
    logArchives[index].closeForAge(at: now)
    sendSegment(index)
  }

  /// Ends the archives of stopped databases. What is on its way may still arrive.
  mutating func endLogArchives(of services: [ServiceID]) {
    for index in logArchives.indices where logArchives[index].end == nil {
      let service = databases[logArchives[index].database].schedule.service
      if services.contains(service) { logArchives[index].end = now }
    }
  }

  /// Notes that the bytes of a volume are damaged. The log on it cannot be read any more.
  mutating func noteLogDamage(on volume: VolumeID) {
    for index in logArchives.indices where databases[logArchives[index].database].plan.log == volume {
      logArchives[index].isLogDamaged = true
    }
  }

  // MARK: Sending

  /// Sends the oldest pending segment, unless one is on its way.
  mutating func sendSegment(_ index: Int) {
    guard !logArchives[index].isSending, !logArchives[index].isWaiting, isArchiving(index),
      let next = logArchives[index].pending.first
    else { return }
    logArchives[index].isSending = true
    let volume = databases[logArchives[index].database].plan.log
    let way = way(
      from: volumes[volume].device, to: blueprint.vaults[logArchives[index].policy.vault].device,
      carrying: next.size)
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
    logArchives[index].isSending = false
    if !failed, store(logArchives[index].pending[0], of: index) {
      logArchives[index].noteStored(at: now)
      sendSegment(index)
    } else {
      logArchives[index].record.failures += 1
      logArchives[index].isWaiting = true
      events.schedule(.logRetry(index), at: now + Self.retryInterval)
    }
  }

  /// Sends a segment again whose last attempt failed.
  mutating func retrySegment(_ index: Int) {
    logArchives[index].isWaiting = false
    sendSegment(index)
  }

  /// Puts a segment into the vault; returns `false` when the vault is lost or full.
  private mutating func store(_ pending: LogArchive.Pending, of index: Int) -> Bool {
    let policy = logArchives[index].policy
    guard !vaults[policy.vault].isLost else { return false }
    vaults[policy.vault].meterStorage(until: now)
    do throws(StorageError) {
      _ = try vaults[policy.vault].perform(
        .put(
          logArchives[index].key(of: pending.number), pending.segment.bytes, if: .absent,
          lockedUntil: policy.lock.map { now + $0 }),
        nominalSize: pending.size, at: now)
    } catch {
      return false
    }
    vaults[policy.vault].meter.countPuts(logArchives[index].objects(for: pending.size), of: pending.size)
    return true
  }

  // MARK: Retention

  /// Deletes the log that is older than every kept base. Without a base, all of it is kept.
  mutating func pruneLog() {
    let bases =
      backupAgents.compactMap(\.points.first?.instant)
      + backupAgents.compactMap(\.replica.points.first?.instant)
      + snapshotAgents.compactMap(\.points.first?.instant)
    guard !protectionIsSuspended, let oldest = bases.min() else { return }
    for index in logArchives.indices {
      let vault = logArchives[index].policy.vault
      guard !vaults[vault].isLost else { continue }
      vaults[vault].meterStorage(until: now)
      var deleted: Set<ObjectKey> = []
      for segment in logArchives[index].stored.prefix(while: { $0.closed < oldest }) {
        guard (try? vaults[vault].perform(.delete(segment.key, if: nil), nominalSize: .zero, at: now)) != nil
        else { continue }
        deleted.insert(segment.key)
        vaults[vault].meter.others += logArchives[index].objects(for: segment.size)
      }
      if !deleted.isEmpty { logArchives[index].removeStored { deleted.contains($0.key) } }
    }
  }

  /// The results of all log archives; `nil` without any.
  public var logArchiveRecord: LogArchiveRecord? {
    logArchives.reduce(nil) { sum, archive in
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
