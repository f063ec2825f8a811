import Replication
import Storage
import Units

extension World {
  /// Starts to replicate volumes by a policy, as one consistency group.
  ///
  /// A volume can have several copies, each in another group. The first group is directly above the volume's
  /// device, and each later one is above the previous. Writes pass through all of them.
  @discardableResult
  public mutating func protect(with policy: ReplicationPolicy) -> PairID {
    let feeder = policy.feeder.map(fabric.group)
    let ids = feeder.map { fabric[$0].volumes } ?? policy.volumes ?? volumes.indices.map(VolumeID.init)
    let sizes = ids.map { volumes[$0].disk.size }
    let origins = feeder.map { fabric[$0][fabric[$0].standing].devices } ?? ids.map { volumes[$0].device }
    let home = blueprint.devices[origins[0]].site
    guard let link = blueprint.link(between: home, and: policy.site) else {
      preconditionFailure("no link joins the site that feeds the copy with the DR site")
    }
    let (extent, hot) = (activityLog.extentSize, activityLog.capacity)
    let nodes = [
      ReplicationNode(
        site: home, devices: origins,
        stored: .firstSource(node: 0, volumes: sizes, hotExtents: hot, extentSize: extent)),
      ReplicationNode(
        site: policy.site, devices: ids.map { _ in policy.device },
        stored: DurableState(node: 1, volumes: sizes, hotExtents: hot, extentSize: extent)),
    ]
    let now = now
    let pair = fabric.add { pair in
      ReplicationPair(pair, policy, volumes: ids, sizes: sizes, link: link, nodes: nodes, at: now)
    }
    for (place, id) in ids.enumerated() {
      volumes[id].add(GroupMember(pair: pair, place: place))
    }
    if policy.mode.activeActive != nil {
      startBothSites(of: pair)
      return pair
    }
    if let feeder { fabric.join(pair, to: feeder) }
    beginTarget(pair, ReplicationPair.remote)
    beginSource(pair)
    return pair
  }

  /// The activity log at the scale of the run. Extents are whole pages, and their number covers the share of
  /// the volumes that is hot at full size.
  var activityLog: ActivityLogSize {
    let usual = ActivityLog.usualExtentSize
    let extent = max(ByteCount(PagedImage.pageSize), scale.applied(to: usual))
    let hot = scale.applied(to: usual * Int64(ActivityLog.usualCapacity)).bytes / extent.bytes
    return ActivityLogSize(extentSize: extent, capacity: max(16, Int(hot)))
  }

  // MARK: The host's side

  /// Passes a host's write of whole pages through replication, if any.
  mutating func hostWrite(_ write: PageWrite, to id: VolumeID, at firstPage: Int) {
    pass(write, to: id, at: firstPage, below: nil)
  }

  /// Passes a host's flush through replication; returns `false` where there is none.
  mutating func hostFlush(_ id: VolumeID, through number: Int?) -> Bool {
    passFlush(of: id, for: .application(through: number), below: nil)
  }

  /// Returns the next lower group that replicates writes to a volume; the top group when `upper` is `nil`.
  private func source(below upper: PairID?, of id: VolumeID) -> GroupMember? {
    volumes[id].copies.last { copy in
      // Asked at every write: the engine is looked at where it stands, not in a copy of its pair.
      upper.map { copy.pair < $0 } ?? true && fabric.feeder(of: copy.pair) == nil
        && fabric[copy.pair][fabric[copy.pair].serving].engine?.takesWrites ?? false
    }
  }

  mutating func pass(_ write: PageWrite, to id: VolumeID, at firstPage: Int, below upper: PairID?) {
    guard let next = source(below: upper, of: id) else { return put(write.bytes, on: id, at: firstPage) }
    hand(write, to: next, at: ByteCount(firstPage * PagedImage.pageSize))
  }

  /// Passes a write to a group's source.
  mutating func hand(_ write: PageWrite, to member: GroupMember, at offset: ByteCount) {
    tell(member.pair, fabric[member.pair].serving, .write(next(write, of: member, at: offset)))
  }

  /// Returns the next write of a group's hosts.
  mutating func next(_ write: PageWrite, of member: GroupMember, at offset: ByteCount) -> HostWrite {
    fabric[member.pair].next(write, to: member.place, at: offset)
  }

  mutating func passFlush(of id: VolumeID, for owner: FlushOwner, below upper: PairID?) -> Bool {
    guard let next = source(below: upper, of: id) else { return false }
    flush(next, id, for: owner, at: fabric[next.pair].serving)
    return true
  }

  /// Requests the acknowledgement of earlier writes from a node of a pair.
  mutating func flush(_ member: GroupMember, _ id: VolumeID, for owner: FlushOwner, at node: Int) {
    let ticket = fabric[member.pair].request(HostRequests.Flush(volume: id, owner: owner, node: node))
    tell(member.pair, node, .flush(ticket, volume: member.place))
  }

  mutating func acknowledge(_ ticket: FlushTicket, _ promise: Promise, _ pair: PairID) {
    guard let flush = fabric[pair].acknowledge(ticket, promise) else { return }
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

  /// Answers a waiting source above. A source that crashed meanwhile gets no answer.
  private mutating func answer(_ pair: PairID, _ node: Int, _ generation: Int, _ event: ReplicationEvent) {
    if fabric[pair][node].generation == generation { tell(pair, node, event) }
  }

  mutating func acknowledge(_ id: VolumeID, through number: Int, by pair: PairID) {
    if let database = volumes[id].database { return answer(database, through: number, by: pair) }
    let first = ledger.acknowledgedWrites(of: id) + 1
    guard !volumes[id].hasStopped, first <= number else { return }
    fabric[pair].meter.noteWait(now - schedules[id].issueInstant(ofWrite: number))
    for write in first...number { ledger.acknowledge(write: write, of: id, at: now) }
  }

  /// Handles a rejected write: the host stops.
  mutating func reject(_ ticket: FlushTicket, _ rejection: Rejection, _ pair: PairID) {
    guard let flush = fabric[pair].reject(ticket) else { return }
    switch flush.owner {
    case .source(let upper, let node, let generation, let ticket):
      answer(upper, node, generation, .failed(ticket, .unavailable))
    case .leftSite: break
    case .application where rejection == .fenced: stopProduction()
    case .application:
      let services = premises.unbrokenServices
      if !services.isEmpty { beginOutage(of: services) }
    }
  }
}
