import Replication
import Storage
import Units

extension World {
  // MARK: Beginning

  /// Starts both sites: the production site with all data, the other one empty.
  mutating func startBothSites(of pair: PairID) {
    let (extent, hot) = activityLog
    for node in 0...1 {
      let isHome = node == ReplicationPair.home
      let state = ActiveState(
        node: UInt8(node), volumes: pairs[pair].group.volumes, hotExtents: hot, extentSize: extent,
        isWhole: isHome, isPeerWhole: !isHome)
      pairs[pair].nodes[node].active = state
      pairs[pair].nodes[node].engine = pairs[pair].peer(from: state, at: scale)
    }
    for (place, id) in pairs[pair].volumes.enumerated() {
      volumes[id].sharing = GroupMember(pair: pair, place: place)
      ledger.share(id, pagesPerWrite: schedules[id].pagesPerWrite)
    }
    for node in 0...1 { tell(pair, node, .begin) }
  }

  /// Returns the state of a site whose devices are empty. Identifiers of earlier connections are not reused.
  func emptyActiveState(of pair: PairID, _ node: Int) -> ActiveState {
    let (extent, hot) = activityLog
    var state = ActiveState(
      node: UInt8(node), volumes: pairs[pair].group.volumes, hotExtents: hot, extentSize: extent,
      isWhole: false)
    state.boots = (pairs[pair].nodes[node].active?.boots ?? 0) + 1
    return state
  }

  // MARK: Hosts at two sites

  /// Issues a client's write at the client's site.
  mutating func issue(
    _ number: Int, _ write: PageWrite, to id: VolumeID, at firstPage: Int, of member: GroupMember
  ) {
    let node = site(ofWrite: number, to: id, of: member.pair)
    ledger.issue(write: number, of: id, by: node)
    volumes[id].issuedBySite[node] = number
    let offset = ByteCount(firstPage * PagedImage.pageSize)
    guard pairs[member.pair].nodes[node].engine != nil else {
      noteParents(of: write.bytes, at: offset, member.place, member.pair, node)
      return put(write.bytes, on: id, at: firstPage)
    }
    tell(member.pair, node, .write(next(write, of: member, at: offset)))
  }

  /// Returns the site of a client, decided by the scenario's seed. While that site does not serve, the other
  /// one does.
  private func site(ofWrite number: Int, to id: VolumeID, of pair: PairID) -> Int {
    let serving = pairs[pair].serving
    guard let mode = pairs[pair].policy.mode.activeActive, bothServe(pair) else { return serving }
    var stream = RandomStream(
      seed: seed, stream: "client site", entity: UInt32(id.index), index: UInt32(number))
    let isSecond = stream.below(1_000_000_000) < UInt64(mode.share.billionths)
    return isSecond ? ReplicationPair.remote : ReplicationPair.home
  }

  /// Returns the site of the client that issued a write, for checks. `nil` where only one site serves, and
  /// for writes of earlier courses.
  package func site(ofWrite number: Int, to id: VolumeID) -> SiteID? {
    guard let member = volumes[id].sharing, let node = ledger.twoSites[id]?.site(ofWrite: number) else {
      return nil
    }
    return pairs[member.pair].nodes[node].site
  }

  /// Returns the number of a volume's page versions without a successor. Checks count these versions without
  /// asking the engines.
  package func lastVersions(of id: VolumeID) -> Int { ledger.twoSites[id]?.lastVersions ?? 0 }

  private func bothServe(_ pair: PairID) -> Bool {
    guard !pairs[pair].isDisabled else { return false }
    return pairs[pair].nodes.allSatisfy { node in
      node.engine?.mayServe == true && node.devices.allSatisfy(isUp)
    }
  }

  mutating func flushBothSites(_ id: VolumeID, of member: GroupMember) {
    for node in 0...1 {
      let (issued, flushing) = (volumes[id].issuedBySite[node], volumes[id].flushingBySite[node])
      guard issued > flushing else { continue }
      volumes[id].flushingBySite[node] = issued
      if pairs[member.pair].nodes[node].engine != nil {
        flush(member, id, for: .application(through: issued), at: node)
      } else if node == pairs[member.pair].serving {
        let device = volumes[id].device
        let amount = schedules[id].nominalSize(ofWrites: (flushing + 1)..<(issued + 1))
        start(
          .hostFlush(id, through: issued),
          through: Operation.Leg(resource: resource(device), amount: amount),
          latency: blueprint.devices[device].latency)
      }
    }
  }

  mutating func acknowledge(
    _ flush: ReplicationPair.HostFlush, through number: Int, _ promise: Promise, by pair: PairID
  ) {
    guard !volumes[flush.volume].hasStopped else { return }
    let wait = now - schedules[flush.volume].issueInstant(ofWrite: number)
    pairs[pair].record.waited += wait
    pairs[pair].record.longestWait = max(pairs[pair].record.longestWait, wait)
    ledger.acknowledge(
      through: number, of: flush.volume, by: flush.node, isAtBoth: promise == .peerDurable, at: now)
  }

