import Replication
import Storage
import Units

extension World {
  // MARK: Copies behind a new primary

  /// Restores a lost or switched-off site: power returns, and lost servers and devices are replaced by empty ones.
  public mutating func restore(_ site: SiteID) {
    premises.replaceLostServers(at: site)
    connect(site)
  }

  /// Connects a site to power and network, with all of its devices.
  mutating func connect(_ site: SiteID) {
    premises.restore(site)
    infrastructure.bringUp(processors(of: site))
    for index in blueprint.devices.indices where blueprint.devices[index].site == site {
      infrastructure.bringUp(resource(DeviceID(index)))
    }
    for link in links(of: site) { raise(resource(link)) }
  }

  /// Starts to reprotect a group: the idle side becomes the target of the serving side. `protected` occurs
  /// when the copy is in sync.
  public mutating func startReprotection(of pair: PairID) {
    pairs[pair].isDisabled = false
    pairs[pair].isAwaitingSync = true
    if needsCopy(pair) { return startCopy(of: pair) }
    let node = pairs[pair].standing
    let isNew = pairs[pair].nodes[node].isBlank
    if isNew { renew(pair, node) }
    if pairs[pair].nodes[node].engine == nil { beginTarget(pair, node) }
    if isNew { for other in pairs[pair].cascade.feeds where feeder(of: other) == pair { beginAnew(other) } }
    tell(pair, pairs[pair].serving, .command(.resume))
    if pairs[pair].record.isProtected, pairs[pair].isInSync {
      pairs[pair].isAwaitingSync = false
      occurrences.append(.protected(pair))
    }
  }

  private mutating func renew(_ pair: PairID, _ node: Int) {
    if pairs[pair].isActive {
      pairs[pair].nodes[node].active = emptyActiveState(of: pair, node)
    } else {
      pairs[pair].nodes[node].stored = blankState(of: pair, node)
    }
    pairs[pair].nodes[node].isBlank = false
    pairs[pair].nodes[node].snapshot = nil
    pairs[pair].replicas = pairs[pair].group.volumes.map { CachedVolume(size: $0) }
  }

  /// Returns the state of a side whose devices are empty. Identifiers of earlier connections are not reused.
  func blankState(of pair: PairID, _ node: Int) -> DurableState {
    let (extent, hot) = activityLog
    let old = pairs[pair].nodes[node].stored
    var state = DurableState(
      node: old.node, volumes: pairs[pair].group.volumes, hotExtents: hot, extentSize: extent)
    (state.boots, state.names, state.session, state.term) = (old.boots + 1, old.names, old.session, old.term)
    return state
  }

  mutating func beginTarget(_ pair: PairID, _ node: Int) {
    pairs[pair].nodes[node].engine =
      pairs[pair].nodes[node].active.map { pairs[pair].peer(from: $0, at: scale) }
      ?? pairs[pair].target(from: pairs[pair].nodes[node].stored, at: scale)
    tell(pair, node, .begin)
  }

  /// Restarts the targets at a site with restored power, from their durable state.
  mutating func restartTargets(at site: SiteID) {
    for pair in protectionGroups where !pairs[pair].isDisabled {
      let node = pairs[pair].standing
      guard pairs[pair].nodes[node].site == site, pairs[pair].nodes[node].engine == nil,
        !pairs[pair].nodes[node].isBlank
      else { continue }
      beginTarget(pair, node)
    }
    for pair in protectionGroups where !pairs[pair].isDisabled {
      guard let feeder = feeder(of: pair), pairs[pair].servingSite == site,
        pairs[pair].nodes[pairs[pair].serving].engine == nil,
        !pairs[feeder].nodes[pairs[feeder].standing].isBlank
      else { continue }
      beginSource(pair)
    }
  }

  /// Reconnects another copy of moved volumes to their new primary. The new source does not know the
  /// differences, so it sends everything; until then the copy keeps its old state.
  mutating func follow(_ other: PairID, _ moved: PairID) {
    let site = pairs[moved].servingSite
    let target = pairs[other].nodes[pairs[other].standing]
    guard target.site != site, let link = blueprint.link(between: site, and: target.site), isUp(target.site)
    else { return giveUp(other) }
    let node = pairs[other].serving
    crash(other, node)
    pairs[other].link = link
    let old = pairs[other].nodes[node]
    var new = ReplicationNode(
      site: site, devices: pairs[other].volumes.map { volumes[$0].device }, stored: old.stored)
    new.generation = old.generation
    pairs[other].nodes[node] = new
    if pairs[other].nodes[pairs[other].standing].engine == nil { beginTarget(other, pairs[other].standing) }
    beginAnew(other)
  }

  /// Restarts a group's source without knowledge of the differences to the copy.
  mutating func beginAnew(_ pair: PairID) {
    let node = pairs[pair].serving
    if pairs[pair].nodes[node].engine != nil { crash(pair, node) }
    pairs[pair].term += 1
    let target = pairs[pair].nodes[pairs[pair].standing]
    pairs[pair].nodes[node].stored = blankState(of: pair, node).following(
      target.engine?.durableState ?? target.stored, in: pairs[pair].term)
    beginSource(pair)
  }

  // MARK: A planned move

  /// Lets the applications flush and stop. Their writes are still acknowledged.
  public mutating func quiesce() {
    premises.stopAllServices()
    for id in databases.indices.map(DatabaseID.init) { writeDown(id) }
    for id in volumes.indices.map(VolumeID.init) where !volumes[id].hasStopped {
      startFlush(of: id)
      volumes[id].isQuiescing = true
    }
  }

  /// Starts to transfer all host writes to the other side of a group; `drained` occurs at the end.
  public mutating func startDraining(of pair: PairID) {
    pairs[pair].drainsLeft = pairs[pair].isActive ? 2 : 1
    for node in pairs[pair].isActive ? [0, 1] : [pairs[pair].serving] { tell(pair, node, .command(.drain)) }
  }

  /// Starts to promote the other side of a drained group with everything that it holds. `promoted` or
  /// `promotionRefused` occurs at the end.
  public mutating func startSwitchover(of pair: PairID) {
    if pairs[pair].isActive { return changePlaces(pair) }
    crash(pair, pairs[pair].serving)
    promote(pair, to: .latest)
  }

  /// Starts to read both sides of a group; `compared` occurs at the end.
  public mutating func startComparison(of pair: PairID) {
    pairs[pair].comparisonsLeft = 2
    for node in 0...1 {
      let pages = images(of: pair, at: node).enumerated().map { place, image in
        Operation.Leg(
          resource: resource(pairs[pair].nodes[node].devices[place]),
          amount: scale.unscaled(ByteCount(image.usedPageCount * PagedImage.pageSize)))
      }
      start(.comparison(pair), through: pages, latency: blueprint.links[pairs[pair].link].latency)
    }
  }

  mutating func finishComparison(of pair: PairID, failed: Bool) {
    // A comparison whose first reading failed has ended.
    guard pairs[pair].comparisonsLeft > 0 else { return }
    pairs[pair].comparisonsLeft -= failed ? pairs[pair].comparisonsLeft : 1
    guard pairs[pair].comparisonsLeft == 0 else { return }
    let isEqual =
      !failed
      && (pairs[pair].policy.mode.isApplication
        ? holdSameTransactions(pair)
        : zip(images(of: pair, at: 0), images(of: pair, at: 1)).allSatisfy { $0.holdsSame(as: $1) })
    occurrences.append(.compared(pair, isEqual: isEqual))
  }
}
