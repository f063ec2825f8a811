import Replication
import Storage
import Units

/// Cascaded copies in a running estate: passing on writes and flushes, and what follows a move.
extension World {
  /// Whether another copy feeds the copy at a site.
  public func isFed(_ site: SiteID) -> Bool {
    fabric.groups(standingAt: site).contains { fabric.feeder(of: $0) != nil }
  }

  mutating func beginSource(_ pair: PairID) {
    fabric[pair].startSource(at: scale)
    tell(pair, fabric[pair].serving, .begin)
    if let feeder = fabric.feeder(of: pair) { pauseSources(fedBy: feeder) }
  }

  // MARK: Passing on

  /// Passes on a node's write to volumes that do not serve.
  mutating func passOn(_ write: PageWrite, at offset: ByteCount, _ volume: Int, _ pair: PairID, _ node: Int) {
    if let next = fabric.source(below: pair, node) {
      return hand(write, to: GroupMember(pair: next, place: volume), at: offset)
    }
    let owner = fabric.copy(of: pair, node).group
    fabric[owner].write(write.bytes, at: offset, toCopyOf: volume)
  }

  /// Passes a node's flush through the sources on the same volume; `false` where none exists.
  mutating func passFlushOn(_ volume: Int, _ pair: PairID, _ node: Int, for owner: FlushOwner) -> Bool {
    if case .served(let id) = fabric.place(of: volume, pair, node) {
      return passFlush(of: id, for: owner, below: pair)
    }
    guard let next = fabric.source(below: pair, node) else { return false }
    let member = GroupMember(pair: next, place: volume)
    flush(member, fabric[pair].volumes[volume], for: owner, at: fabric[next].serving)
    return true
  }

  // MARK: A copy that is being made

  /// Pauses the sources that a copy feeds while the copy is inconsistent. Their own copies then stay
  /// consistent.
  mutating func pauseSources(fedBy pair: PairID) {
    for fed in fabric[pair].cascade.feeds where fabric.mustPause(fed) {
      fabric[fed].cascade.pause()
      tell(fed, fabric[fed].serving, .command(.pause))
    }
  }

  mutating func unpauseSources(fedBy pair: PairID) {
    for fed in fabric[pair].cascade.feeds where fabric.mayContinue(fed) {
      fabric[fed].cascade.unpause()
      tell(fed, fabric[fed].serving, .command(.unpause))
    }
  }

  // MARK: Failover

  /// Removes a source between a copy and its volumes. Withheld writes go to the volumes, and waiting
  /// operations continue.
  mutating func unstack(_ pair: PairID) {
    let node = fabric[pair].serving
    let held = fabric[pair][node].engine?.heldWrites ?? []
    let unflushed = fabric[pair][node].unflushed
    let flushes = fabric[pair].waitingFlushes
    crash(pair, node)
    for write in held {
      passOn(
        PageWrite(bytes: write.bytes, nominalSize: write.nominalSize), at: write.offset, write.volume, pair,
        node)
    }
    for flush in flushes {
      guard case .source(let upper, let side, let generation, let ticket) = flush.owner,
        fabric[upper][side].generation == generation,
        let volume = fabric[pair].volumes.firstIndex(of: flush.volume)
      else { continue }
      fabric[upper][side].noteWritten(unflushed[volume], to: volume)
      self.flush(ticket, volume, upper, side)
    }
  }

  /// Connects a promoted cascaded copy with production as its other side. Production is filled anew; where no
  /// link joins the two, the group ends.
  mutating func joinProduction(_ pair: PairID) {
    let node = fabric[pair].serving
    let origin = fabric.origin(of: pair)
    let production = (
      site: fabric[origin].servingSite, devices: fabric[origin][fabric[origin].serving].devices
    )
    crash(pair, node)
    let link = blueprint.link(between: production.site, and: fabric[pair].standingSite)
    fabric[pair].moveSource(
      to: fabric[pair][node].successor(
        site: production.site, devices: production.devices,
        stored: fabric[pair].blankState(of: node, activityLog), isBlank: true),
      over: link)
    fabric[pair].cascade.restartClock()
    if link == nil { fabric[pair].end(in: &events) }
  }

  /// Ends a copy that the new primary cannot reach, and the copies that it feeds.
  mutating func giveUp(_ pair: PairID) {
    fabric[pair].disable()
    for fed in fabric[pair].cascade.feeds where fabric.feeder(of: fed) == pair {
      for node in 0...1 { crash(fed, node) }
      giveUp(fed)
    }
  }
}
