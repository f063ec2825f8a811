import Replication
import Storage
import Units

extension World {
  // MARK: What is there

  /// The protection groups of the estate, in the order of their creation.
  public var protectionGroups: [PairID] { fabric.groups }

  /// The sites with a copy of every volume, in the order of the groups. Each can take over.
  public var standbySites: [SiteID] { fabric.sites(covering: volumes.count) }

  /// Returns the groups whose copies are at a site.
  public func protectionGroups(standingAt site: SiteID) -> [PairID] {
    fabric.groups(standingAt: site)
  }

  /// Whether a site is available for a takeover.
  public func canFailOver(to site: SiteID) -> Bool {
    protectionGroups(standingAt: site).allSatisfy { id in
      let node = fabric[id][fabric[id].standing]
      return node.engine != nil && isUp(site) && node.devices.allSatisfy(isUp)
    }
  }

  /// Returns the time at which a standby site with a power cut can take over; `nil` without a power cut.
  public func canFailOverAgain(to site: SiteID) -> Instant? { premises.powerReturn(of: site) }

  /// Returns the site of a group's copy.
  public func standingSite(of pair: PairID) -> SiteID { fabric[pair].standingSite }

  /// Returns the name of a group.
  public func name(of pair: PairID) -> String { fabric[pair].policy.name }

  public func replicationRecord(of pair: PairID) -> ReplicationRecord {
    var record = fabric[pair].meter.record
    record.sent = sent(of: pair)
    record.change(to: record.state, at: now)
    return record
  }

  /// Returns the copy's lag as the source claims it; `nil` while no source runs.
  public func replicationLag(of pair: PairID) -> Lag? {
    fabric.lag(of: pair, at: now)
  }

  // MARK: Failover

  /// Starts to promote a group's copy; `promoted` or `promotionRefused` occurs at the end.
  ///
  /// The estate fails over as a whole: services that still answer are stopped.
  public mutating func startFailover(of pair: PairID) {
    startFailover(of: pair, to: fabric[pair].recoveryPoint)
  }

  mutating func startFailover(of pair: PairID, to point: Promotion.Point) {
    premises.stopAllServices()
    for id in volumes.indices { volumes[id].stop() }
    // Fencing: whatever still runs at the old primary acknowledges nothing more.
    let left = fabric[fabric.origin(of: pair)].servingSite
    for other in protectionGroups where fabric[other].servingSite == left {
      crash(other, fabric[other].serving)
    }
    promote(pair, to: point)
  }

  /// Starts a failover without fencing the old primary. If the old primary still serves, two sites serve when
  /// `promoted` occurs.
  public mutating func startUnfencedFailover(of pair: PairID) {
    promote(pair, to: fabric[pair].recoveryPoint)
  }

  mutating func promote(_ pair: PairID, to point: Promotion.Point) {
    if fabric.feeder(of: pair) != nil { unstack(pair) }
    let promotion = fabric[pair].beginPromotion(to: point)
    tell(pair, fabric[pair].standing, .command(.promote(promotion)))
  }

  /// Completes a promotion: the services use the copy's volumes from now on.
  mutating func takeOver(_ pair: PairID, _ node: Int) {
    guard let engine = fabric[pair][node].engine else {
      preconditionFailure("only an engine that runs is promoted")
    }
    fabric[pair].endPromotion()
    if fabric[pair].isActive { return serveAlone(pair, node) }
    let state = engine.durableState
    fabric[pair].meter.noteTakeover()
    if fabric.feeder(of: pair) != nil { joinProduction(pair) }
    let left = fabric[pair][1 - node].site
    exchangeVolumes(of: pair)
    if fabric[pair].policy.mode.isApplication { adoptStandby(of: pair, appliedThrough: state.log.last) }
    premises.moveHosts(from: left, to: fabric[pair][node].site)
    fabric[pair][node].restart(from: state)
    if !fabric[pair].isDisabled { beginSource(pair) }
    leaveBehind(pair, 1 - node)
    fabric.noteMove(of: pair, at: now)
    for other in protectionGroups
    where fabric[other].servingSite == left && shareVolumes(pair, other) && fabric.feeder(of: other) == nil {
      follow(other, pair)
    }
    occurrences.append(.promoted(pair))
  }

  mutating func exchangeVolumes(of pair: PairID) {
    let new = fabric[pair].standing
    for (place, id) in fabric[pair].volumes.enumerated() {
      if volumes[id].isLost { fabric[pair][1 - new].lose() } else { mendTornPages(of: id) }
      fabric[pair].exchangeCopy(of: place, with: &volumes[id].disk)
      volumes[id].move(to: fabric[pair][new].devices[place])
    }
    fabric[pair].exchangeRoles()
  }

  private func shareVolumes(_ a: PairID, _ b: PairID) -> Bool {
    a != b && fabric[a].volumes.contains { fabric[b].volumes.contains($0) }
  }

  // MARK: Faults

  /// Stops an engine with its host or site. Pending requests are dropped and the cache is lost.
  mutating func crash(_ pair: PairID, _ node: Int) {
    endLull(pair)
    fabric.noteCut(of: pair, node, at: now)
    fabric[pair][node].crash(in: &events)
    if fabric[pair].isActive { return abandonSite(node, of: pair) }
    guard node == fabric[pair].serving else { return endServing(of: pair) }
    fabric[pair].dropFlushes { !$0.owner.isAtLeftSite }
    observe(pair)
  }

  /// Crashes the engines on a lost host.
  mutating func crashReplication(on host: HostID) {
    for pair in protectionGroups where fabric[pair].servingSite == premises.site(of: host) {
      crash(pair, fabric[pair].serving)
    }
  }

  /// - Parameter isLost: whether what the device held is gone.
  mutating func crashReplication(on device: DeviceID, isLost: Bool) {
    for pair in protectionGroups {
      for node in 0...1 where fabric[pair][node].devices.contains(device) {
        crash(pair, node)
        if isLost, node == fabric[pair].standing { fabric[pair][node].lose() }
      }
    }
  }

  /// Ends all replication, because the copies are useless or unreachable. Writes that the engines withheld go
  /// to the devices in order.
  public mutating func disableReplication() {
    for pair in protectionGroups {
      fabric[pair].disable()
      let held = fabric[pair][fabric[pair].serving].engine?.heldWrites ?? []
      let node = fabric[pair].serving
      let flushes = fabric[pair].waitingFlushes.filter { $0.node == node }
      for node in 0...1 { crash(pair, node) }
      // Data fed to another copy is in that copy's volumes, which are not used.
      if fabric.feeder(of: pair) != nil { continue }
      for write in held {
        let page = Int(write.offset.bytes) / PagedImage.pageSize
        put(write.bytes, on: fabric[pair].volumes[write.volume], at: page)
        fabric[pair][node].noteWritten(write.nominalSize, to: write.volume)
      }
      for flush in flushes { flushAlone(flush, of: pair) }
    }
  }

  /// Completes a flush on the device alone, without waiting for the copy.
  private mutating func flushAlone(_ flush: HostRequests.Flush, of pair: PairID) {
    guard case .application(let through?) = flush.owner,
      let place = fabric[pair].volumes.firstIndex(of: flush.volume)
    else { return }
    let amount = fabric[pair][fabric[pair].serving].takeUnflushed(place)
    let device = volumes[flush.volume].device
    start(
      .hostFlush(flush.volume, through: through),
      through: Operation.Leg(resource: resource(device), amount: amount),
      latency: blueprint.devices[device].latency)
  }
}
