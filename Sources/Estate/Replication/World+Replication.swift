import Replication
import Storage
import Units

extension World {
  /// Lets volumes be replicated by a policy from now on, as one consistency group.
  ///
  /// A volume can have several copies, each in another group: the group that was made first stands directly above the
  /// volume's device, and each further one above it, so that what is written passes through all of them.
  @discardableResult
  public mutating func protect(with policy: ReplicationPolicy) -> PairID {
    let ids = policy.volumes ?? volumes.indices.map(VolumeID.init)
    let sizes = ids.map { volumes[$0].disk.size }
    let home = blueprint.devices[volumes[ids[0]].device].site
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
    let pair = PairID(pairs.count)
    pairs.append(
      ReplicationPair(
        policy: policy, group: ReplicaGroup(id: UInt32(pair.index + 1), volumes: sizes), volumes: ids,
        link: link, nodes: nodes, replicas: sizes.map { CachedVolume(size: $0) },
        record: ReplicationRecord(since: now)))
    for (place, id) in ids.enumerated() {
      volumes[id].copies.append(GroupMember(pair: pair, place: place))
    }
    if policy.mode.activeActive != nil {
      startBothSites(of: pair)
      return pair
    }
    pairs[pair].nodes[0].engine = pairs[pair].source(from: pairs[pair].nodes[0].stored, at: scale)
    pairs[pair].nodes[1].engine = pairs[pair].target(from: pairs[pair].nodes[1].stored, at: scale)
    tell(pair, ReplicationPair.remote, .begin)
    tell(pair, ReplicationPair.home, .begin)
    return pair
  }

  /// At the scale of the run: extents of whole pages, and as many as cover the share of the volumes that stays hot at full
  /// size.
  var activityLog: (extentSize: ByteCount, capacity: Int) {
    let usual = ActivityLog.usualExtentSize
    let extent = max(ByteCount(PagedImage.pageSize), scale.applied(to: usual))
    let hot = scale.applied(to: usual * Int64(ActivityLog.usualCapacity)).bytes / extent.bytes
    return (extent, max(16, Int(hot)))
  }

  // MARK: The host's side

  /// A host's write of whole pages, through the replication where there is one.
  mutating func hostWrite(_ bytes: Bytes, to id: VolumeID, at firstPage: Int) {
    pass(bytes, to: id, at: firstPage, below: nil)
  }

  /// A host's flush; `false` where no replication takes it.
  mutating func hostFlush(_ id: VolumeID, through number: Int?) -> Bool {
    passFlush(of: id, for: .application(through: number), below: nil)
  }

  /// The next group down that replicates what is written to a volume; from the top when `upper` is `nil`.
  private func source(below upper: PairID?, of id: VolumeID) -> GroupMember? {
    volumes[id].copies.last { copy in
      // Asked at every write: the engine is looked at where it stands, not in a copy of its pair.
      upper.map { copy.pair < $0 } ?? true
        && pairs[copy.pair].nodes[pairs[copy.pair].serving].engine?.takesWrites ?? false
    }
  }

  private mutating func pass(_ bytes: Bytes, to id: VolumeID, at firstPage: Int, below upper: PairID?) {
    guard let next = source(below: upper, of: id) else { return put(bytes, on: id, at: firstPage) }
    pairs[next.pair].writes += 1
    let write = HostWrite(
      number: pairs[next.pair].writes, volume: next.place,
      offset: ByteCount(firstPage * PagedImage.pageSize), bytes: bytes)
    tell(next.pair, pairs[next.pair].serving, .write(write))
  }

  private mutating func passFlush(of id: VolumeID, for owner: FlushOwner, below upper: PairID?) -> Bool {
    guard let next = source(below: upper, of: id) else { return false }
    flush(next, id, for: owner, at: pairs[next.pair].serving)
    return true
  }

  /// Asks a node of a pair for the acknowledgement of what was written there.
  mutating func flush(_ member: GroupMember, _ id: VolumeID, for owner: FlushOwner, at node: Int) {
    pairs[member.pair].flushesEver += 1
    let ticket = pairs[member.pair].flushesEver
    pairs[member.pair].flushes[ticket] = ReplicationPair.HostFlush(volume: id, owner: owner, node: node)
    tell(member.pair, node, .flush(FlushTicket(ticket), volume: member.place))
  }

