import Storage
import Units

extension BlockSource {
  // MARK: Meeting the peer

  /// Tries to connect to the peer. In interval mode this starts a new snapshot.
  mutating func reconnect(at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard isNameRecorded else { return effects.append(.wake(.reconnect, at: now + policy.reconnect)) }
    if policy.snapshotInterval == nil { connect(at: now, &effects) } else { sendSnapshot(at: now, &effects) }
  }

  /// Sends a hello to the peer in a new session.
  mutating func connect(at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard fencedBy == nil, divergence == nil, isNameRecorded, phase != .starting else { return }
    guard !isPaused || frozen != nil else { return }
    let attempt = contact.open(window: policy.messagesAtFirst, at: now)
    conversation.open(kept.boots << 24 | attempt)
    phase = .greeting
    send(.hello, &effects)
    armRetry(at: now, &effects)
  }

  mutating func send(_ body: Message.Body, _ effects: inout [ReplicationEffect]) {
    effects.append(.send(conversation.compose(body, term: kept.term)))
  }

  /// Chooses a plan by the peer's description of its copy.
  private mutating func meet(
    _ greeting: Greeting, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    guard greeting.marks.count == group.volumes.count,
      zip(greeting.marks, kept.marks).allSatisfy({ $0.pageCount == $1.pageCount })
    else { return effects.append(.refused(.malformed)) }
    switch kept.generations.relation(to: greeting.generations) {
    case .full: markAll()
    case .marked:
      kept.generations.settle(peerAt: greeting.generations.current)
      mark(greeting.marks)
    case .splitBrain(let isCovered):
      guard reportApart(greeting, &effects) else { return }
      if isCovered { mark(greeting.marks) } else { markAll() }
    case .unrelated where policy.splitBrain == .keepNewerTerm:
      _ = reportApart(greeting, &effects)
      markAll()
    case .unrelated:
      effects.append(.refused(.unrelated))
      return giveUp(.refusedByPeer, at: now, &effects)
    }
    resync = Resync(isTargetBlank: greeting.generations.current == .blank, volumes: group.volumes)
    let plan = ConnectionPlan(
      start: stream.last, isResync: true, generations: kept.generations,
      acknowledgesReceipt: policy.acknowledgement == .received)
    phase = .planning(plan)
    send(.plan(plan), &effects)
  }

  /// Reports a split brain; returns `false` when a person must decide.
  private mutating func reportApart(_ greeting: Greeting, _ effects: inout [ReplicationEffect]) -> Bool {
    let divergence = Divergence(
      sourcePages: durableState.marks.pageTotal, targetPages: greeting.marks.pageTotal)
    effects.append(.changed(.splitBrain(divergence)))
    if policy.splitBrain == .keepNewerTerm { return true }
    self.divergence = divergence
    phase = .idle
    send(.refusal(.splitBrain), &effects)
    return false
  }

  private mutating func mark(_ pages: [PageSet]) {
    if frozen != nil { frozen?.add(pages) } else { kept.marks.formUnion(pages) }
    if pages.pageTotal > 0 { marked.begin(at: kept.settled) }
  }

  private mutating func markAll() {
    var all = [PageSet](volumes: group.volumes)
    for volume in all.indices { all[volume].insertAll() }
    mark(all)
  }

  // MARK: Listening

  mutating func hear(_ message: Message, at now: Instant, _ effects: inout [ReplicationEffect]) {
    if let refusal = objection(to: message) {
      effects.append(.refused(refusal))
      // A primary of an older term must learn of the newer one.
      if case .olderTerm = refusal, message.body.isOfSource { answer(message, refusal, &effects) }
      return
    }
    switch message.body {
    case .refusal(let refusal): heard(refusal, at: now, &effects)
    case .greeting(let greeting) where phase == .greeting:
      contact.hear(at: now)
      effects.append(.wake(.silence, at: now + policy.tolerance))
      meet(greeting, at: now, &effects)
    case .ready where phase.isPlanning:
      contact.hear(at: now)
      phase = .streaming
      resync?.begin(with: frozen?.pages ?? kept.marks)
      if policy.snapshotInterval == nil { resyncs.begun += 1 }
      askWitness(&effects)
      pump(at: now, &effects)
    case .progress(let progress) where phase == .streaming:
      contact.hear(at: now)
      heard(progress, at: now, &effects)
    default: effects.append(.refused(.outOfPlace))
    }
    completeFlushes(&effects)
  }

