import Storage
import Units

extension ActivePeer {
  mutating func take(
    _ operation: HostOperation, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    if isDraining { return refuse(operation, &effects) }
    held.append(operation)
    if held.count == 1, isStarted { carryOutHeld(at: now, &effects) }
  }

  /// Refuses an operation because the host is moving to the other site.
  private func refuse(_ operation: HostOperation, _ effects: inout [ReplicationEffect]) {
    switch operation {
    case .write: effects.append(.refused(.notNow))
    case .flush(let ticket, _): effects.append(.reject(ticket, .draining))
    }
  }

  mutating func carryOutHeld(at now: Instant, _ effects: inout [ReplicationEffect]) {
    var done = 0
    carrying: for operation in held {
      switch operation {
      case .write(let write, let issued):
        guard kept.activity.isHot(BlockSource.extent(of: write), of: write.volume) else { break carrying }
        carryOut(write, issued: issued, &effects)
      case .flush(let ticket, let volume):
        flushesTaken += 1
        flushes.append(
          Waiting(
            ticket: ticket, number: flushesTaken, volume: volume, operation: operations, isLocal: false))
        effects.append(.flush(Ticket(.hostFlush, flushesTaken), volume: volume))
      }
      done += 1
    }
    held.removeFirst(done)
    guard !held.isEmpty else { return }
    for case .write(let write, _) in held {
      // Unsettled pages are marked, and the marks are stored with the list of hot pages.
      kept.activity.heat(
        BlockSource.extent(of: write), of: write.volume, settledThrough: operations,
        flushedThrough: flushedThrough)
    }
    effects.append(.record(Ticket(.activity), ByteCount(4_096)))
  }

  private mutating func carryOut(
    _ write: HostWrite, issued: Instant, _ effects: inout [ReplicationEffect]
  ) {
    let extent = BlockSource.extent(of: write)
    operations += 1
    kept.clock += 1
    let stamp = PageVersion.stamp(clock: kept.clock, node: kept.node)
    let pages = PageSet.pages(of: extent)
    unsettled.append(Unsettled(volume: write.volume, pages: pages, stamp: stamp, issued: issued))
    nominal.note(write.nominalSize, to: pages, of: write.volume, in: pending[write.volume])
    for page in pages {
      let theirs = kept.theirs[write.volume, page]
      if theirs > kept.own[write.volume, page] { kept.base[write.volume, page] = theirs }
      kept.own[write.volume, page] = stamp
      mark(page, of: write.volume)
    }
    kept.activity.touch(extent, of: write.volume, by: operations, at: operations)
    effects.append(
      .write(
        volume: write.volume, offset: write.offset, bytes: write.bytes, nominalSize: write.nominalSize))
  }

  /// Marks a page for sending to the other site.
  mutating func mark(_ page: Int, of volume: Int) {
    if isResynchronizing, !kept.unsent[volume].contains(page) { resyncs.pagesMarked += 1 }
    kept.unsent[volume].insert(page)
    pending[volume].insert(page)
  }

  /// The issue time of the oldest write that the loss of this site might destroy; `nil` when there is none.
  public var oldestUnsettled: Instant? {
    var oldest = unsettled.first?.issued
    if oldest == nil, case .write(_, let issued) = held.first { oldest = issued }
    // Writes before a crash are known by their pages alone.
    guard kept.isPeerWhole, !kept.owesNothing else { return oldest }
    return min(oldest ?? kept.settled, kept.settled)
  }

  /// The host writes that this site has not yet passed to its devices, oldest first.
  public var heldWrites: [HostWrite] {
    held.compactMap { if case .write(let write, _) = $0 { write } else { nil } }
  }

  /// Removes the settled writes from the front of the queue, in their order.
  private mutating func settle(at now: Instant) {
    while let write = unsettled.first, write.pages.allSatisfy({ isSettled($0, of: write) }) {
      unsettled.removeAll(before: unsettled.start + 1)
    }
    settledOperation = unsettled.start - 1
    if kept.owesNothing { kept.settled = oldestUnsettled ?? now }
  }

  /// Whether the other site holds this version of a page, or a newer one.
  private func isSettled(_ page: Int, of write: Unsettled) -> Bool {
    !kept.unsent[write.volume].contains(page) || answered[write.volume, page] >= write.stamp
  }

  /// Acknowledges flushes in their order, as far as the policy allows.
  mutating func complete(at now: Instant, _ effects: inout [ReplicationEffect]) {
    settle(at: now)
    considerPeer(at: now)
    var done = 0
    while done < flushes.count, flushes[done].isLocal {
      let flush = flushes[done]
      if !policy.waitsForPeer {
        effects.append(.acknowledge(flush.ticket, .localDurable))
      } else if kept.isPeerWhole, flush.operation <= settledOperation {
        effects.append(.acknowledge(flush.ticket, .peerDurable))
      } else if servesAlone {
        effects.append(.acknowledge(flush.ticket, .degraded))
      } else {
        break
      }
      done += 1
    }
    if done > 0 { flushes.removeFirst(done) }
    guard isDraining, !hasDrained, isSettled, flushes.isEmpty, taking.isEmpty else { return }
    hasDrained = true
    effects.append(.drained)
  }
}
