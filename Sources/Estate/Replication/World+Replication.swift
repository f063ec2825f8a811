import Replication
import Storage
import Units

extension World {
  /// Lets all volumes be replicated by a policy from now on, as one consistency group.
  @discardableResult
  public mutating func protect(with policy: ReplicationPolicy) -> PairID {
    precondition(pairs.isEmpty, "the volumes of an estate are one consistency group")
    let ids = volumes.indices.map(VolumeID.init)
    let sizes = ids.map { volumes[$0].disk.size }
    let home = blueprint.devices[volumes[0].device].site
    guard let link = blueprint.link(between: home, and: policy.site) else {
      preconditionFailure("no link joins the production site with the DR site")
    }
    let (extent, hot) = activityLog
    let nodes = [
      ReplicationNode(
        site: home, devices: ids.map { volumes[$0].device },
        stored: .firstSource(node: 0, volumes: sizes, hotExtents: hot, extentSize: extent)),
      ReplicationNode(
        site: policy.site, devices: ids.map { _ in policy.device },
        stored: DurableState(node: 1, volumes: sizes, hotExtents: hot, extentSize: extent)),
    ]
    pairs.append(
      ReplicationPair(
        policy: policy, group: ReplicaGroup(id: 1, volumes: sizes), volumes: ids, link: link, nodes: nodes,
        replicas: sizes.map { CachedVolume(size: $0) }, record: ReplicationRecord(since: now)))
    for (place, id) in ids.enumerated() { volumes[id].replicated = place }
    let pair = PairID(0)
    pairs[pair].nodes[0].engine = pairs[pair].source(from: pairs[pair].nodes[0].stored, at: scale)
    pairs[pair].nodes[1].engine = pairs[pair].target(from: pairs[pair].nodes[1].stored, at: scale)
    tell(pair, ReplicationPair.remote, .begin)
    tell(pair, ReplicationPair.home, .begin)
    return pair
  }

  /// At the scale of the run: extents of whole pages, and as many as cover the share of the volumes that stays hot at full
  /// size.
  private var activityLog: (extentSize: ByteCount, capacity: Int) {
    let usual = ActivityLog.usualExtentSize
    let extent = max(ByteCount(PagedImage.pageSize), scale.applied(to: usual))
    let hot = scale.applied(to: usual * Int64(ActivityLog.usualCapacity)).bytes / extent.bytes
    return (extent, max(16, Int(hot)))
  }

  // MARK: The host's side

  /// A host's write of whole pages, through the replication where there is one.
  mutating func hostWrite(_ bytes: Bytes, to id: VolumeID, at firstPage: Int) {
    guard let place = volumes[id].replicated, pairs[0].hasSource else {
      return put(bytes, on: id, at: firstPage)
    }
    pairs[0].writes += 1
    let write = HostWrite(
      number: pairs[0].writes, volume: place, offset: ByteCount(firstPage * PagedImage.pageSize), bytes: bytes
    )
    tell(PairID(0), pairs[0].serving, .write(write))
  }

  /// A host's flush; `false` where no replication takes it.
  mutating func hostFlush(_ id: VolumeID, through number: Int?) -> Bool {
    guard let place = volumes[id].replicated, pairs[0].hasSource else { return false }
    pairs[0].flushesEver += 1
    let ticket = pairs[0].flushesEver
    pairs[0].flushes[ticket] = ReplicationPair.HostFlush(volume: id, through: number)
    tell(PairID(0), pairs[0].serving, .flush(FlushTicket(ticket), volume: place))
    return true
  }

  private mutating func acknowledge(_ ticket: FlushTicket, _ promise: Promise, _ pair: PairID) {
    guard let flush = pairs[pair].flushes.removeValue(forKey: ticket.number) else { return }
    pairs[pair].record.acknowledged += 1
    if promise == .degraded { pairs[pair].record.degraded += 1 }
    guard let through = flush.through, !volumes[flush.volume].hasStopped else { return }
    let first = ledger.acknowledgedWrites(of: flush.volume) + 1
    guard first <= through else { return }
    let wait = now - schedules[flush.volume].issueInstant(ofWrite: through)
    pairs[pair].record.waited += wait
    pairs[pair].record.longestWait = max(pairs[pair].record.longestWait, wait)
    for write in first...through { ledger.acknowledge(write: write, of: flush.volume, at: now) }
  }

