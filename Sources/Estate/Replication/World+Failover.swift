import Replication
import Storage
import Units

extension World {
  // MARK: What is there

  /// The protection groups of the estate, in the order of their creation.
  public var protectionGroups: [PairID] { pairs.indices.map(PairID.init) }

  /// The sites with a copy of every volume, in the order of the groups. Each can take over.
  public var standbySites: [SiteID] {
    var sites: [SiteID] = []
    for pair in pairs where !sites.contains(pair.standingSite) && covers(pair.standingSite) {
      sites.append(pair.standingSite)
    }
    return sites
  }

  /// Returns the groups whose copies are at a site.
  public func protectionGroups(standingAt site: SiteID) -> [PairID] {
    protectionGroups.filter { !pairs[$0].isDisabled && pairs[$0].standingSite == site }
  }

  private func covers(_ site: SiteID) -> Bool {
    let covered = protectionGroups(standingAt: site).flatMap { pairs[$0].volumes }
    return volumes.indices.allSatisfy { covered.contains(VolumeID($0)) }
  }

  /// Whether a site is available for a takeover.
  public func canFailOver(to site: SiteID) -> Bool {
    protectionGroups(standingAt: site).allSatisfy { id in
      let node = pairs[id].nodes[pairs[id].standing]
      return node.engine != nil && isUp(site) && node.devices.allSatisfy(isUp)
    }
  }

  /// Returns the time at which a standby site with a power cut can take over; `nil` without a power cut.
  public func canFailOverAgain(to site: SiteID) -> Instant? { premises.powerReturn(of: site) }

  /// Returns the site of a group's copy.
  public func standingSite(of pair: PairID) -> SiteID { pairs[pair].standingSite }

  /// Returns the name of a group.
  public func name(of pair: PairID) -> String { pairs[pair].policy.name }

  public func replicationRecord(of pair: PairID) -> ReplicationRecord {
    var record = pairs[pair].record
    record.sent = sent(of: pair)
    record.change(to: record.state, at: now)
    return record
  }

  /// Returns the copy's lag as the source claims it; `nil` while no source runs.
  public func replicationLag(of pair: PairID) -> Lag? {
    if pairs[pair].isActive { return pairs[pair].activeLag(at: now) }
    if pairs[pair].cascade.feeder != nil { return lagBehindProduction(of: pair) }
    return pairs[pair].nodes[pairs[pair].serving].engine?.lag(of: pairs[pair].group.id, at: now)
  }

  // MARK: Failover

  /// Starts to promote a group's copy; `promoted` or `promotionRefused` occurs at the end.
  ///
  /// The estate fails over as a whole: services that still answer are stopped.
  public mutating func startFailover(of pair: PairID) {
    startFailover(of: pair, to: pairs[pair].recoveryPoint)
  }

  mutating func startFailover(of pair: PairID, to point: Promotion.Point) {
    premises.stopAllServices()
    for id in volumes.indices { volumes[id].hasStopped = true }
    // Fencing: whatever still runs at the old primary acknowledges nothing more.
    let left = pairs[origin(of: pair)].servingSite
    for other in protectionGroups where pairs[other].servingSite == left {
      crash(other, pairs[other].serving)
    }
    promote(pair, to: point)
  }

  /// Starts a failover without fencing the old primary. If the old primary still serves, two sites serve when
  /// `promoted` occurs.
  public mutating func startUnfencedFailover(of pair: PairID) { promote(pair, to: pairs[pair].recoveryPoint) }

  mutating func promote(_ pair: PairID, to point: Promotion.Point) {
    if feeder(of: pair) != nil { unstack(pair) }
    pairs[pair].term += 1
    pairs[pair].isPromoting = true
    grantPromotion(of: pair)
    let promotion = Promotion(term: pairs[pair].term, point: point)
    tell(pair, pairs[pair].standing, .command(.promote(promotion)))
  }

  /// Completes a promotion: the services use the copy's volumes from now on.
  mutating func takeOver(_ pair: PairID, _ node: Int) {
    guard let engine = pairs[pair].nodes[node].engine else { return }
    pairs[pair].isPromoting = false
    if pairs[pair].isActive { return serveAlone(pair, node) }
    let state = engine.durableState
    pairs[pair].promiseBeforeMove = pairs[pair].lastPromise
    if feeder(of: pair) != nil { joinProduction(pair) }
    let left = pairs[pair].nodes[1 - node].site
    exchangeVolumes(of: pair)
    if pairs[pair].policy.mode.isApplication { adoptStandby(of: pair, appliedThrough: state.log.last) }
    premises.moveHosts(from: left, to: pairs[pair].nodes[node].site)
    pairs[pair].nodes[node].stored = state
    if !pairs[pair].isDisabled { beginSource(pair) }
    leaveBehind(pair, 1 - node)
    noteMove(of: pair)
    for other in protectionGroups
    where pairs[other].servingSite == left && shareVolumes(pair, other) && feeder(of: other) == nil {
      follow(other, pair)
    }
    occurrences.append(.promoted(pair))
  }

