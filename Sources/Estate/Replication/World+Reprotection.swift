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
    fabric[pair].beginReprotection()
    if needsCopy(pair) { return startCopy(of: pair) }
    let node = fabric[pair].standing
    let isNew = fabric[pair][node].isBlank
    if isNew { fabric[pair].renew(node, activityLog) }
    if fabric[pair][node].engine == nil { beginTarget(pair, node) }
    if isNew { for fed in fabric.fed(by: pair) { beginAnew(fed) } }
    tell(pair, fabric[pair].serving, .command(.resume))
    if fabric[pair].meter.record.isProtected, fabric[pair].isInSync {
      fabric[pair].endReprotection()
      occurrences.append(.protected(pair))
    }
  }

  mutating func beginTarget(_ pair: PairID, _ node: Int) {
    fabric[pair].startTarget(node, at: scale)
    tell(pair, node, .begin)
  }

  /// Restarts the targets at a site with restored power, from their durable state.
  mutating func restartTargets(at site: SiteID) {
    for pair in protectionGroups where !fabric[pair].isDisabled {
      let node = fabric[pair].standing
      guard fabric[pair][node].site == site, fabric[pair][node].engine == nil,
        !fabric[pair][node].isBlank
      else { continue }
      beginTarget(pair, node)
    }
    for pair in protectionGroups where !fabric[pair].isDisabled {
      guard let feeder = fabric.feeder(of: pair), fabric[pair].servingSite == site,
        fabric[pair][fabric[pair].serving].engine == nil,
        !fabric[feeder][fabric[feeder].standing].isBlank
      else { continue }
      beginSource(pair)
    }
  }

  /// Reconnects another copy of moved volumes to their new primary. The new source does not know the
  /// differences, so it sends everything; until then the copy keeps its old state.
  mutating func follow(_ other: PairID, _ moved: PairID) {
    let site = fabric[moved].servingSite
    let target = fabric[other][fabric[other].standing]
    guard target.site != site, let link = blueprint.link(between: site, and: target.site), isUp(target.site)
    else { return giveUp(other) }
    let node = fabric[other].serving
    crash(other, node)
    let devices = fabric[other].volumes.map { volumes[$0].device }
    let old = fabric[other][node]
    fabric[other].moveSource(
      to: old.successor(site: site, devices: devices, stored: old.stored), over: link)
    if fabric[other][fabric[other].standing].engine == nil { beginTarget(other, fabric[other].standing) }
    beginAnew(other)
  }

  /// Restarts a group's source without knowledge of the differences to the copy.
  mutating func beginAnew(_ pair: PairID) {
    let node = fabric[pair].serving
    if fabric[pair][node].engine != nil { crash(pair, node) }
    fabric[pair].forgetDifferences(activityLog)
    beginSource(pair)
  }

  // MARK: A planned move

  /// Lets the applications flush and stop. Their writes are still acknowledged.
  public mutating func quiesce() {
    premises.stopAllServices()
    for id in databases.indices.map(DatabaseID.init) { writeDown(id) }
    for id in volumes.indices.map(VolumeID.init) where !volumes[id].hasStopped {
      startFlush(of: id)
      volumes[id].quiesce()
    }
  }

  /// Starts to transfer all host writes to the other side of a group; `drained` occurs at the end.
  public mutating func startDraining(of pair: PairID) {
    fabric[pair].beginDraining()
    for node in fabric[pair].isActive ? [0, 1] : [fabric[pair].serving] { tell(pair, node, .command(.drain)) }
  }

  /// Starts to promote the other side of a drained group with everything that it holds. `promoted` or
  /// `promotionRefused` occurs at the end.
  public mutating func startSwitchover(of pair: PairID) {
    if fabric[pair].isActive { return changePlaces(pair) }
    crash(pair, fabric[pair].serving)
    promote(pair, to: .latest)
  }

  /// Starts to read both sides of a group; `compared` occurs at the end.
  public mutating func startComparison(of pair: PairID) {
    fabric[pair].beginComparison()
    for node in 0...1 {
      let pages = images(of: pair, at: node).enumerated().map { place, image in
        Operation.Leg(
          resource: resource(fabric[pair][node].devices[place]),
          amount: scale.unscaled(ByteCount(image.usedPageCount * PagedImage.pageSize)))
      }
      start(.comparison(pair), through: pages, latency: blueprint.links[fabric[pair].link].latency)
    }
  }

  mutating func finishComparison(of pair: PairID, failed: Bool) {
    guard fabric[pair].endReading(failed: failed) else { return }
    let isEqual =
      !failed
      && (fabric[pair].policy.mode.isApplication
        ? holdSameTransactions(pair)
        : zip(images(of: pair, at: 0), images(of: pair, at: 1)).allSatisfy { $0.holdsSame(as: $1) })
    occurrences.append(.compared(pair, isEqual: isEqual))
  }
}
