import Replication
import Storage
import Units

/// Cascaded copies: a target's writes pass through the sources of the groups that its copy feeds (DRBD calls
/// that stacking).
///
/// A chain leads outward from the serving site. When a site in the middle is promoted, the copies that it
/// feeds continue unchanged. The volumes of their source then serve.
extension World {
  /// The place of a volume of a group's node.
  enum Place {
    /// The volume is the one that services use.
    case served(VolumeID)
    /// The volume is the copy of a group, at the same index.
    case copied(PairID)
  }

  func place(of volume: Int, _ pair: PairID, _ node: Int) -> Place {
    guard node == pairs[pair].serving else { return .copied(pair) }
    return feeder(of: pair).map { .copied($0) } ?? .served(pairs[pair].volumes[volume])
  }

  /// Returns the group whose copy feeds a group's source; `nil` where the source runs on the served volumes.
  func feeder(of pair: PairID) -> PairID? {
    guard let feeder = pairs[pair].cascade.feeder,
      pairs[feeder].standingSite == pairs[pair].servingSite
    else { return nil }
    return feeder
  }

  /// Returns the first group of the chain, whose source runs at the serving site.
  func origin(of pair: PairID) -> PairID {
    // Not `map(origin)`, which would take a copy of the world with it.
    guard let feeder = feeder(of: pair) else { return pair }
    return origin(of: feeder)
  }

  /// Whether another copy feeds the copy at a site.
  public func isFed(_ site: SiteID) -> Bool {
    protectionGroups(standingAt: site).contains { feeder(of: $0) != nil }
  }

  func group(named name: String) -> PairID {
    guard let index = pairs.firstIndex(where: { $0.policy.name == name }) else {
      preconditionFailure("no group \(name) was made before the one that it feeds")
    }
    return PairID(index)
  }

  mutating func join(_ pair: PairID, to feeder: PairID) {
    precondition(pairs[feeder].policy.mode.canFeed, "what feeds a copy holds an image")
    precondition(pairs[pair].policy.mode.canBeFed, "nobody waits for a copy that is fed by another")
    pairs[pair].cascade.feeder = feeder
    pairs[feeder].cascade.feeds.append(pair)
  }

  mutating func beginSource(_ pair: PairID) {
    let node = pairs[pair].serving
    pairs[pair].nodes[node].engine = pairs[pair].source(from: pairs[pair].nodes[node].stored, at: scale)
    pairs[pair].cascade.isPaused = false
    tell(pair, node, .begin)
    if let feeder = feeder(of: pair) { pauseSources(fedBy: feeder) }
  }

  // MARK: Passing on

  /// Returns the next lower group that passes on writes to a group's copy; the top group when `upper` is
  /// `nil`.
  private func source(below upper: PairID?, fedBy pair: PairID) -> PairID? {
    pairs[pair].cascade.feeds.last { fed in
      upper.map { fed < $0 } ?? true && feeder(of: fed) == pair
        && pairs[fed].nodes[pairs[fed].serving].engine?.takesWrites ?? false
    }
  }

  /// Returns the group that owns a node's volumes as its copy. `below` is the last source that has passed on
  /// the node's writes.
  private func copy(_ pair: PairID, _ node: Int) -> (group: PairID, below: PairID?) {
    guard node == pairs[pair].serving, let feeder = feeder(of: pair) else { return (pair, nil) }
    return (feeder, pair)
  }

  /// Passes on a node's write to volumes that do not serve.
  mutating func passOn(_ write: PageWrite, at offset: ByteCount, _ volume: Int, _ pair: PairID, _ node: Int) {
    let copy = copy(pair, node)
    if let next = source(below: copy.below, fedBy: copy.group) {
      return hand(write, to: GroupMember(pair: next, place: volume), at: offset)
    }
    mustSucceed { () throws(StorageError) in
      try pairs[copy.group].replicas[volume].write(write.bytes, at: offset)
    }
  }

