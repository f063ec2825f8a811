import Storage
import Units

/// The target of log replication: makes the records durable in their order and lets the application apply them one by one.
public struct LogTarget: ReplicationEngine {
  public struct Configuration: Sendable {
    /// The identifier of the pair that this target is a side of.
    public var pair: UInt32

    public init(pair: UInt32) { self.pair = pair }
  }

  var kept: DurableState
  var reception: Reception
  /// The position up to which the log is durable here, and up to which it is being recorded.
  var durable: UInt64
  var recording: UInt64?
  /// The last position of the record that is being applied.
  var applying: UInt64?
  var promotion: Promotion?
  var isStarted = false
  var isPromoted = false
  var reported = PairState.idle

  public init(_ configuration: Configuration, from state: DurableState) {
    kept = state
    reception = Reception(group: ReplicaGroup(id: configuration.pair, volumes: []), state: state)
    durable = state.log.last
  }

  public var durableState: DurableState { kept }

  public var state: PairState {
    if isPromoted { return .promoted }
    return reception.plan == nil ? .idle : .replicating
  }

  public mutating func handle(
    _ event: ReplicationEvent, at now: Instant, into effects: inout [ReplicationEffect]
  ) {
    switch event {
    case .begin:
      kept.boots += 1
      kept.isHandedOver = false
      reception = Reception(group: reception.group, state: kept)
      effects.append(.record(Ticket(.start), ByteCount(4_096)))
    case .message(let message): hear(message, at: now, &effects)
    case .frame(let bytes):
      do { hear(try Message(decoding: bytes), at: now, &effects) } catch { effects.append(.refused(error)) }
    case .finished(let ticket): finished(ticket, &effects)
    case .command(.promote(let promotion)): promote(promotion, &effects)
    case .failed, .timer, .read: break
    case .write, .append, .flush, .command: effects.append(.refused(.notNow))
    }
    if state != reported {
      reported = state
      effects.append(.changed(reported))
    }
  }

  private var progress: Progress {
    Progress(received: kept.log.last, durable: durable, applied: kept.log.applied)
  }

  private mutating func send(_ body: Message.Body, _ effects: inout [ReplicationEffect]) {
    effects.append(.send(reception.conversation.compose(body, term: kept.term)))
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
    case .hello:
      send(
        .greeting(
          Greeting(generations: kept.generations, disk: kept.disk, marks: [], progress: greetingProgress)),
        &effects)
    case .plan(let plan): prepare(plan, &effects)
    case .records(let records) where reception.plan != nil: receive(records, at: now, &effects)
    case .heartbeat where reception.plan != nil: send(.progress(progress), &effects)
    case .refusal(let refusal): effects.append(.refused(refusal))
    default: effects.append(.refused(.outOfPlace))
    }
  }

  /// What came in an earlier connection is kept: the log goes on behind it.
  private var greetingProgress: Progress {
    Progress(received: kept.log.last, durable: kept.log.last, applied: min(kept.log.applied, kept.log.last))
  }

  private mutating func objection(to message: Message) -> Refusal? {
    if let refusal = reception.objection(to: message, term: kept.term) { return refusal }
    if promotion != nil || isPromoted { return .olderTerm(max(kept.term, promotion?.term ?? 0)) }
    return reception.accept(message, preparedFor: kept.session)
  }

  private mutating func answer(_ message: Message, _ refusal: Refusal, _ effects: inout [ReplicationEffect]) {
    var reply = reception.conversation.compose(.refusal(refusal), term: kept.term)
    reply.session = message.session
    effects.append(.send(reply))
  }

  private mutating func prepare(_ plan: ConnectionPlan, _ effects: inout [ReplicationEffect]) {
    guard reception.prepare(for: plan) else {
      if reception.plan != nil { send(.ready, &effects) }
      return
    }
    kept.session = reception.conversation.session
    kept.generations = plan.generations
    effects.append(.record(Ticket(.prepare, kept.session), ByteCount(4_096)))
  }

  /// Records that go on from what is here, in their order and intact; those that came before are passed over.
  private mutating func receive(_ records: [LogRecord], at now: Instant, _ effects: inout [ReplicationEffect])
  {
    for record in records {
      switch kept.log.objection(to: record) {
      case nil: kept.log.append(record, at: now)
      case .duplicate: effects.append(.refused(.duplicate))
      case .some(let refusal):
        effects.append(.refused(refusal))
        send(.refusal(refusal), &effects)
        return
      }
    }
    send(.progress(progress), &effects)
    recordNext(&effects)
  }

  private mutating func finished(_ ticket: Ticket, _ effects: inout [ReplicationEffect]) {
    switch ticket.purpose {
    case .start:
      isStarted = true
      applyNext(&effects)
    case .prepare where ticket.number == reception.conversation.session && promotion == nil:
      reception.open()
      durable = kept.log.last
      send(.ready, &effects)
    case .logFlush:
      durable = recording ?? durable
      recording = nil
      if reception.plan != nil { send(.progress(progress), &effects) }
      recordNext(&effects)
      applyNext(&effects)
    case .logApply:
      kept.log.applied = applying ?? kept.log.applied
      applying = nil
      if reception.plan != nil { send(.progress(progress), &effects) }
      applyNext(&effects)
    case .promote:
      isPromoted = true
      effects.append(.promoted(kept.point))
    default: break
    }
  }

  // MARK: The log

  private mutating func recordNext(_ effects: inout [ReplicationEffect]) {
    guard recording == nil, durable < kept.log.last else { return }
    let start = kept.log.place(after: durable) ?? kept.log.records.start
    if let applied = kept.log.place(after: min(kept.log.applied, durable)) {
      kept.log.removeAll(before: applied)
    }
    recording = kept.log.last
    effects.append(
      .record(Ticket(.logFlush), kept.log.bytes(max(start, kept.log.records.start)..<kept.log.records.end)))
  }

  /// Applies the next record that is durable; when none is left a promotion can go on.
  private mutating func applyNext(_ effects: inout [ReplicationEffect]) {
    guard applying == nil, !isPromoted else { return }
    if let place = kept.log.place(after: kept.log.applied), place < kept.log.records.end,
      kept.log.records[place].record.last <= durable
    {
      let record = kept.log.records[place].record
      applying = record.last
      return effects.append(.apply(Ticket(.logApply, record.last), record))
    }
    if promotion != nil { carryOutPromotion(&effects) }
  }

  // MARK: Promotion

  private mutating func promote(_ promotion: Promotion, _ effects: inout [ReplicationEffect]) {
    guard isStarted, self.promotion == nil, !isPromoted else { return effects.append(.refused(.notNow)) }
    guard promotion.term > kept.term else { return effects.append(.refused(.termNotNewer(kept.term))) }
    self.promotion = promotion
    recordNext(&effects)
    applyNext(&effects)
  }

  /// Everything received is durable and applied.
  private mutating func carryOutPromotion(_ effects: inout [ReplicationEffect]) {
    guard let promotion, recording == nil, applying == nil, kept.log.applied == kept.log.last else { return }
    kept.term = promotion.term
    kept.generations.converge()
    kept.generations.fork(as: kept.nextName())
    kept.log.fork = kept.log.last
    kept.lastWrite = kept.log.last
    kept.point = RecoveryPoint(
      number: 0, instant: kept.log.records.last?.instant ?? kept.point.instant, lastWrite: kept.log.last)
    effects.append(.record(Ticket(.promote), ByteCount(4_096)))
  }
}
