import Storage
import Units

extension BlockSource {
  mutating func pointIsDue(at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard fencedBy == nil, let interval = policy.checkpointInterval ?? policy.snapshotInterval else { return }
    effects.append(.wake(.point, at: now + interval))
    mark(points.made + 1, at: now, &effects)
  }

  /// Puts a point into the stream or takes the next snapshot. While pages are only marked, no points are
  /// made.
  mutating func mark(_ number: UInt64, at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard fencedBy == nil, phase != .starting else { return effects.append(.refused(.notNow)) }
    if policy.snapshotInterval != nil {
      points.make(number)
      return sendSnapshot(at: now, &effects)
    }
    guard isInSync || resync?.isClosing == true else { return }
    points.make(number)
    stream.append(.point, number: number, at: instantOfState(now))
    points.send(after: kept.lastWrite)
    transmit(at: now, &effects)
  }

  /// Freezes the volumes and sends the changes since the last snapshot. An unfinished snapshot is completed
  /// first, and the next one follows at once. A long copy thus does not halve the frequency.
  mutating func sendSnapshot(at now: Instant, _ effects: inout [ReplicationEffect]) {
    points.noteSlot(isMissed: phase == .streaming && frozen != nil)
    guard fencedBy == nil, divergence == nil, phase != .streaming, !phase.isPlanning, !isPaused else {
      return
    }
    if let frozen { kept.marks.formUnion(frozen.pages) }
    if frozen == nil, kept.point.number >= points.made { points.makeNext() }
    let since = frozen?.since ?? marked.since
    frozen = SnapshotInTransit(
      kept.marks, marked.freeze(),
      as: ReplicaPoint(number: points.made, instant: instantOfState(now), lastWrite: kept.lastWrite),
      since: since)
    kept.marks = [PageSet](volumes: group.volumes)
    effects.append(.snapshot(.take))
    if phase == .idle {
      if suspension == nil { contact.hear(at: now) }
      connect(at: now, &effects)
    }
  }

  /// Ends an incomplete snapshot and marks its pages like any others.
  mutating func thaw(_ effects: inout [ReplicationEffect]) {
    guard let frozen else { return }
    kept.marks.formUnion(frozen.pages)
    marked.set(since: frozen.since ?? marked.since)
    self.frozen = nil
    effects.append(.snapshot(.discard))
  }

  /// Returns the instant of the volumes' state. Writes that wait for their extent are not in the volumes.
  func instantOfState(_ now: Instant) -> Instant { hosts.firstIssue ?? now }

  // MARK: Claims

  /// Returns the largest possible lag of the DR site.
  public func lag(at now: Instant) -> Lag {
    let pages = kept.marks.pageTotal + (frozen?.pages.pageTotal ?? 0)
    let bytes = stream.bytes + ByteCount(Int64(pages) * Int64(PageSet.pageSize))
    return Lag(oldest: oldestUnsafe, bytes: bytes)
  }

  /// The issue time of the oldest write that a failover might lose.
  var oldestUnsafe: Instant? {
    var oldest = frozen?.since
    if case .write(_, let issued)? = hosts.deferred.first { oldest = min(oldest ?? issued, issued) }
    if let since = marked.since { oldest = min(oldest ?? since, since) }
    if policy.hasPoints, policy.acknowledgement == .local {
      // Only points count, and everything after the last one is lost.
      if kept.lastWrite > kept.point.lastWrite {
        oldest = min(oldest ?? kept.point.instant, kept.point.instant)
      }
    } else if let first = stream.queue.first {
      oldest = min(oldest ?? first.instant, first.instant)
    }
    return oldest
  }

  /// Stores the instant from which writes may be missing at the peer. Call this before the state is recorded.
  mutating func noteSettled(at now: Instant) { kept.settled = oldestUnsafe ?? now }
}
