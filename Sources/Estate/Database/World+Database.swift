import Database
import Replication
import Storage
import Units

extension World {
  /// Returns the database with its data or log on a volume.
  func database(on volume: VolumeID) -> DatabaseID? { volumes[volume].database }

  /// The database of a service.
  public func database(of service: ServiceID) -> DatabaseID? {
    databases.firstIndex { $0.schedule.service == service }.map(DatabaseID.init)
  }

  /// Returns the instant at which a transaction was requested; `nil` when no transaction has this number.
  package func askedInstant(ofTransaction number: Int, of id: DatabaseID) -> Instant? {
    (1...databases[id].committed).contains(number) ? databases[id].askedInstant(ofTransaction: number) : nil
  }

  /// Whether the database is down with its service and writes nothing.
  func hasStopped(_ id: DatabaseID) -> Bool {
    databases[id].plan.volumes.contains { volumes[$0].hasStopped || volumes[$0].isLost }
  }

  private func isStopping(_ id: DatabaseID) -> Bool {
    databases[id].plan.volumes.contains { volumes[$0].isQuiescing }
  }

  // MARK: Transactions

  mutating func scheduleNextTransaction(of id: DatabaseID) {
    let schedule = databases[id].schedule
    guard databases[id].asked < schedule.asked.count else { return }
    databases[id].nextClient = events.schedule(
      .transaction(id, isAsked: true), at: schedule.asked[databases[id].asked])
  }

  /// Handles a client's request, or continues after a completed wait.
  mutating func work(on id: DatabaseID, isAsked: Bool) {
    if isAsked { databases[id].nextClient = nil }
    guard !hasStopped(id) else { return }
    let isStopping = isStopping(id)
    if isAsked, !isStopping {
      databases[id].asked += 1
      scheduleNextTransaction(of: id)
    }
    while let entry = databases[id].nextEntry(isStopping: isStopping) {
      databases[id].cursor += 1
      switch entry {
      case .write(let file, let offset, let bytes): write(bytes, at: offset, of: file, id)
      case .flush(let file): return flush(file, id)
      case .commit(let transaction): commit(transaction, id)
      }
    }
  }

  /// Resumes the database from the contents of its volumes, in a new epoch of the ledger. A database that is
  /// not sound stays stopped.
  mutating func goOn(_ id: DatabaseID, reader: StampReader) {
    if let client = databases[id].nextClient { events.cancel(client) }
    databases[id].nextClient = nil
    let images = databases[id].plan.volumes.map { volumes[$0].image }
    let finding = reader.databases.finding(images, of: databases[id].course)
    guard finding.fault == nil else { return }
    let last = finding.verdict.lastTransaction
    databases[id].goOn(behind: last, at: now)
    ledger.beginCourse(of: id, behind: last)
    scheduleNextTransaction(of: id)
  }

  private mutating func write(_ bytes: Bytes, at offset: ByteCount, of file: DatabaseFile, _ id: DatabaseID) {
    let write = PageWrite(bytes: bytes, nominalSize: scale.unscaled(ByteCount(bytes.count)))
    databases[id].unflushed[file.rawValue] += write.nominalSize
    hostWrite(write, to: databases[id].plan[file], at: Int(offset.bytes) / PagedImage.pageSize)
  }

  /// Flushes a database file. SQLite continues when everything written to the file is durable.
  private mutating func flush(_ file: DatabaseFile, _ id: DatabaseID) {
    let volume = databases[id].plan[file]
    databases[id].isWaiting = true
    let bytes = databases[id].unflushed[file.rawValue]
    databases[id].unflushed[file.rawValue] = .zero
    if hostFlush(volume, through: databases[id].cursor) { return }
    let device = volumes[volume].device
    start(
      .hostFlush(volume, through: databases[id].cursor),
      through: Operation.Leg(resource: resource(device), amount: bytes),
      latency: blueprint.devices[device].latency)
  }

  /// Notes that the device completed the flush before this place in the recording.
  mutating func databaseFlushed(_ id: DatabaseID, on volume: VolumeID, through place: Int) {
    guard !hasStopped(id) else { return }
    volumes[volume].disk.flush()
    goOn(id, from: place)
  }