  /// A host that is refused its writes cannot go on.
  private mutating func reject(_ ticket: FlushTicket, _ pair: PairID) {
    guard pairs[pair].flushes.removeValue(forKey: ticket.number) != nil else { return }
    let services = blueprint.services.indices.map(ServiceID.init).filter { !serviceIsBroken[$0] }
    if !services.isEmpty { beginOutage(of: services) }
  }

  // MARK: Effects

  /// Tells an engine what happened, and does what it asks for.
  mutating func tell(_ pair: PairID, _ node: Int, _ event: ReplicationEvent) {
    let now = now
    var effects: [ReplicationEffect] = []
    pairs[pair].nodes[node].engine?.handle(event, at: now, into: &effects)
    for effect in effects { carryOut(effect, pair, node) }
  }

  private mutating func carryOut(_ effect: ReplicationEffect, _ pair: PairID, _ node: Int) {
    switch effect {
    case .write(let volume, let offset, let bytes): write(bytes, at: offset, volume, pair, node)
    case .flush(let ticket, let volume):
      let amount = pairs[pair].nodes[node].unflushed[volume]
      pairs[pair].nodes[node].unflushed[volume] = .zero
      startOnDevice(volume, amount, .flush(ticket, volume: volume), pair, node)
    case .read(let ticket, let volume, let extent, let source):
      startOnDevice(volume, extent.length, .read(ticket, volume: volume, extent, source), pair, node)
    case .record(let ticket, let size):
      guard let state = pairs[pair].nodes[node].engine?.durableState else { return }
      pairs[pair].nodes[node].recordsEver += 1
      let task = ReplicationTask.record(ticket, state, number: pairs[pair].nodes[node].recordsEver)
      startOnDevice(0, size, task, pair, node)
    case .snapshot(let action): act(action, pair, node)
    case .acknowledge(let ticket, let promise): acknowledge(ticket, promise, pair)
    case .reject(let ticket, _): reject(ticket, pair)
    case .send(let message): send(message, pair, node)
    case .wake(let timer, let instant): wake(timer, at: instant, pair, node)
    // The witness stands at a third site that every side can reach.
    case .outdatePeer(let ticket), .apply(let ticket, _): tell(pair, node, .finished(ticket))
    case .changed(let state): changed(to: state, pair, node)
    case .promoted: takeOver(pair, node)
    case .refused(let refusal): refused(refusal, pair, node)
    case .drained: occurrences.append(.drained(pair))
    case .restorePeer, .reached, .held: break
    }
  }

  private mutating func write(
    _ bytes: Bytes, at offset: ByteCount, _ volume: Int, _ pair: PairID, _ node: Int
  ) {
    pairs[pair].nodes[node].unflushed[volume] += ByteCount(bytes.count)
    if node == pairs[pair].serving {
      put(bytes, on: pairs[pair].volumes[volume], at: Int(offset.bytes) / PagedImage.pageSize)
    } else {
      mustSucceed { () throws(StorageError) in
        try pairs[pair].replicas[volume].write(bytes, at: offset)
      }
    }
  }

  private mutating func act(_ action: SnapshotAction, _ pair: PairID, _ node: Int) {
    switch action {
    case .take: pairs[pair].nodes[node].snapshot = images(of: pair, at: node)
    case .discard: pairs[pair].nodes[node].snapshot = nil
    case .revert:
      guard let images = pairs[pair].nodes[node].snapshot else { return }
      for (place, image) in images.enumerated() {
        if node == pairs[pair].serving {
          volumes[pairs[pair].volumes[place]].disk = CachedVolume(image: image)
        } else {
          pairs[pair].replicas[place] = CachedVolume(image: image)
        }
      }
    }
  }

  /// What a node's volumes hold now.
  func images(of pair: PairID, at node: Int) -> [PagedImage] {
    node == pairs[pair].serving
      ? pairs[pair].volumes.map { volumes[$0].image } : pairs[pair].replicas.map(\.image)
  }

  private mutating func changed(to state: PairState, _ pair: PairID, _ node: Int) {
    trace.record(at: now, kind: 4, entity: UInt32(node), amount: pairs[pair].record.sent.bytes)
    if pairs[pair].nodes[node].engine?.isSource == true { pairs[pair].record.change(to: state, at: now) }
  }