  private mutating func acknowledge(_ ticket: FlushTicket, _ promise: Promise, _ pair: PairID) {
    guard let flush = pairs[pair].flushes.removeValue(forKey: ticket.number) else { return }
    pairs[pair].record.acknowledged += 1
    if promise == .degraded { pairs[pair].record.degraded += 1 }
    pairs[pair].course?.count(promise)
    switch flush.owner {
    case .source(let upper, let node, let generation, let ticket):
      answer(upper, node, generation, .finished(ticket))
    case .application(through: nil): break
    case .application(let through?) where volumes[flush.volume].sharing != nil:
      acknowledge(flush, through: through, promise, by: pair)
    case .application(let through?): acknowledge(flush.volume, through: through, by: pair)
    case .leftSite(let through):
      ledger.acknowledgeAtLeftSite(writesThrough: through, of: flush.volume, at: now)
    }
  }

  /// What a source above waited for; nobody asks for it any more when that has crashed.
  private mutating func answer(_ pair: PairID, _ node: Int, _ generation: Int, _ event: ReplicationEvent) {
    if pairs[pair].nodes[node].generation == generation { tell(pair, node, event) }
  }

  private mutating func acknowledge(_ id: VolumeID, through number: Int, by pair: PairID) {
    if let database = volumes[id].database { return answer(database, through: number, by: pair) }
    let first = ledger.acknowledgedWrites(of: id) + 1
    guard !volumes[id].hasStopped, first <= number else { return }
    let wait = now - schedules[id].issueInstant(ofWrite: number)
    pairs[pair].record.waited += wait
    pairs[pair].record.longestWait = max(pairs[pair].record.longestWait, wait)
    for write in first...number { ledger.acknowledge(write: write, of: id, at: now) }
  }

  /// A host that is refused its writes cannot go on.
  private mutating func reject(_ ticket: FlushTicket, _ rejection: Rejection, _ pair: PairID) {
    guard let flush = pairs[pair].flushes.removeValue(forKey: ticket.number) else { return }
    switch flush.owner {
    case .source(let upper, let node, let generation, let ticket):
      answer(upper, node, generation, .failed(ticket, .unavailable))
    case .leftSite: break
    case .application where rejection == .fenced: stopProduction()
    case .application:
      let services = blueprint.services.indices.map(ServiceID.init).filter { !serviceIsBroken[$0] }
      if !services.isEmpty { beginOutage(of: services) }
    }
  }

  // MARK: Effects

  /// Tells an engine what happened, and does what it asks for.
  mutating func tell(_ pair: PairID, _ node: Int, _ event: ReplicationEvent) {
    let now = now
    var effects: [ReplicationEffect] = []
    swap(&effects, &spareEffects)
    let isActive = pairs[pair].isActive
    let yields = isActive ? pairs[pair].nodes[node].engine?.yieldCount ?? 0 : 0
    pairs[pair].nodes[node].engine?.handle(event, at: now, into: &effects)
    if isActive { pairs[pair].countConflicts(since: yields, at: node) }
    if node == pairs[pair].serving || isActive { observe(pair) }
    for effect in effects { carryOut(effect, pair, node) }
    effects.removeAll(keepingCapacity: true)
    swap(&effects, &spareEffects)
  }

  private mutating func carryOut(_ effect: ReplicationEffect, _ pair: PairID, _ node: Int) {
    switch effect {
    case .write(let volume, let offset, let bytes): write(bytes, at: offset, volume, pair, node)
    case .flush(let ticket, let volume): flush(ticket, volume, pair, node)
    case .read(let ticket, let volume, let extent, let source):
      startOnDevice(volume, extent.length, .read(ticket, volume: volume, extent, source), pair, node)
    case .record(let ticket, let size):
      guard let state = pairs[pair].nodes[node].engine?.kept else { return }
      pairs[pair].nodes[node].recordsEver += 1
      let task = ReplicationTask.record(ticket, state, number: pairs[pair].nodes[node].recordsEver)
      startOnDevice(0, size, task, pair, node)
    case .snapshot(let action): act(action, pair, node)
    case .acknowledge(let ticket, let promise): acknowledge(ticket, promise, pair)
    case .reject(let ticket, let rejection): reject(ticket, rejection, pair)
    case .send(let message): send(message, pair, node)
    case .wake(let timer, let instant): wake(timer, at: instant, pair, node)
    // The witness stands at a third site that every side can reach.
    case .outdatePeer(let ticket): tell(pair, node, .finished(ticket))
    case .apply(let ticket, let record):
      startOnDevice(0, applied(record, by: pair), .apply(ticket), pair, node)
    case .changed(let state): changed(to: state, pair, node)
    case .promoted: takeOver(pair, node)
    case .refused(let refusal): refused(refusal, pair, node)
    case .drained:
      pairs[pair].drainsLeft -= 1
      guard pairs[pair].drainsLeft <= 0 else { return }
      for id in pairs[pair].volumes { volumes[id].hasStopped = true }
      occurrences.append(.drained(pair))
    case .restorePeer, .reached, .held: break
    }
  }

