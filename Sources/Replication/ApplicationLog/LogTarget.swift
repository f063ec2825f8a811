import Storage
import Units

/// The target of log replication. Records become durable in their order, and the application applies them one
/// by one.
///
/// With a delay the target applies a record when the delay has passed since the record's receipt. PostgreSQL does
/// so by `recovery_min_apply_delay`, counted from the commit. A promotion applies the pending records at once, up
/// to its point.
public struct LogTarget: ReplicationEngine, ReplicationTarget {
  public struct Configuration: Sendable {
    /// The identifier of this target's pair.
    public var pair: UInt32
    /// The age that a record must reach before it is applied.
    public var applyDelay: Duration

    public init(pair: UInt32, applyDelay: Duration = .zero) {
      self.pair = pair
      self.applyDelay = applyDelay
    }
  }

  var kept: DurableState
  var reception: Reception
  /// The position through which the log is durable here, and the position through which it is being recorded.
  var durable: UInt64
  var recording: UInt64?
  /// The last position of the record that is being applied.
  var applying: UInt64?
  private let applyDelay: Duration
  /// Whether nothing is applied before the promotion.
  private var isPaused = false
  /// The instant of the alarm that was set last for the next record.
  private var alarm: Instant?
  var promotion: Promotion?
  var isStarted = false
  var isPromoted = false
  var reported = PairState.idle

  public init(_ configuration: Configuration, from state: DurableState) {
    kept = state
    reception = Reception(group: ReplicaGroup(id: configuration.pair, volumes: []), state: state)
    durable = state.log.last
    applyDelay = configuration.applyDelay
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

  /// Traps unless the positions of the log are in order.
  public func checkInvariants() {
    precondition(durable <= kept.log.last, "only what is in the log is durable")
    precondition(recording.map { $0 <= kept.log.last } ?? true, "only what is in the log is recorded")
    precondition(applying.map { $0 <= durable } ?? true, "only what is durable is applied")
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
      applyNext(at: now, &effects)
    case .prepare where ticket.number == reception.conversation.session && promotion == nil:
      reception.open()
      durable = kept.log.last
      send(.ready, &effects)
    case .logFlush:
      durable = recording ?? durable
      recording = nil
      sendProgress(&effects)
      recordNext(&effects)
      applyNext(at: now, &effects)
    case .logApply:
      kept.log.applied = applying ?? kept.log.applied
      applying = nil
      sendProgress(&effects)
      applyNext(at: now, &effects)
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

  /// Applies the next record that is durable and old enough. After the last one a promotion can proceed.
  private mutating func applyNext(at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard applying == nil, !isPromoted else { return }
    if let place = kept.log.place(after: kept.log.applied), place < kept.log.records.end,
      kept.log.records[place].record.last <= min(durable, goal)
    {
      let next = kept.log.records[place]
      guard mayApply(next, at: now, &effects) else { return }
      applying = next.record.last
      return effects.append(.apply(Ticket(.logApply, next.record.last), next.record))
    }
    if promotion != nil { carryOutPromotion(&effects) }
  }

  /// The last position that is to be applied.
  private var goal: UInt64 {
    if case .position(let position) = promotion?.point { position } else { .max }
  }

  /// Whether a record is old enough. Sets an alarm for a record that is not; a promotion does not wait.
  private mutating func mayApply(
    _ next: LogState.Kept, at now: Instant, _ effects: inout [ReplicationEffect]
  ) -> Bool {
    if promotion != nil || applyDelay == .zero && !isPaused { return true }
    if isPaused { return false }
    let due = next.instant + applyDelay
    if due <= now { return true }
    if alarm != due { effects.append(.wake(.apply, at: due)) }
    alarm = due
    return false
  }

  mutating func wake(_ timer: ReplicationTimer, at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard timer == .apply else { return }
    alarm = nil
    applyNext(at: now, &effects)
  }

  mutating func pauseApplying(_ effects: inout [ReplicationEffect]) { isPaused = true }

  // MARK: Promotion

  /// Refuses a point before a record that is applied or being applied.
  mutating func promotionBegan(at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard max(kept.log.applied, applying ?? 0) <= goal else {
      promotion = nil
      return effects.append(.refused(.noSuchPoint))
    }
    recordNext(&effects)
    applyNext(at: now, &effects)
  }

  /// Completes a promotion after everything up to its point is durable and applied. Later records are discarded.
  private mutating func carryOutPromotion(_ effects: inout [ReplicationEffect]) {
    guard let promotion, recording == nil, applying == nil, kept.log.applied == min(goal, kept.log.last)
    else { return }
    kept.log.truncate(after: kept.log.applied)
    durable = min(durable, kept.log.last)
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

extension LogTarget {
  /// Returns the instant at which the record at a position must be applied; `nil` where it has begun.
  ///
  /// - Parameter now: The receipt of a record that is not here yet.
  public func appliesRecord(at position: UInt64, ifReceivedAt now: Instant) -> Instant? {
    guard position > max(kept.log.applied, applying ?? 0) else { return nil }
    let place = kept.log.place(after: position - 1)
    let receipt = place.flatMap { $0 < kept.log.records.end ? kept.log.records[$0].instant : nil }
    return (receipt ?? now) + applyDelay
  }
}
