import Storage
import Units

extension ActivePeer {
  // MARK: Sending

  /// Reads pages that the other site may lack, while the window has room.
  mutating func pump(_ effects: inout [ReplicationEffect]) {
    guard isStarted else { return }
    for volume in pending.indices {
      while reads.count + sent.count < window, let first = nextPending(of: volume) {
        var end = first
        while end < first + policy.pagesMaximum, pending[volume].contains(end) {
          pending[volume].remove(end)
          end += 1
        }
        cursors[volume] = end
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

  private func nextPending(of volume: Int) -> Int? {
    pending[volume].next(from: cursors[volume]) ?? pending[volume].next(from: 0)
  }

  /// Sends pages with the contents and the version that they have at the time of sending.
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
        forget(page, of: volume)
        continue
      }
      pending[volume].remove(page)
      let start = (page - pages.lowerBound) * PageSet.pageSize
      let part = bytes[start..<min(start + PageSet.pageSize, bytes.count)]
      versions.append(
        PageVersion(
          volume: volume, page: page, stamp: own, seen: kept.base[volume, page],
          bytes: part.isZero ? Bytes() : part,
          nominalSize: policy.weight == 1 ? nil : nominal.take(page..<(page + 1), of: volume)))
    }
    considerPromise(&effects)
    if !versions.isEmpty { send(versions, at: now, &effects) }
  }

  /// Sends the present version of pages whose answer is overdue.
  mutating func repeatUnanswered(at now: Instant, _ effects: inout [ReplicationEffect]) {
    isRetrySet = false
    if sent.contains(where: { isLost($0, at: now) }) { giveUpLost(at: now) }
    newestAnsweredBefore = newestAnswered
    if !mayServe {
      retryAfter = min(retryAfter * 2, policy.retryMaximum)
      ask(&effects)
    }
    // A site that was lost, and has nothing to get, is asked whether it is there.
    if isAlone, rejoinsAt == nil, sent.isEmpty, reads.isEmpty { send([], at: now, &effects) }
  }

  /// Gives up the messages that count as lost, and marks their pages to be sent again.
  private mutating func giveUpLost(at now: Instant) {
    let lost = sent.filter { isLost($0, at: now) }
    for message in lost {
      for (volume, page, _) in message.versions where kept.unsent[volume].contains(page) {
        pending[volume].insert(page)
      }
    }
    // Older ones are forgotten anyway, so that they need not be copied.
    late = Array(late.suffix(max(0, Self.lateMaximum - lost.count)) + lost.suffix(Self.lateMaximum))
    sent = sent.filter { !isLost($0, at: now) }
    window = policy.messagesAtFirst
    retryAfter = min(retryAfter * 2, policy.retryMaximum)
  }

  /// Sets the retry timer while an answer is pending.
  mutating func wakeWhenNeeded(at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard isStarted, !isRetrySet, !sent.isEmpty || !unsettled.isEmpty || isAlone || !mayServe else {
      return
    }
    isRetrySet = true
    effects.append(.wake(.retry, at: now + (isAlone || !mayServe ? retryAfter : policy.retry)))
  }

  private mutating func send(
    _ versions: [PageVersion], at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    let message = conversation.compose(.versions(versions), term: 0)
    sent.append(
      Sent(
        sequence: message.sequence, sentAt: now,
        versions: versions.map { (Int($0.volume), Int($0.page), $0.stamp) }))
    effects.append(.send(message))
  }

  /// Whether a message counts as lost. Either a later message was answered a retry interval ago, or nothing
  /// was answered for longer. On a slow link an answer also waits for everything sent before.
  private func isLost(_ message: Sent, at now: Instant) -> Bool {
    if message.sequence < newestAnsweredBefore { return now - message.sentAt >= policy.retry }
    return now - max(message.sentAt, lastAnswer) >= retryAfter
  }

  /// Drops a page that the other site holds in this or a newer version.
  private mutating func forget(_ page: Int, of volume: Int) {
    kept.unsent[volume].remove(page)
    kept.owed[volume].remove(page)
    pending[volume].remove(page)
  }

  private mutating func answered(_ sequence: UInt64, at now: Instant, _ effects: inout [ReplicationEffect]) {
    noteAnswer(at: now)
    guard let message = takeSent(sequence) else { return }
    let isResync = isResynchronizing
    newestAnswered = max(newestAnswered, sequence)
    window = min(window + 1, policy.messagesInFlight)
    retryAfter = max(policy.retry, (now - message.sentAt) * 2)
    for (volume, page, stamp) in message.versions {
      answered[volume, page] = max(answered[volume, page], stamp)
      kept.owed[volume].remove(page)
      guard kept.own[volume, page] == stamp else { continue }
      if isResync, kept.unsent[volume].contains(page) { resyncs.pagesSent += 1 }
      forget(page, of: volume)
    }
    considerPromise(&effects)
  }

