import Storage
import Units

extension LogSource {
  // MARK: Meeting a peer

  mutating func greet(_ index: Int, at now: Instant, _ effects: inout [ReplicationEffect]) {
    channels[index].attempts += 1
    channels[index].conversation.open(kept.boots << 24 | channels[index].attempts)
    channels[index].phase = .greeting
    channels[index].retries = 0
    channels[index].lastProgress = now
    send(.hello, to: index, &effects)
  }

  private mutating func send(_ body: Message.Body, to index: Int, _ effects: inout [ReplicationEffect]) {
    effects.append(.send(channels[index].conversation.compose(body, term: kept.term)))
  }

  /// Resumes behind the end of the peer's log, if that log is a prefix of this one.
  private mutating func meet(
    _ greeting: Greeting, _ index: Int, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    let position = greeting.progress.durable
    let target = greeting.generations.current
    let isPart =
      target == kept.generations.current
      || (kept.generations.bases.contains(target) && position <= kept.log.fork)
      || (target == .blank && position == 0)
    channels[index].progress = greeting.progress
    guard isPart, position <= kept.log.last, let place = kept.log.place(after: position) else {
      channels[index].phase = .apart
      return send(.refusal(isPart ? .gap(after: position) : .splitBrain), to: index, &effects)
    }
    channels[index].nextPlace = place
    channels[index].unsettledPlace = place
    channels[index].unappliedPlace =
      kept.log.place(after: greeting.progress.applied) ?? kept.log.records.start
    let plan = ConnectionPlan(
      start: position, isResync: false, generations: kept.generations, acknowledgesReceipt: true)
    channels[index].phase = .planning(plan)
    send(.plan(plan), to: index, &effects)
  }

  // MARK: Listening

  mutating func hear(_ message: Message, at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard let index = channels.firstIndex(where: { $0.conversation.group == message.group }) else {
      return effects.append(.refused(.otherGroup(message.group)))
    }
    if let refusal = objection(to: message, index) {
      effects.append(.refused(refusal))
      if case .olderTerm = refusal, message.body.isOfSource { answer(message, refusal, &effects) }
      return
    }
    channels[index].lastHeard = now
    switch (message.body, channels[index].phase) {
    case (.refusal(.olderTerm(let term)), _): fence(term, &effects)
    case (.refusal(.otherSession), _): greet(index, at: now, &effects)
    case (.refusal(.gap), .streaming):
      channels[index].nextPlace = channels[index].unsettledPlace
      ship(index, at: now, &effects)
    case (.greeting(let greeting), .greeting): meet(greeting, index, at: now, &effects)
    case (.ready, .planning):
      channels[index].phase = .streaming
      ship(index, at: now, &effects)
    case (.progress(let progress), .streaming): heard(progress, index, at: now, &effects)
    default: effects.append(.refused(.outOfPlace))
    }
    complete(at: now, &effects)
  }

  private mutating func objection(to message: Message, _ index: Int) -> Refusal? {
    if message.body.isOfSource { return message.term < kept.term ? .olderTerm(kept.term) : .splitBrain }
    if case .refusal(.olderTerm(let term)) = message.body, term > kept.term { return nil }
    if fencedBy != nil || message.term > kept.term { return .otherSession }
    if message.term < kept.term { return .olderTerm(kept.term) }
    return channels[index].conversation.accept(message)
  }

  private func answer(_ message: Message, _ refusal: Refusal, _ effects: inout [ReplicationEffect]) {
    effects.append(
      .send(
        Message(
          group: message.group, term: kept.term, session: message.session, sequence: kept.boots << 32,
          body: .refusal(refusal))))
  }

  private mutating func heard(
    _ progress: Progress, _ index: Int, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    guard channels[index].advance(progress, kept.log, at: now) else {
      return effects.append(.refused(.outOfPlace))
    }
    ship(index, at: now, &effects)
  }

  // MARK: Sending

  mutating func shipAll(at now: Instant, _ effects: inout [ReplicationEffect]) {
    for index in channels.indices { ship(index, at: now, &effects) }
  }

  /// Sends records that are durable here, as far as the window allows.
  private mutating func ship(_ index: Int, at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard channels[index].phase == .streaming else { return }
    while let batch = nextBatch(index) {
      if channels[index].nextPlace == channels[index].unsettledPlace { channels[index].lastProgress = now }
      channels[index].nextPlace += UInt64(batch.count)
      send(.records(batch), to: index, &effects)
    }
  }