  mutating func exchangeVolumes(of pair: PairID) {
    let new = pairs[pair].standing
    for (place, id) in pairs[pair].volumes.enumerated() {
      // The journal of torn pages lies on the devices that are left, and is of use there alone.
      if volumes[id].isLost { pairs[pair].nodes[1 - new].isBlank = true } else { mendTornPages(of: id) }
      swap(&volumes[id].disk, &pairs[pair].replicas[place])
      volumes[id].journal = []
      volumes[id].isNew = false
      volumes[id].isLost = false
      volumes[id].device = pairs[pair].nodes[new].devices[place]
    }
    pairs[pair].serving = new
  }

  private func shareVolumes(_ a: PairID, _ b: PairID) -> Bool {
    a != b && pairs[a].volumes.contains { pairs[b].volumes.contains($0) }
  }

  // MARK: Faults

  /// Stops an engine with its host or site. Pending requests are dropped and the cache is lost.
  mutating func crash(_ pair: PairID, _ node: Int) {
    endLull(pair)
    noteCut(of: pair, node)
    pairs[pair].nodes[node].engine = nil
    pairs[pair].nodes[node].generation += 1
    pairs[pair].nodes[node].outbox = []
    (pairs[pair].nodes[node].underWay, pairs[pair].nodes[node].unanswered) = (0, 0)
    for alarm in pairs[pair].nodes[node].alarms.takeAll() { events.cancel(alarm.event) }
    if pairs[pair].isActive { return abandonSite(node, of: pair) }
    guard node == pairs[pair].serving else { return endServing(of: pair) }
    pairs[pair].flushes = pairs[pair].flushes.filter { $0.value.owner.isAtLeftSite }
    observe(pair)
  }

  /// Crashes the engines on a lost host.
  mutating func crashReplication(on host: HostID) {
    for pair in protectionGroups where pairs[pair].servingSite == premises.site(of: host) {
      crash(pair, pairs[pair].serving)
    }
  }

  /// - Parameter isLost: whether what the device held is gone.
  mutating func crashReplication(on device: DeviceID, isLost: Bool) {
    for pair in protectionGroups {
      for node in 0...1 where pairs[pair].nodes[node].devices.contains(device) {
        crash(pair, node)
        if isLost, node == pairs[pair].standing { pairs[pair].nodes[node].isBlank = true }
      }
    }
  }

  /// Ends all replication, because the copies are useless or unreachable. Writes that the engines withheld go
  /// to the devices in order.
  public mutating func disableReplication() {
    for pair in protectionGroups {
      pairs[pair].isDisabled = true
      let held = pairs[pair].nodes[pairs[pair].serving].engine?.heldWrites ?? []
      let node = pairs[pair].serving
      let flushes = pairs[pair].flushes.sorted { $0.key < $1.key }.map(\.value).filter { $0.node == node }
      for node in 0...1 { crash(pair, node) }
      // Data fed to another copy is in that copy's volumes, which are not used.
      if feeder(of: pair) != nil { continue }
      for write in held {
        let page = Int(write.offset.bytes) / PagedImage.pageSize
        put(write.bytes, on: pairs[pair].volumes[write.volume], at: page)
        pairs[pair].nodes[pairs[pair].serving].unflushed[write.volume] += write.nominalSize
      }
      for flush in flushes { flushAlone(flush, of: pair) }
    }
  }

  /// Completes a flush on the device alone, without waiting for the copy.
  private mutating func flushAlone(_ flush: ReplicationPair.HostFlush, of pair: PairID) {
    guard case .application(let through?) = flush.owner,
      let place = pairs[pair].volumes.firstIndex(of: flush.volume)
    else { return }
    let node = pairs[pair].serving
    let amount = pairs[pair].nodes[node].unflushed[place]
    pairs[pair].nodes[node].unflushed[place] = .zero
    let device = volumes[flush.volume].device
    start(
      .hostFlush(flush.volume, through: through),
      through: Operation.Leg(resource: resource(device), amount: amount),
      latency: blueprint.devices[device].latency)
  }
}

extension ReplicationPair {
  var servingSite: SiteID { nodes[serving].site }
  var standingSite: SiteID { nodes[standing].site }

  /// The point to fail over to. In modes with checkpoints that is the group's last complete checkpoint.
  fileprivate var recoveryPoint: Promotion.Point {
    if case .hostIO(.asynchronous) = policy.mode { .lastPoint } else { .latest }
  }
}