  private mutating func takeSent(_ sequence: UInt64) -> Sent? {
    if let place = sent.firstIndex(where: { $0.sequence == sequence }) { return sent.remove(at: place) }
    return late.firstIndex { $0.sequence == sequence }.map { late.remove(at: $0) }
  }

  private static let lateMaximum = 64

  // MARK: Listening

  mutating func hear(_ message: Message, at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard isStarted else { return effects.append(.refused(.notNow)) }
    guard message.group == group.id else { return effects.append(.refused(.otherGroup(message.group))) }
    switch message.body {
    case .versions(let versions): receive(versions, message, &effects)
    // An answer names the message that it answers, in the session that this was sent in.
    case .held where message.session == kept.boots: answered(message.sequence, at: now, &effects)
    case .held: effects.append(.refused(.otherSession))
    case .hello, .heartbeat: hearQuestion(message, at: now, &effects)
    case .ready: becomeWhole(message, &effects)
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
    if !mayServe { retryAfter = policy.retry }
    listen(to: message.session)
    kept.heardSequence = message.sequence
    for version in versions { merge(version, &effects) }
    // Where this site's version is the newer one, that must be durable before the other is given up.
    let volumes = group.volumes.indices.filter { volume in versions.contains { $0.volume == volume } }
    taking.append((message.sequence, volumes.count, false))
    for volume in volumes { effects.append(.flush(Ticket(.applied, message.sequence), volume: volume)) }
    if volumes.isEmpty { effects.append(.record(Ticket(.journal, message.sequence), ByteCount(4_096))) }
  }

  mutating func listen(to session: UInt64) {
    guard session > kept.heardSession else { return }
    taking.removeAll()
    (kept.heardSession, kept.heardSequence) = (session, 0)
  }

  private func isWithinVolumes(_ version: PageVersion) -> Bool {
    guard version.volume < group.volumes.count, version.page < pending[Int(version.volume)].pageCount else {
      return false
    }
    return version.bytes.isEmpty || version.bytes.count == length(of: Int(version.page), Int(version.volume))
  }

  /// Returns the length of a page in bytes; the last page of a volume may be shorter.
  private func length(of page: Int, _ volume: Int) -> Int {
    let rest = group.volumes[volume] - ByteCount(page * PageSet.pageSize)
    return min(PageSet.pageSize, Int(rest.bytes))
  }

  /// Keeps the newer of two versions.
  private mutating func merge(_ version: PageVersion, _ effects: inout [ReplicationEffect]) {
    let (volume, page) = (Int(version.volume), Int(version.page))
    let (own, theirs) = (kept.own[volume, page], kept.theirs[volume, page])
    kept.clock = max(kept.clock, PageVersion.clock(of: version.stamp))
    if version.stamp < theirs { giveBack(page, of: volume) }
    // After a crash it may be known, and not be on the device.
    guard version.stamp >= theirs else { return }
    // This site holds its own version, and the other version was written without knowledge of it.
    if version.stamp > theirs, own > theirs, own > version.seen { note(own, version.stamp, volume, page) }
    kept.theirs[volume, page] = version.stamp
    guard version.stamp > own else { return }
    forget(page, of: volume)
    // An empty site has zeros as they are.
    if version.bytes.isEmpty, !kept.isWhole, own == 0, theirs == 0 { return }
    effects.append(
      .write(
        volume: volume, offset: ByteCount(page * PageSet.pageSize),
        bytes: version.bytes.isEmpty ? Bytes.zeros(length(of: page, volume)) : version.bytes,
        nominalSize: version.nominalSize))
  }

  /// Returns a page that the other site lost in a crash, as a version of this site.
  private mutating func giveBack(_ page: Int, of volume: Int) {
    renew(page, of: volume)
    mark(page, of: volume)
  }

  /// Counts a conflict. A version that a crash left in doubt has no author and is no conflict.
  private mutating func note(_ own: UInt64, _ other: UInt64, _ volume: Int, _ page: Int) {
    guard !PageVersion.isRestart(own), !PageVersion.isRestart(other) else { return }
    kept.conflictCount += 1
    if other > own { kept.yieldCount += 1 }
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

  /// Confirms that pages and versions are durable here, so the other site need not send them again.
  mutating func recorded(_ sequence: UInt64, _ effects: inout [ReplicationEffect]) {
    guard let place = taking.firstIndex(where: { $0.sequence == sequence }) else { return }
    taking.remove(at: place)
    effects.append(
      .send(
        Message(group: group.id, term: 0, session: kept.heardSession, sequence: sequence, body: .held)))
  }
}