  /// Passes a node's flush through the sources on the same volume; `false` where none exists.
  mutating func passFlushOn(_ volume: Int, _ pair: PairID, _ node: Int, for owner: FlushOwner) -> Bool {
    if case .served(let id) = place(of: volume, pair, node) {
      return passFlush(of: id, for: owner, below: pair)
    }
    let copy = copy(pair, node)
    guard let next = source(below: copy.below, fedBy: copy.group) else { return false }
    let member = GroupMember(pair: next, place: volume)
    flush(member, pairs[pair].volumes[volume], for: owner, at: pairs[next].serving)
    return true
  }

  // MARK: A copy that is being made

  /// Whether a source's volumes hold a consistent past state.
  private func standsOnState(_ pair: PairID) -> Bool {
    guard let feeder = feeder(of: pair) else { return true }
    return pairs[feeder].nodes[pairs[feeder].standing].engine?.holdsCopy ?? false
  }

  /// Pauses the sources that a copy feeds while the copy is inconsistent. Their own copies then stay
  /// consistent.
  mutating func pauseSources(fedBy pair: PairID) {
    for fed in pairs[pair].cascade.feeds where !pairs[fed].cascade.isPaused && !standsOnState(fed) {
      pairs[fed].cascade.isPaused = true
      tell(fed, pairs[fed].serving, .command(.pause))
    }
  }

  mutating func unpauseSources(fedBy pair: PairID) {
    for fed in pairs[pair].cascade.feeds where pairs[fed].cascade.isPaused && standsOnState(fed) {
      pairs[fed].cascade.isPaused = false
      tell(fed, pairs[fed].serving, .command(.unpause))
    }
  }

  // MARK: Failover

  /// Removes a source between a copy and its volumes. Withheld writes go to the volumes, and waiting
  /// operations continue.
  mutating func unstack(_ pair: PairID) {
    let node = pairs[pair].serving
    let held = pairs[pair].nodes[node].engine?.heldWrites ?? []
    let unflushed = pairs[pair].nodes[node].unflushed
    let flushes = pairs[pair].flushes.sorted { $0.key < $1.key }.map(\.value)
    crash(pair, node)
    for write in held {
      passOn(
        PageWrite(bytes: write.bytes, nominalSize: write.nominalSize), at: write.offset, write.volume, pair,
        node)
    }
    for flush in flushes {
      guard case .source(let upper, let side, let generation, let ticket) = flush.owner,
        pairs[upper].nodes[side].generation == generation,
        let volume = pairs[pair].volumes.firstIndex(of: flush.volume)
      else { continue }
      pairs[upper].nodes[side].unflushed[volume] += unflushed[volume]
      self.flush(ticket, volume, upper, side)
    }
  }

  /// Connects a promoted cascaded copy with production as its other side. Production is filled anew; where no
  /// link joins the two, the group ends.
  mutating func joinProduction(_ pair: PairID) {
    let node = pairs[pair].serving
    let production = pairs[origin(of: pair)].nodes[pairs[origin(of: pair)].serving]
    crash(pair, node)
    var new = ReplicationNode(
      site: production.site, devices: production.devices, stored: blankState(of: pair, node))
    new.generation = pairs[pair].nodes[node].generation
    new.isBlank = true
    pairs[pair].nodes[node] = new
    pairs[pair].cascade.clock = FeedClock()
    if let link = blueprint.link(between: production.site, and: pairs[pair].standingSite) {
      pairs[pair].link = link
    } else {
      pairs[pair].isDisabled = true
      pairs[pair].nodes[pairs[pair].standing].engine = nil
    }
  }

  /// Ends a copy that the new primary cannot reach, and the copies that it feeds.
  mutating func giveUp(_ pair: PairID) {
    pairs[pair].isDisabled = true
    for fed in pairs[pair].cascade.feeds where feeder(of: fed) == pair {
      for node in 0...1 { crash(fed, node) }
      giveUp(fed)
    }
  }

  /// Updates the cascade after a group's volumes started or stopped serving.
  mutating func noteMove(of pair: PairID) {
    let now = now
    pairs[pair].cascade.cut = nil
    for fed in pairs[pair].cascade.feeds where !pairs[fed].isDisabled {
      pairs[fed].cascade.clock.change(isDirect: feeder(of: fed) == nil, at: now)
    }
  }
}