  private mutating func refused(_ refusal: Refusal, _ pair: PairID, _ node: Int) {
    trace.record(at: now, kind: 5, entity: UInt32(node), amount: 0)
    if pairs[pair].isPromoting {
      pairs[pair].isPromoting = false
      occurrences.append(.promotionRefused(pair, "\(refusal)"))
    }
  }

  // MARK: Devices

  /// Something that an engine waits for.
  enum ReplicationTask: Sendable {
    case flush(Ticket, volume: Int)
    case read(Ticket, volume: Int, Extent, ReadSource)
    case record(Ticket, DurableState, number: Int)
    case message(Message)
  }

  private mutating func startOnDevice(
    _ volume: Int, _ amount: ByteCount, _ task: ReplicationTask, _ pair: PairID, _ node: Int
  ) {
    let device = pairs[pair].nodes[node].devices[volume]
    start(
      .replication(pair, node, generation: pairs[pair].nodes[node].generation, task),
      through: [Operation.Leg(resource: resource(device), amount: amount)],
      latency: blueprint.devices[device].latency)
  }

  /// A device, or the link, is done.
  mutating func finish(
    _ task: ReplicationTask, _ pair: PairID, _ node: Int, generation: Int, failed: Bool
  ) {
    if case .message(let message) = task { return deliver(message, pair, to: 1 - node, failed: failed) }
    // What a crash has dropped asks nobody any more.
    guard pairs[pair].nodes[node].generation == generation else { return }
    switch task {
    case .flush(let ticket, _), .read(let ticket, _, _, _), .record(let ticket, _, _):
      if failed { return tell(pair, node, .failed(ticket, .unavailable)) }
    case .message: break
    }
    switch task {
    case .flush(let ticket, let volume):
      settle(volume, pair, node)
      tell(pair, node, .finished(ticket))
    case .read(let ticket, let volume, let extent, let source):
      let image =
        source == .live ? images(of: pair, at: node)[volume] : pairs[pair].nodes[node].snapshot?[volume]
      guard let image else { return tell(pair, node, .failed(ticket, .notFound)) }
      tell(pair, node, .read(ticket, image.read(extent)))
    case .record(let ticket, let state, let number):
      // An older state never lands on a newer one.
      if number > pairs[pair].nodes[node].recordsStored {
        pairs[pair].nodes[node].recordsStored = number
        pairs[pair].nodes[node].stored = state
      }
      tell(pair, node, .finished(ticket))
    case .message: break
    }
  }

  private mutating func settle(_ volume: Int, _ pair: PairID, _ node: Int) {
    guard node == pairs[pair].serving else { return pairs[pair].replicas[volume].flush() }
    let id = pairs[pair].volumes[volume]
    volumes[id].disk.flush()
    volumes[id].journal.removeAll(keepingCapacity: true)
  }

  // MARK: Messages and alarms

  /// A node sends one message after the other, as one connection does.
  private mutating func send(_ message: Message, _ pair: PairID, _ node: Int) {
    pairs[pair].record.sent += message.size
    pairs[pair].nodes[node].outbox.append(message)
    if !pairs[pair].nodes[node].isSending { sendNext(pair, node) }
  }

  mutating func sendNext(_ pair: PairID, _ node: Int) {
    guard !pairs[pair].nodes[node].outbox.isEmpty else {
      pairs[pair].nodes[node].isSending = false
      return
    }
    pairs[pair].nodes[node].isSending = true
    let message = pairs[pair].nodes[node].outbox.removeFirst()
    let link = pairs[pair].link
    start(
      .replication(pair, node, generation: 0, .message(message)),
      through: [Operation.Leg(resource: resource(link), amount: message.size)],
      latency: blueprint.links[link].latency)
  }

  private mutating func deliver(_ message: Message, _ pair: PairID, to node: Int, failed: Bool) {
    if !failed { tell(pair, node, .message(message)) }
  }

  private mutating func wake(_ timer: ReplicationTimer, at instant: Instant, _ pair: PairID, _ node: Int) {
    let place = Int(timer.rawValue)
    if let old = pairs[pair].nodes[node].alarms[place] { events.cancel(old) }
    pairs[pair].nodes[node].alarms[place] = events.schedule(
      .alarm(pair, node, timer), at: max(now, instant))
  }

  mutating func alarm(_ timer: ReplicationTimer, _ pair: PairID, _ node: Int) {
    pairs[pair].nodes[node].alarms[Int(timer.rawValue)] = nil
    tell(pair, node, .timer(timer))
  }
}
