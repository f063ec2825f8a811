import Storage
import Units

/// The common part of the targets of all layers: whom they accept and how they answer.
protocol ReplicationTarget: ReplicationEngine {
  var kept: DurableState { get set }
  var reception: Reception { get set }
  var promotion: Promotion? { get set }
  /// Whether the record of the start is stored. Messages are refused before that.
  var isStarted: Bool { get }
  var isPromoted: Bool { get }
  /// The state reported last.
  var reported: PairState { get set }
  /// The progress of the target in the connection.
  var progress: Progress { get }
  /// The greeting for a source that opens a connection.
  var greeting: Greeting { get }

  mutating func begin(_ effects: inout [ReplicationEffect])
  /// Prepares for an accepted plan: records the connection's needs before it is opened.
  mutating func prepare(_ effects: inout [ReplicationEffect])
  /// Receives a source's message in an open connection; refuses messages of other layers.
  mutating func receive(_ body: Message.Body, at now: Instant, _ effects: inout [ReplicationEffect])
  mutating func finished(_ ticket: Ticket, at now: Instant, _ effects: inout [ReplicationEffect])
  /// Begins a promotion, which proceeds as soon as no other work is in progress.
  mutating func promotionBegan(at now: Instant, _ effects: inout [ReplicationEffect])
  /// Handles an alarm that the target has set.
  mutating func wake(_ timer: ReplicationTimer, at now: Instant, _ effects: inout [ReplicationEffect])
  /// Applies no more records before the promotion. Targets without a log refuse the command.
  mutating func pauseApplying(_ effects: inout [ReplicationEffect])
}

extension ReplicationTarget {
  mutating func wake(_ timer: ReplicationTimer, at now: Instant, _ effects: inout [ReplicationEffect]) {}
  mutating func pauseApplying(_ effects: inout [ReplicationEffect]) { effects.append(.refused(.notNow)) }
}

extension ReplicationTarget {
  mutating func respond(
    to event: ReplicationEvent, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    switch event {
    case .begin: begin(&effects)
    case .message(let message): hear(message, at: now, &effects)
    case .frame(let bytes):
      do { hear(try Message(decoding: bytes), at: now, &effects) } catch { effects.append(.refused(error)) }
    case .finished(let ticket): finished(ticket, at: now, &effects)
    case .command(.promote(let promotion)): promote(promotion, at: now, &effects)
    case .command(.pause): pauseApplying(&effects)
    case .timer(let timer): wake(timer, at: now, &effects)
    case .failed, .read, .contact: break
    case .write, .append, .flush, .command: effects.append(.refused(.notNow))
    }
    if state != reported {
      reported = state
      effects.append(.changed(reported))
    }
  }

  private mutating func promote(
    _ promotion: Promotion, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    guard isStarted, self.promotion == nil, !isPromoted else { return effects.append(.refused(.notNow)) }
    guard promotion.term > kept.term else { return effects.append(.refused(.termNotNewer(kept.term))) }
    self.promotion = promotion
    promotionBegan(at: now, &effects)
  }

  // MARK: Listening

  private mutating func hear(_ message: Message, at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard isStarted else { return effects.append(.refused(.notNow)) }
    if let refusal = objection(to: message) {
      effects.append(.refused(refusal))
      switch refusal {
      case .olderTerm: answer(message, refusal, &effects)
      case .otherSession where message.session >= max(kept.session, reception.conversation.session):
        answer(message, refusal, &effects)
      default: break
      }
      return
    }
    kept.term = max(kept.term, message.term)
    switch message.body {
    case .hello: send(.greeting(greeting), &effects)
    case .plan(let plan):
      if reception.prepare(for: plan) {
        prepare(&effects)
      } else if reception.plan != nil {
        send(.ready, &effects)
      }
    case .heartbeat where reception.plan != nil: send(.progress(progress), &effects)
    case .refusal(let refusal): effects.append(.refused(refusal))
    default: receive(message.body, at: now, &effects)
    }
  }

  private mutating func objection(to message: Message) -> Refusal? {
    if let refusal = reception.objection(to: message, term: kept.term) { return refusal }
    if promotion != nil || isPromoted { return .olderTerm(max(kept.term, promotion?.term ?? 0)) }
    return reception.accept(message, preparedFor: kept.session)
  }

  // MARK: Answering

  mutating func send(_ body: Message.Body, _ effects: inout [ReplicationEffect]) {
    effects.append(.send(reception.conversation.compose(body, term: kept.term)))
  }

  /// Sends the target's progress if a source is connected.
  mutating func sendProgress(_ effects: inout [ReplicationEffect]) {
    if reception.plan != nil { send(.progress(progress), &effects) }
  }

  /// Answers in the session of the message, which is not the current session.
  private mutating func answer(
    _ message: Message, _ refusal: Refusal, _ effects: inout [ReplicationEffect]
  ) {
    var reply = reception.conversation.compose(.refusal(refusal), term: kept.term)
    reply.session = message.session
    effects.append(.send(reply))
  }
}

/// A target below the application layer, which receives entries of a stream of blocks.
protocol BlockTarget: ReplicationTarget {
  mutating func take(_ entry: Entry)
  /// Processes received entries, unless the target is busy.
  mutating func workOn(_ effects: inout [ReplicationEffect])
}

extension BlockTarget {
  var greeting: Greeting {
    Greeting(generations: kept.generations, disk: kept.disk, marks: kept.marks, progress: progress)
  }

  mutating func receive(_ body: Message.Body, at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard case .entries(let entries) = body else { return effects.append(.refused(.outOfPlace)) }
    do {
      for entry in try reception.accept(entries) { take(entry) }
      if reception.plan?.acknowledgesReceipt == true { send(.progress(progress), &effects) }
      workOn(&effects)
    } catch {
      effects.append(.refused(error))
      switch error {
      case .duplicate: send(.progress(progress), &effects)
      case .gap: send(.refusal(error), &effects)
      default: break
      }
    }
  }
}
