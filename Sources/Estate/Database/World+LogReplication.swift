import Database
import Replication
import Storage
import Units

/// Log replication: a primary sends records to a standby at the DR site, which applies them with its own
/// SQLite.
extension World {
  /// Returns the pair that replicates the log of a database.
  func logPair(of id: DatabaseID) -> PairID? {
    let volume = databases[id].plan.log
    return fabric.groups.first {
      fabric[$0].policy.mode.isApplication && fabric[$0].volumes.contains(volume) && fabric[$0].hasSource
    }
  }

  /// Appends a record to the log: to its archive, and to the replicated log, whose acknowledgement it requests.
  /// Returns `false` where no log is replicated.
  ///
  /// - Parameter transaction: the transaction with a waiting client; `nil` for none.
  mutating func appendToLog(_ changes: Bytes, committing transaction: Int?, of id: DatabaseID) -> Bool {
    databases[id].logged += 1
    archive(changes, at: databases[id].logged, of: id)
    guard let pair = logPair(of: id) else { return false }
    let position = UInt64(databases[id].logged)
    let node = fabric[pair].serving
    tell(pair, node, .append(LogRecord(first: position, last: position, bytes: changes)))
    let log = GroupMember(pair: pair, place: 0)
    flush(log, databases[id].plan.log, for: .application(through: transaction), at: node)
    let lags = logLags(of: pair)
    fabric[pair].meter.note(lags, at: now)
    return true
  }

  /// Handles the end of a wait: the log or the blocks have reached the place that the mode demands.
  mutating func answer(_ id: DatabaseID, through place: Int, by pair: PairID) {
    guard fabric[pair].policy.mode.isApplication else { return databaseFlushAcknowledged(id, through: place) }
    guard !hasStopped(id) else { return }
    fabric[pair].meter.noteWait(now - databases[id].askedInstant(ofTransaction: place))
    acknowledge(transactionsThrough: place, of: id)
  }

  /// Stops a database whose mode forbids acknowledging commits without the standby.
  mutating func stopWithoutStandby(_ pair: PairID) {
    guard fabric[pair].policy.mode.logWaitsForPeer, fabric[pair].meter.record.state != .replicating,
      fabric[pair].serving == ReplicationPair.home
    else { return }
    let services = fabric[pair].volumes.map { blueprint.volumes[$0].service }
    if let service = services.first, !premises.isBroken(service) { beginOutage(of: [service]) }
  }

  /// Returns the bytes that the standby writes to apply a record. The standby writes the same bytes as the
  /// primary.
  func applied(_ record: LogRecord, by pair: PairID) -> ByteCount {
    guard let id = database(on: fabric[pair].volumes[0]) else { return ByteCount(record.bytes.count) }
    return databases[id].bytesWritten(forRecord: Int(record.last))
  }

  /// Makes the volumes of a standby that has applied everything the database's volumes.
  mutating func adoptStandby(of pair: PairID, appliedThrough position: UInt64) {
    guard let id = database(on: fabric[pair].volumes[0]) else { return }
    let image = mustSucceed { () throws(StorageError) in
      try databases[id].standbyImage(appliedThrough: Int(position))
    }
    databases[id].becomeStandby(databases[id].standby)
    for file in DatabaseFile.allCases {
      volumes[databases[id].plan[file]].disk = CachedVolume(image: image[file])
    }
  }

  /// Returns the log position that is durable at the standby; `nil` where no log is replicated.
  package func standbyLogPosition(of pair: PairID) -> Int? {
    guard fabric[pair].policy.mode.isApplication else { return nil }
    return Int(fabric[pair][fabric[pair].standing].stored.log.last)
  }

  /// The standby's backlog as the source reports it, in unsent and in unapplied log. The lags are neither RPO
  /// nor RTO; `nil` where no log is replicated.
  public func logLags(of pair: PairID) -> LogLags? {
    fabric[pair].logLags
  }
}

/// The lags of a replicated log.
public struct LogLags: Sendable {
  /// The lag of sending.
  public let extract: Lag
  /// The lag of applying.
  public let apply: Lag
}
