import Storage
import Units

extension BlockSource {
  private var isDeaf: Bool { fencedBy != nil || isDraining }

  /// Whether writes enter the stream and are not only marked.
  private var isWriteSent: Bool {
    phase == .streaming && policy.snapshotInterval == nil && resync?.isClosing != false
  }

  mutating func take(_ write: HostWrite, at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard !isDeaf else { return }
    let isHot = kept.activity.isHot(Self.extent(of: write), of: write.volume)
    guard isHot, hosts.deferred.isEmpty, phase != .starting else {
      hosts.postpone(.write(write, issued: now))
      if hosts.deferred.count == 1, phase != .starting { recordActivity(at: now, &effects) }
      return
    }
    carryOut(write, issued: now, at: now, &effects)
    transmit(at: now, &effects)
  }

  mutating func flush(
    _ ticket: FlushTicket, _ volume: Int, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    guard !isDeaf else { return effects.append(.reject(ticket, fencedBy != nil ? .fenced : .draining)) }
    guard hosts.deferred.isEmpty, phase != .starting else {
      return hosts.postpone(.flush(ticket, volume: volume))
    }
    carryOutFlush(ticket, volume, at: now, &effects)
    transmit(at: now, &effects)
    completeFlushes(&effects)
  }

  static func extent(of write: HostWrite) -> Extent {
    Extent(offset: write.offset, length: ByteCount(write.bytes.count))
  }

  private mutating func carryOut(
    _ write: HostWrite, issued: Instant, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    let extent = Self.extent(of: write)
    kept.lastWrite = write.number
    if policy.writesLocally {
      effects.append(
        .write(
          volume: write.volume, offset: write.offset, bytes: write.bytes, nominalSize: write.nominalSize))
    }
    if isWriteSent {
      stream.append(.write, number: write.number, write: write, at: issued)
      kept.activity.touch(extent, of: write.volume, by: write.number, at: stream.last)
      if stream.bytes > policy.bufferMaximum { overflow(at: now, &effects) }
    } else {
      marked.note(write.nominalSize, to: extent, of: write.volume, in: kept.marks[write.volume])
      kept.marks[write.volume].insert(extent)
      kept.activity.touch(extent, of: write.volume, by: write.number, at: 0)
      if frozen == nil { resync?.add(extent, of: write.volume) }
      marked.begin(at: issued)
    }
  }

  private mutating func carryOutFlush(
    _ ticket: FlushTicket?, _ volume: Int, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    if isWriteSent, !policy.hasPoints, stream.queue.last?.kind != .barrier {
      stream.append(.barrier, number: kept.lastWrite, at: now)
    }
    let number = hosts.add(
      ticket, volume, after: kept.lastWrite, through: isWriteSent ? stream.last : .max)
    if policy.writesLocally { effects.append(.flush(Ticket(.hostFlush, number), volume: volume)) }
  }

  // MARK: Hot extents

  /// Records every cold extent with waiting writes. The writes follow when the record is durable.
  private mutating func recordActivity(at now: Instant, _ effects: inout [ReplicationEffect]) {
    for case .write(let write, _) in hosts.deferred {
      kept.activity.heat(
        Self.extent(of: write), of: write.volume, settledThrough: stream.durable,
        flushedThrough: hosts.flushedThrough)
    }
    noteSettled(at: now)
    effects.append(.record(Ticket(.activity), ByteCount(4_096)))
  }

  mutating func activityRecorded(at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard fencedBy == nil else { return hosts.removeAllDeferred() }
    carryOutWaiting(at: now, &effects)
  }

  mutating func carryOutWaiting(at now: Instant, _ effects: inout [ReplicationEffect]) {
    var done = 0
    carrying: for operation in hosts.deferred {
      switch operation {
      case .write(let write, let issued):
        guard kept.activity.isHot(Self.extent(of: write), of: write.volume) else { break carrying }
        carryOut(write, issued: issued, at: now, &effects)
      case .flush(let ticket, let volume): carryOutFlush(ticket, volume, at: now, &effects)
      }
      done += 1
    }
    hosts.removeDeferred(first: done)
    if !hosts.deferred.isEmpty { recordActivity(at: now, &effects) }
    transmit(at: now, &effects)
  }

  // MARK: Acknowledgements

  /// Whether the host is served although the peer lags behind.
  var servesAlone: Bool {
    guard policy.goesOnAlone, isNameRecorded else { return false }
    if policy.asksWitness, !witness.isTold { return false }
    return phase == .streaming ? resync != nil : suspension != nil
  }

  /// Returns the guarantee under which a flush can be acknowledged now; `nil` if it cannot.
  private func promise(for flush: PendingFlush) -> Promise? {
    guard flush.isLocal, phase != .starting else { return nil }
    if policy.acknowledgement == .local { return isNameRecorded ? .localDurable : nil }
    if isInSync {
      let position = policy.acknowledgement == .received ? stream.received : stream.durable
      if flush.through == .max || flush.through <= position { return policy.promise }
    }
    return servesAlone ? .degraded : nil
  }

  /// Acknowledges all flushes that meet the mode's condition, in their order.
  mutating func completeFlushes(_ effects: inout [ReplicationEffect]) {
    if suspension != nil, !policy.goesOnAlone { reject(.peerLost, &effects) }
    guard !isHolding else { return }
    var done = 0
    while done < hosts.flushes.count, let promise = promise(for: hosts.flushes[done]) {
      if let ticket = hosts.flushes[done].ticket { effects.append(.acknowledge(ticket, promise)) }
      done += 1
    }
    if done > 0 { hosts.removeFlushes(first: done) }
    finishDraining(&effects)
  }

  mutating func reject(_ reason: Rejection, _ effects: inout [ReplicationEffect]) {
    for flush in hosts.flushes { if let ticket = flush.ticket { effects.append(.reject(ticket, reason)) } }
    hosts.removeAllFlushes()
  }

  // MARK: Handing over

  mutating func drain(at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard fencedBy == nil, phase != .starting else { return effects.append(.refused(.notNow)) }
    beginDraining()
    for volume in group.volumes.indices { carryOutFlush(nil, volume, at: now, &effects) }
    if policy.snapshotInterval != nil, phase == .idle { sendSnapshot(at: now, &effects) }
    transmit(at: now, &effects)
    completeFlushes(&effects)
  }

  /// Completes a drain once both sides durably hold the same data. No extent is hot after that.
  private mutating func finishDraining(_ effects: inout [ReplicationEffect]) {
    guard isDraining, hosts.isEmpty, stream.isEmpty, kept.marks.pageTotal == 0,
      frozen == nil, isInSync || (policy.snapshotInterval != nil && kept.generations.bases.isEmpty),
      !kept.isHandedOver
    else { return }
    kept.activity.removeAll()
    kept.isHandedOver = true
    effects.append(.record(Ticket(.syncDone), ByteCount(4_096)))
  }
}
