import Storage
import Units

extension MirrorTarget {
  /// Writes the next entries to the volumes, up to a barrier, and makes them durable.
  mutating func applyNext(_ effects: inout [ReplicationEffect]) {
    guard flushesLeft == 0, !isFinishing, !queue.isEmpty else { return }
    var touched = 0 as UInt64
    var position = queue.start
    while position < queue.end {
      let entry = queue[position]
      apply(entry, &touched, &effects)
      position += 1
      // The order matters only for a copy that somebody may need.
      if entry.kind == .end || (entry.kind == .barrier && kept.disk == .consistent) { break }
    }
    applyingThrough = position - 1
    for volume in group.volumes.indices where touched >> UInt64(volume & 63) & 1 == 1 {
      flushesLeft += 1
      effects.append(.flush(Ticket(.applied), volume: volume))
    }
    if flushesLeft == 0 { applied(&effects) }
  }

  private mutating func apply(_ entry: Entry, _ touched: inout UInt64, _ effects: inout [ReplicationEffect]) {
    if entry.kind != .point, kept.disk == .consistent {
      kept.lastWrite = entry.number
      kept.point.lastWrite = entry.number
      kept.point.instant = entry.instant
    }
    guard entry.changesVolume else { return }
    let volume = Int(entry.volume)
    effects.append(entry.asWrite)
    if kept.hasSnapshot { sinceSnapshot[volume].insert(entry.extent) }
    touched |= 1 << UInt64(volume & 63)
  }

  /// Notes that everything through `applyingThrough` is durable.
  mutating func applied(_ effects: inout [ReplicationEffect]) {
    let last = queue[applyingThrough]
    if last.kind == .end {
      // The source learns of the end when the device knows that the copy is consistent again.
      isFinishing = true
      kept.disk = .consistent
      kept.hasSnapshot = false
      kept.generations.converge()
      kept.marks = [PageSet](volumes: group.volumes)
      kept.lastWrite = last.number
      kept.point = ReplicaPoint(number: kept.point.number, instant: last.instant, lastWrite: last.number)
      effects.append(.record(Ticket(.synced), ByteCount(4_096)))
      return
    }
    for position in queue.start...applyingThrough where queue[position].kind == .point {
      let point = queue[position]
      kept.point = ReplicaPoint(number: point.number, instant: point.instant, lastWrite: kept.lastWrite)
      effects.append(.reached(kept.point))
    }
    settled(&effects)
  }

  mutating func synchronized(_ effects: inout [ReplicationEffect]) {
    isFinishing = false
    if keepsSnapshot { effects.append(.snapshot(.discard)) }
    effects.append(.reached(kept.point))
    settled(&effects)
  }

  private mutating func settled(_ effects: inout [ReplicationEffect]) {
    durable = applyingThrough
    queue.removeAll(before: durable + 1)
    sendProgress(&effects)
    applyNext(&effects)
  }

  // MARK: Promotion

  mutating func promotionBegan(at now: Instant, _ effects: inout [ReplicationEffect]) {
    if isIdle, let promotion { carryOut(promotion, at: now, &effects) }
  }

  /// Completes a promotion after everything received is applied. The primary is the copy, or the copy's state
  /// before the resync.
  mutating func carryOut(_ promotion: Promotion, at now: Instant, _ effects: inout [ReplicationEffect]) {
    if kept.disk == .inconsistent, kept.hasSnapshot, kept.snapshotGenerations.current != .blank {
      effects.append(.snapshot(.revert))
      kept.marks.formUnion(sinceSnapshot)
      kept.generations = kept.snapshotGenerations
      kept.point = kept.snapshotPoint
      kept.lastWrite = kept.point.lastWrite
      kept.disk = .consistent
    } else if kept.disk != .consistent || kept.generations.current == .blank {
      guard promotion.isForced else {
        self.promotion = nil
        let isBlank = kept.disk == .consistent
        return effects.append(.refused(.notConsistent(isBlank ? .inconsistent : kept.disk)))
      }
      kept.wasForced = true
      for volume in kept.marks.indices { kept.marks[volume].insertAll() }
      kept.disk = .consistent
    }
    isPromoting = true
    flushesLeft = group.volumes.count
    for volume in group.volumes.indices { effects.append(.flush(Ticket(.promote, 0), volume: volume)) }
  }

  mutating func promotionStep(_ step: UInt64, _ effects: inout [ReplicationEffect]) {
    if step == 1 {
      isPromoted = true
      effects.append(.snapshot(.discard))
      return effects.append(.promoted(kept.point))
    }
    flushesLeft -= 1
    guard flushesLeft == 0, let promotion else { return }
    kept.term = promotion.term
    kept.hasSnapshot = false
    kept.generations.fork(as: kept.nextName())
    effects.append(.record(Ticket(.promote, 1), ByteCount(4_096)))
  }
}
