import Storage
import Units

extension ActivePeer {
  // MARK: Sending

  /// Reads pages that the other site may not hold, as long as there is room on the way.
  mutating func pump(_ effects: inout [ReplicationEffect]) {
    guard isStarted else { return }
    for volume in pending.indices {
      while reads.count + sent.count < policy.messagesInFlight, let first = pending[volume].next(from: 0) {
        var end = first
        while end < first + policy.pagesMaximum, pending[volume].contains(end) {
          pending[volume].remove(end)
          end += 1
        }
        readsBegun += 1
        reads.append((readsBegun, volume, first..<end))
        let offset = ByteCount(first * PageSet.pageSize)
        let length = min(ByteCount((end - first) * PageSet.pageSize), group.volumes[volume] - offset)
        effects.append(
          .read(
            Ticket(.resyncRead, readsBegun), volume: volume, Extent(offset: offset, length: length),
            from: .live))
      }
    }
  }

  /// Pages are sent as they are when they have been read, with the version that they have then.
  mutating func pagesRead(
    _ id: UInt64, _ bytes: Bytes, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    guard let place = reads.firstIndex(where: { $0.id == id }) else { return }
    let (_, volume, pages) = reads.remove(at: place)
    var versions: [PageVersion] = []
    for page in pages {
      let (own, theirs) = (kept.own[volume, page], kept.theirs[volume, page])
      // The other site's version has won meanwhile.
      guard own > theirs else {
        kept.unsent[volume].remove(page)
        continue
      }
      pending[volume].remove(page)
      let start = (page - pages.lowerBound) * PageSet.pageSize
      let part = bytes[start..<min(start + PageSet.pageSize, bytes.count)]
      versions.append(PageVersion(volume: volume, page: page, stamp: own, seen: theirs, bytes: part))
    }
    guard !versions.isEmpty else { return }
    let message = conversation.compose(.versions(versions), term: 0)
    sent.append(
      Sent(
        sequence: message.sequence, sentAt: now,
        versions: versions.map { (Int($0.volume), Int($0.page), $0.stamp) }))
    effects.append(.send(message))
  }

  /// What was not answered in time is sent again, as it is by then.
  mutating func repeatUnanswered(at now: Instant, _ effects: inout [ReplicationEffect]) {
    for message in sent where now - message.sentAt >= policy.retry {
      for (volume, page, _) in message.versions where kept.unsent[volume].contains(page) {
        pending[volume].insert(page)
      }
    }
    sent.removeAll { now - $0.sentAt >= policy.retry }
    effects.append(.wake(.retry, at: now + policy.retry))
  }

  private mutating func answered(_ sequence: UInt64) {
    guard let place = sent.firstIndex(where: { $0.sequence == sequence }) else { return }
    for (volume, page, stamp) in sent.remove(at: place).versions {
      answered[volume, page] = max(answered[volume, page], stamp)
      guard kept.own[volume, page] == stamp else { continue }
      kept.unsent[volume].remove(page)
      pending[volume].remove(page)
    }
  }

  // MARK: Listening

  mutating func hear(_ message: Message, _ effects: inout [ReplicationEffect]) {
    guard isStarted else { return effects.append(.refused(.notNow)) }
    guard message.group == group.id else { return effects.append(.refused(.otherGroup(message.group))) }
    switch message.body {
    case .versions(let versions): receive(versions, message, &effects)
    // An answer names the message that it answers, in the session that this was sent in.
    case .held where message.session == kept.boots: answered(message.sequence)
    case .held: effects.append(.refused(.otherSession))
    default: effects.append(.refused(.outOfPlace))
    }
  }

  private mutating func receive(
    _ versions: [PageVersion], _ message: Message, _ effects: inout [ReplicationEffect]
  ) {
    guard message.session >= kept.heardSession else { return effects.append(.refused(.otherSession)) }
    let heard = message.session > kept.heardSession ? 0 : kept.heardSequence
    guard message.sequence > heard else { return effects.append(.refused(.replayed)) }
    guard versions.allSatisfy(isWithinVolumes) else { return effects.append(.refused(.outsideVolume)) }
    if message.session > kept.heardSession { taking.removeAll() }
    (kept.heardSession, kept.heardSequence) = (message.session, message.sequence)
    for version in versions { merge(version, &effects) }
    // Where this site's version is the newer one, that must be durable before the other is given up.
    let volumes = group.volumes.indices.filter { volume in versions.contains { $0.volume == volume } }
    taking.append((message.sequence, volumes.count, false))
    for volume in volumes { effects.append(.flush(Ticket(.applied, message.sequence), volume: volume)) }
    if volumes.isEmpty { effects.append(.record(Ticket(.journal, message.sequence), ByteCount(4_096))) }
  }

  private func isWithinVolumes(_ version: PageVersion) -> Bool {
    guard version.volume < group.volumes.count, version.page < pending[Int(version.volume)].pageCount else {
      return false
    }
    let offset = ByteCount(Int(version.page) * PageSet.pageSize)
    let room = min(ByteCount(PageSet.pageSize), group.volumes[Int(version.volume)] - offset)
    return ByteCount(version.bytes.count) == room
  }

  /// Keeps the newer of two versions.
  private mutating func merge(_ version: PageVersion, _ effects: inout [ReplicationEffect]) {
    let (volume, page) = (Int(version.volume), Int(version.page))
    let own = kept.own[volume, page]
    kept.clock = max(kept.clock, PageVersion.clock(of: version.stamp))
    let isNews = version.stamp > kept.theirs[volume, page]
    if isNews, own > version.seen { note(own, version.stamp, volume, page) }
    if version.stamp < kept.theirs[volume, page] { giveBack(page, of: volume) }
    guard isNews else { return }
    kept.theirs[volume, page] = version.stamp
    guard version.stamp > own else { return }
    kept.unsent[volume].remove(page)
    pending[volume].remove(page)
    effects.append(
      .write(volume: volume, offset: ByteCount(page * PageSet.pageSize), bytes: version.bytes))
  }

  /// The other site has lost its own version of a page in a crash: it gets it back, as a version of this site.
  private mutating func giveBack(_ page: Int, of volume: Int) {
    let newest = max(kept.own[volume, page], kept.theirs[volume, page])
    kept.own[volume, page] = PageVersion.successor(of: newest, node: kept.node)
    kept.unsent[volume].insert(page)
    pending[volume].insert(page)
  }

  private mutating func note(_ own: UInt64, _ other: UInt64, _ volume: Int, _ page: Int) {
    kept.conflictCount += 1
    kept.conflicts.append(
      Conflict(volume: volume, page: page, winner: max(own, other), loser: min(own, other)))
    if kept.conflicts.count > policy.conflictsKept {
      kept.conflicts.removeAll(before: kept.conflicts.end - policy.conflictsKept)
    }
  }

  mutating func applied(_ sequence: UInt64, _ effects: inout [ReplicationEffect]) {
    guard let place = taking.firstIndex(where: { $0.sequence == sequence }) else { return }
    taking[place].flushesLeft -= 1
    guard taking[place].flushesLeft == 0 else { return }
    effects.append(.record(Ticket(.journal, sequence), ByteCount(4_096)))
  }

  /// Pages and versions are durable: the other site need not send them again.
  mutating func recorded(_ sequence: UInt64, _ effects: inout [ReplicationEffect]) {
    guard let place = taking.firstIndex(where: { $0.sequence == sequence }) else { return }
    taking.remove(at: place)
    effects.append(
      .send(
        Message(group: group.id, term: 0, session: kept.heardSession, sequence: sequence, body: .held)))
  }
}
