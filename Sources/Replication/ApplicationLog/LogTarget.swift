import Storage
import Units

/// The target of log replication. Records become durable in their order, and the application applies them one
/// by one.
public struct LogTarget: ReplicationEngine, ReplicationTarget {
  public struct Configuration: Sendable {
    /// The identifier of this target's pair.
    public var pair: UInt32

    public init(pair: UInt32) { self.pair = pair }
  }

  var kept: DurableState
  var reception: Reception
  /// The position through which the log is durable here, and the position through which it is being recorded.
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
    respond(to: event, at: now, &effects)
  }

  mutating func begin(_ effects: inout [ReplicationEffect]) {
    kept.boots += 1
    kept.isHandedOver = false
    reception = Reception(group: reception.group, state: kept)
    effects.append(.record(Ticket(.start), ByteCount(4_096)))
  }

  var progress: Progress {
    Progress(received: kept.log.last, durable: durable, applied: kept.log.applied)
  }

  // MARK: Listening

  /// The greeting. Records of earlier connections are kept, so the log continues after them.
  var greeting: Greeting {
    let progress = Progress(
      received: kept.log.last, durable: kept.log.last, applied: min(kept.log.applied, kept.log.last))
    return Greeting(generations: kept.generations, disk: kept.disk, marks: [], progress: progress)
  }

  mutating func prepare(_ effects: inout [ReplicationEffect]) {
    guard let pending = reception.pending else { return }
    kept.session = pending.session
    kept.generations = pending.plan.generations
    effects.append(.record(Ticket(.prepare, kept.session), ByteCount(4_096)))
  }

  mutating func receive(_ body: Message.Body, at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard case .records(let records) = body, reception.plan != nil else {
      return effects.append(.refused(.outOfPlace))
    }
    receive(records, at: now, &effects)
  }

  /// Receives intact records that continue the log. Earlier records are skipped.
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

  mutating func finished(_ ticket: Ticket, at now: Instant, _ effects: inout [ReplicationEffect]) {
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
      sendProgress(&effects)
      recordNext(&effects)
      applyNext(&effects)
    case .logApply:
      kept.log.applied = applying ?? kept.log.applied
      applying = nil
      sendProgress(&effects)
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

  /// Applies the next durable record. After the last one a promotion can proceed.
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

  mutating func promotionBegan(at now: Instant, _ effects: inout [ReplicationEffect]) {
    recordNext(&effects)
    applyNext(&effects)
  }

  /// Completes a promotion after everything received is durable and applied.
  private mutating func carryOutPromotion(_ effects: inout [ReplicationEffect]) {
    guard let promotion, recording == nil, applying == nil, kept.log.applied == kept.log.last else { return }
    kept.term = promotion.term
    kept.generations.converge()
    kept.generations.fork(as: kept.nextName())
    kept.log.fork = kept.log.last
    kept.lastWrite = kept.log.last
    kept.point = ReplicaPoint(
      number: 0, instant: kept.log.records.last?.instant ?? kept.point.instant, lastWrite: kept.log.last)
    effects.append(.record(Ticket(.promote), ByteCount(4_096)))
  }
}
