import Replication
import Storage
import Units

extension Duo {
  /// Waits until the copy is in sync, or for intervals until a snapshot has arrived.
  mutating func settle(within time: Duration) -> Bool {
    let points = observed.points
    return run(atMost: time) { duo in
      guard let source = duo.sides[duo.primary].source else { return false }
      if duo.mode == .interval { return source.state == .idle && duo.observed.points > points }
      return source.isInSync && (duo.mode != .witnessed || duo.witness.outdated.isEmpty)
    }
  }

  /// The claim of the source at this moment: every acknowledged write issued before is safe. `nil` without a source.
  func claim() -> Instant? {
    guard let source = sides[primary].source else { return nil }
    if mutant == .claimsToBeSafeAlways { return now }
    return source.lag(at: now).oldest ?? now
  }

  // MARK: Unplanned

  /// Makes a side the primary and judges what it holds; `false` when the rehearsal cannot go on.
  mutating func failOver(to side: Int, claim: Instant?) -> Bool {
    hostIsRunning = false
    let isForced = mode != .witnessed
    let term = mutant == .usesATermTwice ? witness.term : witness.term + 1
    do throws(Witness.Refusal) {
      try witness.grant(
        UInt8(side), in: witness.term + 1, isForced: isForced || mutant == .promotesAnOutdatedCopy)
    } catch {
      if error == .outdated { return failedOver(to: side, isRefused: true) }
      failures.append("the witness refuses: \(error)")
      return false
    }
    promotedPoint = nil
    tell(side, .command(.promote(Promotion(term: term, point: mode.point))))
    guard run(atMost: .seconds(20), until: { $0.promotedPoint != nil }) else {
      // A copy that never was complete cannot be promoted, and must not be.
      return failedOver(to: side, isRefused: true)
    }
    judge(side, claim: claim)
    takeOver(side)
    return true
  }

  /// The DR site has nothing to offer, rightly: the production site comes back with what it has.
  private mutating func failedOver(to side: Int, isRefused: Bool) -> Bool {
    observed.refusedPromotions += 1
    if claimIsWhole(side) { failures.append("a copy in sync was not promoted") }
    if !isStruck.isEmpty { history.rebase(on: sides[0].images) }
    isStruck = []
    calmDown()
    hostIsRunning = true
    restart(0)
    if !settle(within: .seconds(90)) {
      failures.append("the pair does not come in sync after a refused failover")
    }
    _ = moveHost(to: 1)
    return false
  }

  private func claimIsWhole(_ side: Int) -> Bool {
    mode != .witnessed && sides[side].stored.disk == .consistent
      && sides[side].stored.generations.current != .blank
      && !mode.isJournaled
  }

  private mutating func takeOver(_ side: Int) {
    observed.failovers += 1
    history.rebase(on: sides[side].images)
    flushTickets.removeAll()
    courseBegan = history.writes.count
    primary = side
    sides[side].wasCut = false
    start(side, as: .source, keepsNewerTerm: true)
    hostIsRunning = true
    writesLeft += 40
    startHost()
  }

  /// Compares what a promoted side holds with what was acknowledged, promise by promise.
  private mutating func judge(_ side: Int, claim: Instant?) {
    guard let last = history.lastStep(of: sides[side].images, isTorn: sides[side].wasCut) else {
      return failures.append("the recovered image is no state that ever was; \(history.nearest)")
    }
    let lost = history.lost(after: last, since: courseBegan)
    if !lost.isEmpty { observed.losses += 1 }
    for (number, write) in lost {
      switch write.promise {
      case .peerDurable, .peerApplied:
        return failures.append("write \(number) was promised to be durable at the peer, and is lost")
      case .peerReceived where !sides[side].lostMemory:
        return failures.append("write \(number) was promised to be at the peer, and is lost")
      case .degraded where mode == .witnessed:
        return failures.append(
          "write \(number) was lost although the witness knew that the copy was out of date")
      default: break
      }
      if let claim, write.issued < claim {
        return failures.append("write \(number) was claimed to be safe, and is lost")
      }
    }
  }

  /// The old primary does not know yet: somebody still writes to it.
  mutating func oldSideWrites(count: Int) {
    for turn in 0..<count {
      let number = UInt64(1_000_000 + turn)
      let page = mode.page(&random)
      tell(
        0,
        .write(
          HostWrite(
            number: sides[0].engine?.durableState.lastWrite ?? 0 + 1, volume: 0,
            offset: ByteCount(page * PagedImage.pageSize), bytes: History.bytes(of: number))))
      ticketsUsed += 1
      flushTickets.append((FlushTicket(ticketsUsed), 0, 0, 0))
      tell(0, .flush(FlushTicket(ticketsUsed), volume: 0))
    }
  }

  // MARK: Planned

  /// Quiesce, drain, compare, switch: nothing may be lost.
  mutating func moveHost(to side: Int) -> Bool {
    hostIsRunning = false
    let old = primary
    guard sides[old].isUp, sides[side].isUp else { return false }
    isDrained = false
    tell(old, .command(.drain))
    guard run(atMost: .seconds(60), until: { $0.isDrained }) else { return false }
    promotedPoint = nil
    let term = witness.term + 1
    do throws(Witness.Refusal) { try witness.grant(UInt8(side), in: term) } catch {
      failures.append("the witness refuses a planned move: \(error)")
      return true
    }
    tell(side, .command(.promote(Promotion(term: term))))
    guard run(atMost: .seconds(20), until: { $0.promotedPoint != nil }) else { return false }
    compare(old, side)
    crash(old, powerCut: false)
    history.rebase(on: sides[side].images)
    courseBegan = history.writes.count
    primary = side
    sides[side].wasCut = false
    start(side, as: .source, keepsNewerTerm: true)
    start(old, as: .target)
    hostIsRunning = true
    return true
  }

  private mutating func compare(_ old: Int, _ new: Int) {
    for volume in sides[old].volumes.indices {
      let a = sides[old].volumes[volume].image
      let b = sides[new].volumes[volume].image
      let differing = a.pagesChanged(since: b).filter { $0 < a.pageCount && a.differs(from: b, page: $0) }
      if let page = differing.first {
        failures.append("volume \(volume) differs in \(differing.count) pages after a drain, first \(page)")
      }
    }
    if history.lastStep(of: sides[new].images, isTorn: false) != history.step {
      failures.append("a planned move lost the last writes")
    }
  }

  // MARK: After every step

  /// The invariants after every message to an engine.
  mutating func check(_ side: Int) {
    guard mutant != nil || random.below(64) == 0, failures.isEmpty else { return }
    guard side == primary, let source = sides[primary].source, !mode.isJournaled, sides[1 - primary].isUp,
      case .suspended = source.state
    else { return }
    var marks = source.durableState.marks
    // The other side tells of its own marks when they meet.
    for (volume, set) in (sides[1 - primary].engine?.durableState.marks ?? []).enumerated() {
      marks[volume].formUnion(set)
    }
    for volume in marks.indices {
      let a = sides[primary].volumes[volume].image
      let b = sides[1 - primary].volumes[volume].image
      for page in a.pagesChanged(since: b)
      where !marks[volume].contains(page) && a.differs(from: b, page: page) {
        failures.append("page \(page) of volume \(volume) differs and is not marked")
        return
      }
    }
  }
}

extension PagedImage {
  func differs(from other: PagedImage, page: Int) -> Bool {
    let a = self[page: page].isEmpty ? Self.zeroPage : self[page: page]
    let b = other[page: page].isEmpty ? Self.zeroPage : other[page: page]
    return a != b
  }
}
