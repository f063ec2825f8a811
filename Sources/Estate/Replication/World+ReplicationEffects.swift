import Replication
import Storage
import Units

extension World {
  /// Passes an event to an engine and performs the engine's effects.
  mutating func tell(_ pair: PairID, _ node: Int, _ event: ReplicationEvent) {
    endLull(pair)
    let now = now
    var effects: [ReplicationEffect] = []
    swap(&effects, &spareEffects)
    let isActive = pairs[pair].isActive
    let yields = isActive ? pairs[pair].nodes[node].engine?.yieldCount ?? 0 : 0
    pairs[pair].nodes[node].engine?.handle(event, at: now, into: &effects)
    if isActive { pairs[pair].countConflicts(since: yields, at: node) }
    if node == pairs[pair].serving || isActive { observe(pair) }
    // A write that the copy lacks again is not passed on; one that it has again is there when all is done.
    pauseSources(fedBy: pair)
    for effect in effects { carryOut(effect, pair, node) }
    unpauseSources(fedBy: pair)
    effects.removeAll(keepingCapacity: true)
    swap(&effects, &spareEffects)
  }

  private mutating func carryOut(_ effect: ReplicationEffect, _ pair: PairID, _ node: Int) {
    switch effect {
    case .write(let volume, let offset, let bytes, let size):
      write(PageWrite(bytes: bytes, nominalSize: size), at: offset, volume, pair, node)
    case .flush(let ticket, let volume): flush(ticket, volume, pair, node)
    case .read(let ticket, let volume, let extent, let source):
      startOnDevice(
        volume, scale.unscaled(extent.length), .read(ticket, volume: volume, extent, source), pair, node)
    case .record(let ticket, let size):
      guard let state = pairs[pair].nodes[node].engine?.kept else { return }
      pairs[pair].nodes[node].recordsEver += 1
      let task = ReplicationTask.record(ticket, state, number: pairs[pair].nodes[node].recordsEver)
      // Engines of blocks count at full size, those of logs at the scale of the run.
      let isLog = pairs[pair].policy.mode.isApplication && ticket.isOfLog
      startOnDevice(0, isLog ? scale.unscaled(size) : size, task, pair, node)
    case .snapshot(let action): act(action, pair, node)
    case .acknowledge(let ticket, let promise): acknowledge(ticket, promise, pair)
    case .reject(let ticket, let rejection): reject(ticket, rejection, pair)
    case .send(let message): send(message, pair, node)
    case .wake(let timer, let instant): wake(timer, at: instant, pair, node)
    case .outdatePeer(let ticket): send(.outdated, ticket, pair, node)
    case .restorePeer(let ticket): send(.current, ticket, pair, node)
    case .apply(let ticket, let record):
      startOnDevice(0, scale.unscaled(applied(record, by: pair)), .apply(ticket), pair, node)
    case .changed(let state): changed(to: state, pair, node)
    case .promoted: takeOver(pair, node)
    case .refused(let refusal): refused(refusal, pair, node)
    case .drained:
      pairs[pair].drainsLeft -= 1
      guard pairs[pair].drainsLeft <= 0 else { return }
      for id in pairs[pair].volumes { volumes[id].hasStopped = true }
      occurrences.append(.drained(pair))
    case .reached(let point): keepCopy(pair, node, point)
    case .held: break
    }
  }

  private mutating func write(
    _ write: PageWrite, at offset: ByteCount, _ volume: Int, _ pair: PairID, _ node: Int
  ) {
    pairs[pair].nodes[node].unflushed[volume] += write.nominalSize
    if pairs[pair].isActive { noteParents(of: write.bytes, at: offset, volume, pair, node) }
    if case .served(let id) = place(of: volume, pair, node) {
      pass(write, to: id, at: Int(offset.bytes) / PagedImage.pageSize, below: pair)
    } else {
      passOn(write, at: offset, volume, pair, node)
    }
  }

  mutating func flush(_ ticket: Ticket, _ volume: Int, _ pair: PairID, _ node: Int) {
    let amount = pairs[pair].nodes[node].unflushed[volume]
    pairs[pair].nodes[node].unflushed[volume] = .zero
    let owner = FlushOwner.source(
      pair, node: node, generation: pairs[pair].nodes[node].generation, ticket)
    if passFlushOn(volume, pair, node, for: owner) { return }
    startOnDevice(volume, amount, .flush(ticket, volume: volume), pair, node)
  }

  private mutating func act(_ action: SnapshotAction, _ pair: PairID, _ node: Int) {
    switch action {
    case .take: pairs[pair].nodes[node].snapshot = images(of: pair, at: node)
    case .discard: pairs[pair].nodes[node].snapshot = nil
    case .revert:
      guard let images = pairs[pair].nodes[node].snapshot else { return }
      for (volume, image) in images.enumerated() {
        switch place(of: volume, pair, node) {
        case .served(let id): volumes[id].disk = CachedVolume(image: image)
        case .copied(let group): pairs[group].replicas[volume] = CachedVolume(image: image)
        }
      }
    }
  }

  /// Returns the present contents of a node's volumes.
  func images(of pair: PairID, at node: Int) -> [PagedImage] {
    pairs[pair].volumes.indices.map { image(of: $0, pair, node) }
  }

  func image(of volume: Int, _ pair: PairID, _ node: Int) -> PagedImage {
    switch place(of: volume, pair, node) {
    case .served(let id): volumes[id].image
    case .copied(let group): pairs[group].replicas[volume].image
    }
  }

  private mutating func changed(to state: PairState, _ pair: PairID, _ node: Int) {
    trace.record(at: now, kind: 4, entity: UInt32(node), amount: pairs[pair].record.sent.bytes)
    guard pairs[pair].nodes[node].engine?.isSource == true else { return }
    let isActive = pairs[pair].isActive
    guard isActive || node == pairs[pair].serving else {
      if state == .fenced { becomeCopy(pair, node) }
      return
    }
    let state = isActive ? pairs[pair].activeState : state
    let before = pairs[pair].record.state
    pairs[pair].record.change(to: state, at: now)
    pairs[pair].course?.value.count(state)
    if before == .replicating { stopWithoutStandby(pair) }
    if pairs[pair].isAwaitingSync, pairs[pair].record.isProtected {
      pairs[pair].isAwaitingSync = false
      occurrences.append(.protected(pair))
    }
  }

  private mutating func refused(_ refusal: Refusal, _ pair: PairID, _ node: Int) {
    trace.record(at: now, kind: 5, entity: UInt32(node), amount: 0)
    // Writes still on their way from the old primary are refused too, and hinder nothing.
    if pairs[pair].isPromoting, refusal.isOfPromotion {
      pairs[pair].isPromoting = false
      occurrences.append(.promotionRefused(pair, "\(refusal)"))
    }
  }
}

extension Ticket {
  /// Whether the request makes part of a log durable.
  fileprivate var isOfLog: Bool { purpose == .logFlush }
}