  /// Checks a message's group, term, session and sequence. The target may use an older term at the first
  /// contact.
  private mutating func objection(to message: Message) -> Refusal? {
    if message.group != group.id { return .otherGroup(message.group) }
    if message.body.isOfSource {
      return message.term < kept.term ? .olderTerm(kept.term) : .splitBrain
    }
    if case .refusal(.olderTerm(let term)) = message.body, term > kept.term { return nil }
    if message.term > kept.term { return .otherSession }
    if message.term < kept.term { return .olderTerm(kept.term) }
    return conversation.accept(message)
  }

  private func answer(
    _ message: Message, _ refusal: Refusal, _ effects: inout [ReplicationEffect]
  ) {
    effects.append(
      .send(
        Message(
          group: group.id, term: kept.term, session: message.session, sequence: kept.boots << 32,
          body: .refusal(refusal))))
  }

  private mutating func heard(
    _ refusal: Refusal, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    switch refusal {
    case .olderTerm(let term): fence(term, &effects)
    case .otherSession where phase != .idle:
      disconnect(at: now, &effects)
      reconnect(at: now, &effects)
    case .gap where phase == .streaming:
      stream.rewind()
      transmit(at: now, &effects)
    case .unrelated, .splitBrain: giveUp(.refusedByPeer, at: now, &effects)
    default: break
    }
  }

  private mutating func heard(
    _ progress: Progress, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    guard stream.admits(progress) else { return effects.append(.refused(.outOfPlace)) }
    let before = (stream.received, stream.durable)
    if let time = stream.advance(received: progress.received, durable: progress.durable, at: now) {
      contact.noteAnswer(after: time, windowMaximum: policy.messagesInFlight)
    }
    while let entry = stream.popSettled(through: progress.durable) { settle(entry, at: now, &effects) }
    if before != (stream.received, stream.durable) { contact.noteProgress(at: now) }
    pump(at: now, &effects)
    transmit(at: now, &effects)
  }

  // MARK: Sending

  /// Sends entries while the window has room.
  mutating func transmit(at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard phase == .streaming else { return }
    while stream.sent < stream.last, stream.unanswered.count < contact.window {
      if stream.unanswered.isEmpty { contact.beginSending(at: now) }
      send(.entries(stream.nextBatch(maximum: policy.batchMaximum, at: now)), &effects)
    }
    if !stream.unanswered.isEmpty { armRetry(at: now, &effects) }
  }

  private mutating func armRetry(at now: Instant, _ effects: inout [ReplicationEffect]) {
    if let instant = contact.armRetry(policy, at: now) { effects.append(.wake(.retry, at: instant)) }
  }

  mutating func wake(_ timer: ReplicationTimer, at now: Instant, _ effects: inout [ReplicationEffect]) {
    switch timer {
    case .retry:
      contact.disarmRetry()
      retry(at: now, &effects)
    case .heartbeat: beat(at: now, &effects)
    case .silence: watchSilence(at: now, &effects)
    case .reconnect where phase == .idle:
      if suspension != .peerLost || policy.resumesByItself { reconnect(at: now, &effects) }
    case .reconnect, .apply: break
    case .point: pointIsDue(at: now, &effects)
    }
    completeFlushes(&effects)
  }