  /// Records the page contents that a write replaces, when the write first reaches a site.
  mutating func noteParents(
    of bytes: Bytes, at offset: ByteCount, _ volume: Int, _ pair: PairID, _ node: Int
  ) {
    let id = pairs[pair].volumes[volume]
    let firstPage = Int(offset.bytes) / PagedImage.pageSize
    for place in 0..<(bytes.count / PagedImage.pageSize) {
      let start = place * PagedImage.pageSize
      guard let stamp = PageStamp(claimedBy: bytes[start..<(start + PagedImage.pageSize)]), stamp.write > 0
      else { continue }
      let number = Int(stamp.write)
      // Asked in place: a copy of the history would make the change below copy it.
      guard ledger.twoSites[id]?.isMissingParent(of: number, page: place) == true else { continue }
      let before = image(of: volume, pair, node)[page: firstPage + place]
      if let held = PageStamp(claimedBy: before) {
        ledger.setParent(Int(held.write), of: number, page: place, of: id)
      }
    }
  }

  // MARK: One site alone

  /// Lets the services use one site's volumes, because the other site is lost or stops serving.
  mutating func serveAlone(_ pair: PairID, _ node: Int) {
    let left = pairs[pair].nodes[1 - node].site
    exchangeVolumes(of: pair)
    premises.moveHosts(from: left, to: pairs[pair].nodes[node].site)
    occurrences.append(.promoted(pair))
  }

  /// Performs a planned move. Both sites hold the same data and continue to serve.
  mutating func changePlaces(_ pair: PairID) {
    let node = pairs[pair].standing
    guard pairs[pair].nodes[node].engine?.mayServe == true else {
      return occurrences.append(.promotionRefused(pair, "\(Refusal.notConsistent(.inconsistent))"))
    }
    serveAlone(pair, node)
    for node in 0...1 { tell(pair, node, .command(.undrain)) }
  }

  /// Handles the loss of a site: no client there receives an answer.
  mutating func abandonSite(_ node: Int, of pair: PairID) {
    pairs[pair].flushes = pairs[pair].flushes.filter { $0.value.node != node }
    for id in pairs[pair].volumes { ledger.abandonWrites(to: id, by: node, at: now) }
    observe(pair)
  }

  /// Handles a power cut at the standby site. The applications there repair torn pages.
  mutating func crashReplicas(of pair: PairID, _ random: inout RandomStream) {
    for place in pairs[pair].replicas.indices {
      let replaced = pairs[pair].replicas[place].replaced
      pairs[pair].replicas[place].crash(using: &random)
      guard pairs[pair].isActive else { continue }
      let schedule = schedules[pairs[pair].volumes[place]]
      for (page, before) in replaced.reversed() {
        let torn = pairs[pair].replicas[place].image[page: page]
        if torn.isEmpty || schedule.maker.stamp(of: torn) != nil { continue }
        let whole = before.isEmpty ? PagedImage.zeroPage : before
        mustSucceed { () throws(StorageError) in
          try pairs[pair].replicas[place].write(whole, at: ByteCount(page * PagedImage.pageSize))
        }
      }
      pairs[pair].replicas[place].flush()
    }
  }
}

extension ReplicationPair {
  /// Whether both sites serve.
  var isActive: Bool { policy.mode.activeActive != nil }

  func peer(from state: ActiveState, at scale: Scale) -> ReplicaEngine {
    guard let mode = policy.mode.activeActive else { preconditionFailure("one side serves") }
    return .active(ActivePeer(group, policy: policy.activePolicy(mode, at: scale), from: state))
  }

  /// The state of the pair, as the site in the worse state reports it.
  var activeState: PairState {
    let states = nodes.compactMap { $0.engine?.activeState }
    for state in [PairState.suspended(.peerLost), .resynchronizing, .connecting] where states.contains(state)
    {
      return state
    }
    return states.count == nodes.count ? .replicating : .suspended(.peerLost)
  }

  /// The data that the loss of either site may cost.
  var activeClaim: ReplicationClaim? { Self.activeClaim(of: nodes, serving: serving) }

  /// Returns the joint claim of both nodes of a pair.
  static func activeClaim(of nodes: [ReplicationNode], serving: Int) -> ReplicationClaim? {
    let standing = 1 - serving
    guard var claim = nodes[serving].engine?.claim else { return nil }
    guard nodes[standing].engine?.isWhole == true, let theirs = nodes[standing].engine?.claim else {
      return claim
    }
    claim.oldest = [claim.oldest, theirs.oldest].compactMap { $0 }.min()
    claim.isProtecting = claim.isProtecting && theirs.isProtecting
    claim.isDegraded = claim.isDegraded || theirs.isDegraded
    claim.resynchronized.add(theirs.resynchronized)
    return claim
  }

  /// Returns the greater of the two sites' lags behind each other.
  func activeLag(at now: Instant) -> Lag? {
    guard let claim = activeClaim else { return nil }
    let bytes = nodes.compactMap { $0.engine?.lag(of: group.id, at: now)?.bytes }.reduce(.zero, +)
    return Lag(oldest: claim.oldest, bytes: bytes)
  }

  mutating func countConflicts(since before: UInt64, at node: Int) {
    let new = Int((nodes[node].engine?.yieldCount ?? before) - before)
    guard new > 0 else { return }
    record.conflicts += new
    course?.value.countConflicts(new)
  }
}

extension ReplicationNode {
  mutating func store(_ state: KeptState) {
    switch state {
    case .ofPair(let state): stored = state
    case .active(let state): active = state
    }
  }
}