  private mutating func write(
    _ bytes: Bytes, at offset: ByteCount, _ volume: Int, _ pair: PairID, _ node: Int
  ) {
    pairs[pair].nodes[node].unflushed[volume] += ByteCount(bytes.count)
    if pairs[pair].isActive { noteParents(of: bytes, at: offset, volume, pair, node) }
    if node == pairs[pair].serving {
      let page = Int(offset.bytes) / PagedImage.pageSize
      pass(bytes, to: pairs[pair].volumes[volume], at: page, below: pair)
    } else {
      mustSucceed { () throws(StorageError) in
        try pairs[pair].replicas[volume].write(bytes, at: offset)
      }
    }
  }

  private mutating func flush(_ ticket: Ticket, _ volume: Int, _ pair: PairID, _ node: Int) {
    let amount = pairs[pair].nodes[node].unflushed[volume]
    pairs[pair].nodes[node].unflushed[volume] = .zero
    let owner = FlushOwner.source(
      pair, node: node, generation: pairs[pair].nodes[node].generation, ticket)
    if node == pairs[pair].serving, passFlush(of: pairs[pair].volumes[volume], for: owner, below: pair) {
      return
    }
    startOnDevice(volume, amount, .flush(ticket, volume: volume), pair, node)
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

  func image(of volume: Int, _ pair: PairID, _ node: Int) -> PagedImage {
    node == pairs[pair].serving
      ? volumes[pairs[pair].volumes[volume]].image : pairs[pair].replicas[volume].image
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
    pairs[pair].course?.count(state)
    if before == .replicating { stopWithoutStandby(pair) }
    if pairs[pair].isAwaitingSync, pairs[pair].record.isProtected {
      pairs[pair].isAwaitingSync = false
      occurrences.append(.protected(pair))
    }
  }

  private mutating func refused(_ refusal: Refusal, _ pair: PairID, _ node: Int) {
    trace.record(at: now, kind: 5, entity: UInt32(node), amount: 0)
    // What was still on its way from the old primary is refused too, and hinders nothing.
    if pairs[pair].isPromoting, refusal.isOfPromotion {
      pairs[pair].isPromoting = false
      occurrences.append(.promotionRefused(pair, "\(refusal)"))
    }
  }

  // MARK: Devices

  /// Something that an engine waits for.
  enum ReplicationTask: Sendable {
    case flush(Ticket, volume: Int)
    case read(Ticket, volume: Int, Extent, ReadSource)
    case record(Ticket, KeptState, number: Int)
    case apply(Ticket)
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
    case .flush(let ticket, _), .read(let ticket, _, _, _), .record(let ticket, _, _), .apply(let ticket):
      if failed { return tell(pair, node, .failed(ticket, .unavailable)) }
    case .message: break
    }
    switch task {
    case .flush(let ticket, let volume):
      settle(volume, pair, node)
      tell(pair, node, .finished(ticket))
    case .read(let ticket, let volume, let extent, let source):
      let image =
        source == .live ? image(of: volume, pair, node) : pairs[pair].nodes[node].snapshot?[volume]
      guard let image else { return tell(pair, node, .failed(ticket, .notFound)) }
      tell(pair, node, .read(ticket, image.read(extent)))
    case .record(let ticket, let state, let number):
      // An older state never lands on a newer one.
      if number > pairs[pair].nodes[node].recordsStored {
        pairs[pair].nodes[node].recordsStored = number
        pairs[pair].nodes[node].store(state)
      }
      tell(pair, node, .finished(ticket))
    case .apply(let ticket): tell(pair, node, .finished(ticket))
    case .message: break
    }
  }

  private mutating func settle(_ volume: Int, _ pair: PairID, _ node: Int) {
    guard node == pairs[pair].serving else { return pairs[pair].replicas[volume].flush() }
    let id = pairs[pair].volumes[volume]
    volumes[id].disk.flush()
  }

  // MARK: Messages and alarms

  /// A node sends one message after the other, as one connection does.
  private mutating func send(_ message: Message, _ pair: PairID, _ node: Int) {
    pairs[pair].record.sent += message.size
    if pairs[pair].nodes[node].isSending {
      pairs[pair].nodes[node].outbox.append(message)
    } else {
      pairs[pair].nodes[node].isSending = true
      startSending(message, pair, node)
    }
  }

  mutating func sendNext(_ pair: PairID, _ node: Int) {
    guard !pairs[pair].nodes[node].outbox.isEmpty else {
      pairs[pair].nodes[node].isSending = false
      return
    }
    startSending(pairs[pair].nodes[node].outbox.removeFirst(), pair, node)
  }

  private mutating func startSending(_ message: Message, _ pair: PairID, _ node: Int) {
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