  private mutating func goOn(_ id: DatabaseID, from place: Int) {
    guard databases[id].isWaiting, databases[id].cursor == place else { return }
    databases[id].isWaiting = false
    work(on: id, isAsked: false)
  }

  /// Notes that replication acknowledged the flush. The database learns of the flush only after that.
  mutating func databaseFlushAcknowledged(_ id: DatabaseID, through place: Int) {
    guard databases[id].isWaiting, databases[id].cursor == place else { return }
    databases[id].isWaiting = false
    events.schedule(.transaction(id, isAsked: false), at: now)
  }

  /// Commits a transaction that is durable on the volumes. The client's answer may also wait for the log,
  /// according to the mode.
  private mutating func commit(_ transaction: Int, _ id: DatabaseID) {
    databases[id].committed = transaction
    trace.record(at: now, kind: 6, entity: UInt32(id.index), amount: Int64(transaction))
    if !appendToLog(databases[id].changes(of: transaction), committing: transaction, of: id) {
      acknowledge(transactionsThrough: transaction, of: id)
    }
  }

  mutating func acknowledge(transactionsThrough last: Int, of id: DatabaseID) {
    guard !hasStopped(id) else { return }
    for transaction in stride(from: ledger.acknowledgedTransactions(of: id) + 1, through: last, by: 1) {
      ledger.acknowledge(transaction: transaction, of: id, at: now)
    }
  }

  /// Finishes the current transaction and begins no other. The client is answered when the transaction is
  /// durable.
  mutating func writeDown(_ id: DatabaseID) {
    let state = databases[id]
    guard state.isAtWork, !hasStopped(id) else { return }
    if logPair(of: id) != nil { return finishTransaction(of: id) }
    let rest = state.cursor..<state.recording.entryCount(through: state.committed + 1)
    for place in rest.reversed() {
      guard case .flush(let file) = state.recording.entries[place] else { continue }
      carryOutAtOnce(state.recording.entries[state.cursor..<place], id)
      databases[id].cursor = place + 1
      return flush(file, id)
    }
  }

  // MARK: Mistakes

  /// Runs a mistaken statement after the current transaction; returns `false` when SQLite refuses it. The
  /// statement's writes are issued at once.
  ///
  /// - Parameter dwell: the time until detection, during which the database continues.
  mutating func make(_ mistake: Mistake, on id: DatabaseID, unnoticedFor dwell: Duration) -> Bool {
    guard databases[id].astray == nil, !databases[id].isStandby, !hasStopped(id) else { return false }
    finishTransaction(of: id)
    let state = databases[id]
    let workload = state.recording.workload
    do throws(StorageError) {
      let run = try state.recording.image(afterEntries: state.cursor).making(mistake, in: workload)
      let unnoticed = state.schedule.asked.prefixCount { $0 <= now + dwell }
      var rest = workload
      rest.transactions = max(0, unnoticed - state.committed)
      let going = try Recording(
        of: rest, seed: state.recording.seed, continuing: run, from: state.committed + 1)
      carryOutAtOnce(run.entries[...], id)
      databases[id].goAstray(
        DatabaseState.Astray(
          after: state.committed, instant: now, changes: run.changes, recording: going))
      _ = appendToLog(run.changes, committing: nil, of: id)
      return true
    } catch {
      return false
    }
  }

  private mutating func finishTransaction(of id: DatabaseID) {
    let state = databases[id]
    guard state.isAtWork else { return }
    let end = state.recording.entryCount(through: state.committed + 1)
    carryOutAtOnce(state.recording.entries[state.cursor..<end], id)
    databases[id].cursor = end
    databases[id].isWaiting = false
    commit(state.committed + 1, id)
  }

  private mutating func carryOutAtOnce(_ entries: ArraySlice<Recording.Entry>, _ id: DatabaseID) {
    for entry in entries {
      switch entry {
      case .write(let file, let offset, let bytes): write(bytes, at: offset, of: file, id)
      case .flush(let file):
        let volume = databases[id].plan[file]
        if !hostFlush(volume, through: nil) { volumes[volume].disk.flush() }
      case .commit: break
      }
    }
  }
}
