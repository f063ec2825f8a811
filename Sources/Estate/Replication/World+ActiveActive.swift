import Replication
import Storage
import Units

extension World {
  // MARK: Beginning

  /// Starts both sites: the production site with all data, the other one empty.
  mutating func startBothSites(of pair: PairID) {
    fabric[pair].startPeers(activityLog, at: scale)
    for (place, id) in fabric[pair].volumes.enumerated() {
      volumes[id].share(GroupMember(pair: pair, place: place))
      ledger.share(id, pagesPerWrite: schedules[id].pagesPerWrite)
    }
    for node in 0...1 { tell(pair, node, .begin) }
  }

  // MARK: Hosts at two sites

  /// Issues a client's write at the client's site.
  mutating func issue(
    _ number: Int, _ write: PageWrite, to id: VolumeID, at firstPage: Int, of member: GroupMember
  ) {
    let node = site(ofWrite: number, to: id, of: member.pair)
    ledger.issue(write: number, of: id, by: node)
    volumes[id].noteIssued(number, at: node)
    let offset = ByteCount(firstPage * PagedImage.pageSize)
    guard fabric[member.pair][node].engine != nil else {
      noteParents(of: write.bytes, at: offset, member.place, member.pair, node)
      return put(write.bytes, on: id, at: firstPage)
    }
    tell(member.pair, node, .write(next(write, of: member, at: offset)))
  }

  /// Returns the site of a client, decided by the scenario's seed. While that site does not serve, the other
  /// one does.
  private func site(ofWrite number: Int, to id: VolumeID, of pair: PairID) -> Int {
    let serving = fabric[pair].serving
    guard let mode = fabric[pair].policy.mode.activeActive, bothServe(pair) else { return serving }
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
    return fabric[member.pair][node].site
  }

  /// Returns the number of a volume's page versions without a successor. Checks count these versions without
  /// asking the engines.
  package func lastVersions(of id: VolumeID) -> Int { ledger.twoSites[id]?.lastVersions ?? 0 }

  private func bothServe(_ pair: PairID) -> Bool {
    guard !fabric[pair].isDisabled else { return false }
    return (0...1).allSatisfy { node in
      fabric[pair][node].engine?.mayServe == true && fabric[pair][node].devices.allSatisfy(isUp)
    }
  }

  mutating func flushBothSites(_ id: VolumeID, of member: GroupMember) {
    for node in 0...1 {
      guard let writes = volumes[id].beginFlush(at: node) else { continue }
      let issued = writes.upperBound - 1
      if fabric[member.pair][node].engine != nil {
        flush(member, id, for: .application(through: issued), at: node)
      } else if node == fabric[member.pair].serving {
        let device = volumes[id].device
        let amount = schedules[id].nominalSize(ofWrites: writes)
        start(
          .hostFlush(id, through: issued),
          through: Operation.Leg(resource: resource(device), amount: amount),
          latency: blueprint.devices[device].latency)
      }
    }
  }

  mutating func acknowledge(
    _ flush: HostRequests.Flush, through number: Int, _ promise: Promise, by pair: PairID
  ) {
    guard !volumes[flush.volume].hasStopped else { return }
    fabric[pair].meter.noteWait(now - schedules[flush.volume].issueInstant(ofWrite: number))
    ledger.acknowledge(
      through: number, of: flush.volume, by: flush.node, isAtBoth: promise == .peerDurable, at: now)
  }

  /// Records the page contents that a write replaces, when the write first reaches a site.
  mutating func noteParents(
    of bytes: Bytes, at offset: ByteCount, _ volume: Int, _ pair: PairID, _ node: Int
  ) {
    let id = fabric[pair].volumes[volume]
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
    let left = fabric[pair][1 - node].site
    exchangeVolumes(of: pair)
    premises.moveHosts(from: left, to: fabric[pair][node].site)
    occurrences.append(.promoted(pair))
  }

  /// Performs a planned move. Both sites hold the same data and continue to serve.
  mutating func changePlaces(_ pair: PairID) {
    let node = fabric[pair].standing
    guard fabric[pair][node].engine?.mayServe == true else {
      return occurrences.append(.promotionRefused(pair, "\(Refusal.notConsistent(.inconsistent))"))
    }
    serveAlone(pair, node)
    for node in 0...1 { tell(pair, node, .command(.undrain)) }
  }

  /// Handles the loss of a site: no client there receives an answer.
  mutating func abandonSite(_ node: Int, of pair: PairID) {
    fabric[pair].dropFlushes { $0.node == node }
    for id in fabric[pair].volumes { ledger.abandonWrites(to: id, by: node, at: now) }
    observe(pair)
  }
}
