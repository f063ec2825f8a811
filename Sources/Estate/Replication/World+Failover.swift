import Replication
import Storage
import Units

extension World {
  // MARK: What is there

  /// The protection group of the estate, where there is one.
  public var protectionGroup: PairID? { pairs.isEmpty ? nil : PairID(0) }

  /// Whether the standing side of a group is there to take over.
  public func canFailOver(_ pair: PairID) -> Bool {
    let pair = pairs[pair]
    let node = pair.nodes[pair.standing]
    return node.engine != nil && isUp(node.site) && node.devices.allSatisfy(isUp)
  }

  /// When the standing side of a group has power again and can take over; `nil` where it cannot be waited for.
  public func canFailOverAgain(_ pair: PairID) -> Instant? {
    guard !pairs[pair].isDisabled else { return nil }
    return powerReturns[pairs[pair].nodes[pairs[pair].standing].site]
  }

  public func replicationRecord(of pair: PairID) -> ReplicationRecord {
    var record = pairs[pair].record
    record.change(to: record.state, at: now)
    return record
  }

  /// How far the copy is behind, as the source claims it; `nil` while no source runs.
  public func replicationLag(of pair: PairID) -> Lag? {
    pairs[pair].nodes[pairs[pair].serving].engine?.source?.lag(at: now)
  }

  // MARK: Failover

  /// Begins to promote the copy; `promoted` or `promotionRefused` occurs at the end.
  ///
  /// A group fails over as a whole: services that still answer are stopped.
  public mutating func startFailover(of pair: PairID) {
    for service in blueprint.services.indices { serviceIsBroken[service] = true }
    for id in pairs[pair].volumes { volumes[id].hasStopped = true }
    // Fencing: whatever still runs at the old primary acknowledges nothing more.
    crash(pair, pairs[pair].serving)
    pairs[pair].term += 1
    pairs[pair].isPromoting = true
    tell(
      pair, pairs[pair].standing,
      .command(.promote(Promotion(term: pairs[pair].term, point: pairs[pair].recoveryPoint))))
  }

  /// The copy has become the primary: its volumes are the services' from now on.
  mutating func takeOver(_ pair: PairID, _ node: Int) {
    guard let engine = pairs[pair].nodes[node].engine else { return }
    pairs[pair].isPromoting = false
    let state = engine.durableState
    exchangeVolumes(of: pair)
    for id in pairs[pair].volumes {
      volumes[id].journal = []
      volumes[id].isNew = false
      volumes[id].isLost = false
      volumes[id].device = pairs[pair].nodes[node].devices[volumes[id].replicated ?? 0]
    }
    for host in hostSite.indices where hostSite[host] == pairs[pair].nodes[1 - node].site {
      hostSite[host] = pairs[pair].nodes[node].site
      hostIsUp[host] = true
    }
    pairs[pair].nodes[node].stored = state
    pairs[pair].nodes[node].engine = pairs[pair].source(from: state, at: scale)
    begin(pair, node)
    occurrences.append(.promoted(pair))
  }

  private mutating func exchangeVolumes(of pair: PairID) {
    for (place, id) in pairs[pair].volumes.enumerated() {
      swap(&volumes[id].disk, &pairs[pair].replicas[place])
    }
    pairs[pair].serving = pairs[pair].standing
  }

  private mutating func begin(_ pair: PairID, _ node: Int) { tell(pair, node, .begin) }

  // MARK: Faults

  /// An engine stops with its host or site: what it waits for asks nobody any more, and its cache is gone.
  mutating func crash(_ pair: PairID, _ node: Int) {
    pairs[pair].nodes[node].engine = nil
    pairs[pair].nodes[node].generation += 1
    pairs[pair].nodes[node].outbox = []
    for place in pairs[pair].nodes[node].alarms.indices {
      if let alarm = pairs[pair].nodes[node].alarms[place] { events.cancel(alarm) }
      pairs[pair].nodes[node].alarms[place] = nil
    }
    if node == pairs[pair].serving { pairs[pair].flushes = [:] }
  }

  /// The targets of a site that has power again begin with what they had stored.
  mutating func restartTargets(at site: SiteID) {
    for index in pairs.indices where !pairs[index].isDisabled {
      let node = pairs[index].standing
      guard pairs[index].nodes[node].site == site, pairs[index].nodes[node].engine == nil else { continue }
      pairs[index].nodes[node].engine = pairs[index].target(from: pairs[index].nodes[node].stored, at: scale)
      begin(PairID(index), node)
    }
  }

  /// Crashes the engines that ran on a host that is lost.
  mutating func crashReplication(on host: HostID) {
    for index in pairs.indices {
      let pair = PairID(index)
      if pairs[pair].nodes[pairs[pair].serving].site == hostSite[host] { crash(pair, pairs[pair].serving) }
    }
  }

  mutating func crashReplication(on device: DeviceID) {
    for index in pairs.indices {
      for node in 0...1 where pairs[index].nodes[node].devices.contains(device) { crash(PairID(index), node) }
    }
  }

  /// Ends the replication for good: the copy is of no more use, or out of reach, and hosts write without it.
  public mutating func disableReplication() {
    for index in pairs.indices {
      pairs[index].isDisabled = true
      for node in 0...1 { crash(PairID(index), node) }
    }
  }
}

extension ReplicationPair {
  /// What a failover goes to: the last complete point of the group where only those are write-ordered states.
  fileprivate var recoveryPoint: Promotion.Point {
    if case .hostIO(.asynchronous) = policy.mode { .lastPoint } else { .latest }
  }
}
