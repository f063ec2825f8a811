import Replication
import Storage
import Units

extension World {
  /// Passes an event to an engine and performs the engine's effects.
  mutating func tell(_ pair: PairID, _ node: Int, _ event: ReplicationEvent) {
    endLull(pair)
    let now = now
    var effects = fabric.takeBuffer()
    fabric[pair].handle(event, by: node, at: now, into: &effects)
    if node == fabric[pair].serving || fabric[pair].isActive { observe(pair) }
    // A write that the copy lacks again is not passed on; one that it has again is there when all is done.
    pauseSources(fedBy: pair)
    for effect in effects { carryOut(effect, pair, node) }
    unpauseSources(fedBy: pair)
    fabric.giveBack(&effects)
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
      // An effect before this one may have ended the engine.
      guard let (state, number) = fabric[pair].nextRecord(of: node) else { return }
      let task = ReplicationTask.record(ticket, state, number: number)
      // Engines of blocks count at full size, those of logs at the scale of the run.
      let isLog = fabric[pair].policy.mode.isApplication && ticket.isOfLog
      startOnDevice(0, isLog ? scale.unscaled(size) : size, task, pair, node)
    case .snapshot(let action): act(action, pair, node)
    case .acknowledge(let ticket, let promise): acknowledge(ticket, promise, pair)
    case .reject(let ticket, let rejection): reject(ticket, rejection, pair)
    case .send(let message): send(message, pair, node)
    // An effect before this one may have ended the engine.
    case .wake where fabric[pair][node].engine == nil: break
    case .wake(let timer, let instant): fabric[pair].setAlarm(timer, of: node, at: instant, in: &events)
    case .outdatePeer(let ticket): send(.outdated, ticket, pair, node)
    case .restorePeer(let ticket): send(.current, ticket, pair, node)
    case .apply(let ticket, let record):
      startOnDevice(0, scale.unscaled(applied(record, by: pair)), .apply(ticket), pair, node)
    case .changed(let state): changed(to: state, pair, node)
    case .promoted: takeOver(pair, node)
    case .refused(let refusal): refused(refusal, pair, node)
    case .drained:
      guard fabric[pair].endDraining() else { return }
      for id in fabric[pair].volumes { volumes[id].stop() }
      occurrences.append(.drained(pair))
    case .reached(let point): keepCopy(pair, node, point)
    case .held: break
    }
  }

  private mutating func write(
    _ write: PageWrite, at offset: ByteCount, _ volume: Int, _ pair: PairID, _ node: Int
  ) {
    fabric[pair][node].noteWritten(write.nominalSize, to: volume)
    if fabric[pair].isActive { noteParents(of: write.bytes, at: offset, volume, pair, node) }
    if case .served(let id) = fabric.place(of: volume, pair, node) {
      pass(write, to: id, at: Int(offset.bytes) / PagedImage.pageSize, below: pair)
    } else {
      passOn(write, at: offset, volume, pair, node)
    }
  }

  mutating func flush(_ ticket: Ticket, _ volume: Int, _ pair: PairID, _ node: Int) {
    let amount = fabric[pair][node].takeUnflushed(volume)
    let owner = FlushOwner.source(
      pair, node: node, generation: fabric[pair][node].generation, ticket)
    if passFlushOn(volume, pair, node, for: owner) { return }
    startOnDevice(volume, amount, .flush(ticket, volume: volume), pair, node)
  }

  private mutating func act(_ action: SnapshotAction, _ pair: PairID, _ node: Int) {
    switch action {
    case .take: fabric[pair][node].keep(images(of: pair, at: node))
    case .discard: fabric[pair][node].keep(nil)
    case .revert:
      guard let images = fabric[pair][node].snapshot else {
        preconditionFailure("an engine reverts to a snapshot that it took")
      }
      for (volume, image) in images.enumerated() {
        switch fabric.place(of: volume, pair, node) {
        case .served(let id): volumes[id].disk = CachedVolume(image: image)
        case .copied(let group): fabric[group].setCopy(of: volume, to: image)
        }
      }
    }
  }

  /// Returns the present contents of a node's volumes.
  func images(of pair: PairID, at node: Int) -> [PagedImage] {
    fabric[pair].volumes.indices.map { image(of: $0, pair, node) }
  }

  func image(of volume: Int, _ pair: PairID, _ node: Int) -> PagedImage {
    switch fabric.place(of: volume, pair, node) {
    case .served(let id): volumes[id].image
    case .copied(let group): fabric[group].replicas[volume].image
    }
  }

  private mutating func changed(to state: PairState, _ pair: PairID, _ node: Int) {
    trace.record(at: now, kind: 4, entity: UInt32(node), amount: fabric[pair].meter.record.sent.bytes)
    guard fabric[pair][node].engine?.isSource == true else { return }
    let isActive = fabric[pair].isActive
    guard isActive || node == fabric[pair].serving else {
      if state == .fenced { becomeCopy(pair, node) }
      return
    }
    let wasReplicating = fabric[pair].meter.record.state == .replicating
    fabric[pair].meter.change(to: isActive ? fabric[pair].activeState : state, at: now)
    if wasReplicating { stopWithoutStandby(pair) }
    if fabric[pair].endReprotection() { occurrences.append(.protected(pair)) }
  }

  private mutating func refused(_ refusal: Refusal, _ pair: PairID, _ node: Int) {
    trace.record(at: now, kind: 5, entity: UInt32(node), amount: 0)
    // Writes still on their way from the old primary are refused too, and hinder nothing.
    if refusal.isOfPromotion, fabric[pair].endPromotion() {
      occurrences.append(.promotionRefused(pair, "\(refusal)"))
    }
  }
}

extension Ticket {
  /// Whether the request makes part of a log durable.
  fileprivate var isOfLog: Bool { purpose == .logFlush }
}