  private mutating func retry(at now: Instant, _ effects: inout [ReplicationEffect]) {
    let isWaiting = phase == .greeting || phase.isPlanning || !stream.unanswered.isEmpty
    guard isWaiting, fencedBy == nil else { return }
    if contact.beginRetry(policy, isCounted: phase == .streaming, at: now) {
      switch phase {
      case .greeting: send(.hello, &effects)
      case .planning(let plan): send(.plan(plan), &effects)
      case .streaming:
        stream.rewind()
        transmit(at: now, &effects)
        // All was received: only an answer is missing.
        if stream.unanswered.isEmpty { send(.heartbeat, &effects) }
      case .idle, .starting: break
      }
    }
    armRetry(at: now, &effects)
  }

  private mutating func beat(at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard fencedBy == nil else { return }
    if phase == .streaming {
      send(.heartbeat, &effects)
      transmit(at: now, &effects)
    }
    askWitness(&effects)
    effects.append(.wake(.heartbeat, at: now + policy.heartbeat))
  }

  // MARK: Losing the peer

  private mutating func watchSilence(at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard fencedBy == nil else { return }
    // Between two intervals no messages are expected.
    let isExpected = phase != .idle || policy.snapshotInterval == nil
    let isConnected = phase == .streaming || phase.isPlanning
    let isWatched = isConnected || (isExpected && suspension == nil && divergence == nil)
    if isWatched, now - contact.lastHeard >= policy.tolerance { giveUp(.peerLost, at: now, &effects) }
    let since = isWatched && suspension == nil ? contact.lastHeard : now
    effects.append(.wake(.silence, at: since + policy.tolerance))
  }

  /// Serves the host without the peer from now on, as far as the mode allows.
  mutating func giveUp(_ reason: Suspension, at now: Instant, _ effects: inout [ReplicationEffect]) {
    disconnect(at: now, &effects)
    suspension = reason
    if isNameRecorded { askWitness(&effects) }
    if reason != .refusedByPeer { effects.append(.wake(.reconnect, at: now + policy.reconnect)) }
  }

  /// Informs the witness before serving the host alone, and again when the peer is back.
  mutating func askWitness(_ effects: inout [ReplicationEffect]) {
    guard policy.asksWitness, isNameRecorded else { return }
    if !isInSync, suspension != nil || phase == .streaming, !witness.isTold {
      witness.ask()
      effects.append(.outdatePeer(Ticket(.outdate)))
    } else if isInSync, witness.mayBeOutdated {
      effects.append(.restorePeer(Ticket(.restore)))
    }
  }

  /// Marks everything that is not durable at the peer, which remains behind.
  mutating func disconnect(at now: Instant, _ effects: inout [ReplicationEffect]) {
    while let entry = stream.popSettled(through: stream.last) {
      guard entry.changesVolume, frozen == nil else { continue }
      let volume = Int(entry.volume)
      marked.note(entry.nominalSize, to: entry.extent, of: volume, in: kept.marks[volume])
      kept.marks[volume].insert(entry.extent)
      if entry.kind == .write { marked.include(entry.instant) }
    }
    stream.clear()
    points.drop()
    thaw(&effects)
    let isInDoubt = resync?.isClosing == true
    endResync()
    phase = .idle
    hosts.awaitSync()
    guard kept.generations.bases.isEmpty || isInDoubt else { return }
    kept.generations.diverge(as: kept.nextName())
    noteSettled(at: now)
    isNameRecorded = false
    effects.append(.record(Ticket(.suspend), ByteCount(4_096)))
  }

  /// Handles an overflow of the buffer: changes are only marked until the peer has caught up.
  mutating func overflow(at now: Instant, _ effects: inout [ReplicationEffect]) {
    disconnect(at: now, &effects)
    suspension = .bufferOverflow
    effects.append(.wake(.reconnect, at: now + policy.reconnect))
  }
}

extension BlockSource.Phase {
  var isPlanning: Bool {
    if case .planning = self { true } else { false }
  }
}

extension Message.Body {
  /// Whether only a source sends this message.
  var isOfSource: Bool {
    switch self {
    case .hello, .plan, .entries, .records, .heartbeat: true
    case .greeting, .ready, .progress, .refusal, .versions, .held: false
    }
  }
}