  private func nextBatch(_ index: Int) -> [LogRecord]? {
    let channel = channels[index]
    let start = max(channel.nextPlace, kept.log.records.start)
    let onItsWay = kept.log.bytes(
      max(kept.log.records.start, channel.unsettledPlace)..<max(channel.unsettledPlace, start))
    guard onItsWay < policy.windowMaximum else { return nil }
    var batch: [LogRecord] = []
    var size = 0
    var place = start
    while place < kept.log.records.end {
      let record = kept.log.records[place].record
      size += record.bytes.count
      guard record.last <= localDurable, batch.isEmpty || size <= Int(policy.batchMaximum.bytes) else {
        break
      }
      batch.append(record)
      place += 1
    }
    return batch.isEmpty ? nil : batch
  }

  /// Notes that transport to the peers works and messages are in flight.
  mutating func noteContact(at now: Instant) {
    for index in channels.indices { (channels[index].lastHeard, channels[index].lastProgress) = (now, now) }
  }

  // MARK: Time

  mutating func wake(_ timer: ReplicationTimer, at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard fencedBy == nil else { return }
    switch timer {
    case .heartbeat:
      effects.append(.wake(.heartbeat, at: now + policy.heartbeat))
      for index in channels.indices { beat(index, at: now, &effects) }
    case .silence: timeOut(at: now, &effects)
    case .retry, .reconnect, .point, .apply: break
    }
    complete(at: now, &effects)
  }

  /// Handles the time-out of a commit that waits for the peers.
  private mutating func timeOut(at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard policy.fallsBack, let first = commits.first else { return }
    if isDue(first, at: now) {
      hasFallenBack = true
    } else {
      effects.append(.wake(.silence, at: first.since + policy.timeout))
    }
  }

  /// Repeats unanswered records, or sends a heartbeat if there are none.
  private mutating func beat(_ index: Int, at now: Instant, _ effects: inout [ReplicationEffect]) {
    let channel = channels[index]
    let isOverdue = now - channel.lastProgress >= policy.retry * (1 << min(channel.retries, 4))
    switch channel.phase {
    case .greeting:
      if isOverdue { greet(index, at: now, &effects) }
    case .planning(let plan):
      if isOverdue { send(.plan(plan), to: index, &effects) }
    case .streaming:
      if now - channel.lastHeard >= policy.tolerance { return greet(index, at: now, &effects) }
      if isOverdue, channel.nextPlace > channel.unsettledPlace {
        channels[index].retries += 1
        channels[index].lastProgress = now
        channels[index].nextPlace = channel.unsettledPlace
        ship(index, at: now, &effects)
      } else {
        send(.heartbeat, to: index, &effects)
      }
    case .apart: break
    }
  }

  // MARK: Claims

  /// Returns the claim for the most advanced peer, which is the target of a failover.
  public mutating func takeClaim() -> ReplicationClaim { claim }

  public var claim: ReplicationClaim {
    let lags = pairs.map { lag(of: $0) }
    let isComplete = lags.contains { $0.oldest == nil }
    return ReplicationClaim(
      oldest: isComplete ? nil : lags.compactMap(\.oldest).max(),
      hasCopy: channels.contains { $0.phase != .apart },
      isProtecting: state == .replicating, isDegraded: hasFallenBack)
  }

  /// Returns the largest possible lag of a peer's durable log. A failover to the peer would lose that much.
  public func lag(of pair: UInt32) -> Lag {
    guard let channel = channels.first(where: { $0.conversation.group == pair }) else {
      return Lag(
        oldest: kept.log.records.first?.instant,
        bytes: kept.log.bytes(kept.log.records.start..<kept.log.records.end))
    }
    return lag(from: channel.unsettledPlace)
  }

  /// Returns the extract lag: the log not yet sent to a peer. The lag is no recovery point objective.
  public func extractLag(of pair: UInt32) -> Lag? {
    channels.first { $0.conversation.group == pair }.map { lag(from: $0.nextPlace) }
  }

  /// Returns the apply lag: the log that a peer's application has not applied. The lag is no recovery time
  /// objective.
  public func applyLag(of pair: UInt32) -> Lag? {
    channels.first { $0.conversation.group == pair }.map { lag(from: $0.unappliedPlace) }
  }

  private func lag(from place: UInt64) -> Lag {
    let start = max(place, kept.log.records.start)
    guard start < kept.log.records.end else { return Lag(oldest: nil, bytes: .zero) }
    return Lag(oldest: kept.log.records[start].instant, bytes: kept.log.bytes(start..<kept.log.records.end))
  }
}
