import Storage
import Units

/// The target of host-I/O replication: keeps what it receives in a journal beside the copy of the volumes.
///
/// The volumes lag behind: they hold the state of the oldest recoverable point, and the journal what came since. So a
/// recovery can go to any point that the journal's room reaches back to. When the room is used up the oldest
/// entries are folded into the volumes.
public struct JournalTarget: ReplicationEngine {
  public struct Configuration: Sendable {
    public var group: ReplicaGroup
    /// What the journal may hold; beyond it the oldest entries are folded into the volumes.
    public var journalMaximum: ByteCount

    public init(group: ReplicaGroup, journalMaximum: ByteCount) {
      self.group = group
      self.journalMaximum = journalMaximum
    }
  }

  /// The three steps of folding: the points given up are recorded, the entries written, and only then removed.
  enum Fold: Hashable {
    case recording(through: UInt64)
    case writing(through: UInt64, flushesLeft: Int)
  }

  let group: ReplicaGroup
  let journalMaximum: ByteCount
  var kept: DurableState
  var reception: Reception
  /// Where the journal stood when the connection's stream began.
  var base: UInt64 = 1
  /// The journal places of entries being recorded, and up to where everything is recorded.
  var recordingThrough: UInt64?
  var recordedThrough: UInt64 = 0
  var fold: Fold?
  var promotion: Promotion?
  /// Flushes that the promotion waits for.
  var flushesLeft = 0
  var promoted: RecoveryPoint?
  var isStarted = false
  var isPromoted = false
  var reported = PairState.idle

  public init(_ configuration: Configuration, from state: DurableState) {
    precondition(state.marks.count == configuration.group.volumes.count, "a state of this group")
    group = configuration.group
    journalMaximum = configuration.journalMaximum
    kept = state
    reception = Reception(group: group, state: state)
    recordedThrough = state.journal.entries.end - 1
  }

  public var durableState: DurableState { kept }
  /// The points that a recovery can go to, oldest first.
  public var points: [RecoveryPoint] {
    (kept.journal.points.start..<kept.journal.points.end).map { kept.journal.points[$0].point }
  }

  public var state: PairState {
    if isPromoted { return .promoted }
    guard reception.plan != nil else { return .idle }
    return kept.journal.incompleteFrom != nil ? .resynchronizing : .replicating
  }

  public mutating func handle(
    _ event: ReplicationEvent, at now: Instant, into effects: inout [ReplicationEffect]
  ) {
    switch event {
    case .begin: begin(&effects)
    case .message(let message): hear(message, &effects)
    case .frame(let bytes):
      do { hear(try Message(decoding: bytes), &effects) } catch { effects.append(.refused(error)) }
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

  private mutating func begin(_ effects: inout [ReplicationEffect]) {
    kept.boots += 1
    kept.marks.formUnion(kept.activity.pages(ofVolumes: group.volumes))
    kept.activity.removeAll()
    reception = Reception(group: group, state: kept)
    effects.append(.record(Ticket(.start), ByteCount(4_096)))
  }

  // MARK: Listening

  private mutating func hear(_ message: Message, _ effects: inout [ReplicationEffect]) {
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
    case .entries(let entries): receive(entries, &effects)
    case .heartbeat where reception.plan != nil: send(.progress(progress), &effects)
    case .refusal(let refusal): effects.append(.refused(refusal))
    default: effects.append(.refused(.outOfPlace))
    }
  }

  private mutating func objection(to message: Message) -> Refusal? {
    if let refusal = reception.objection(to: message, term: kept.term) { return refusal }
    if promotion != nil || isPromoted { return .olderTerm(max(kept.term, promotion?.term ?? 0)) }
    return reception.accept(message, preparedFor: kept.session)
  }

  private mutating func send(_ body: Message.Body, _ effects: inout [ReplicationEffect]) {
    effects.append(.send(reception.conversation.compose(body, term: kept.term)))
  }

  /// Answers in the session of the message, which is not the one that is listened to.
  private mutating func answer(
    _ message: Message, _ refusal: Refusal, _ effects: inout [ReplicationEffect]
  ) {
    var reply = reception.conversation.compose(.refusal(refusal), term: kept.term)
    reply.session = message.session
    effects.append(.send(reply))
  }

  private var greeting: Greeting {
    Greeting(generations: kept.generations, disk: kept.disk, marks: kept.marks, progress: progress)
  }

  private var progress: Progress {
    let durable = streamPosition(ofPlace: recordedThrough)
    return Progress(received: reception.received, durable: durable, applied: durable)
  }

  /// The stream position of a place in the journal, for places of this connection.
  private func streamPosition(ofPlace place: UInt64) -> UInt64 {
    let start = reception.plan?.start ?? 0
    return place < base ? start : start + (place - base + 1)
  }

  private mutating func receive(_ entries: [Entry], _ effects: inout [ReplicationEffect]) {
    do {
      for entry in try reception.accept(entries) { kept.journal.append(entry) }
      if reception.plan?.acknowledgesReceipt == true { send(.progress(progress), &effects) }
      recordNext(&effects)
    } catch {
      effects.append(.refused(error))
      switch error {
      case .duplicate: send(.progress(progress), &effects)
      case .gap: send(.refusal(error), &effects)
      default: break
      }
    }
  }

  /// From here to the next end the journal's entries alone are no state; what is older stays recoverable.
  private mutating func prepare(_ effects: inout [ReplicationEffect]) {
    guard let pending = reception.pending else { return }
    kept.session = pending.session
    if kept.journal.incompleteFrom == nil {
      if kept.generations.current != .blank, let last = kept.journal.entries.last {
        let state = RecoveryPoint(number: 0, instant: last.instant, lastWrite: kept.lastWrite)
        note(state, at: kept.journal.entries.end - 1)
      }
      kept.journal.incompleteFrom = kept.journal.entries.end
      kept.snapshotGenerations = kept.generations
    }
    kept.generations = pending.plan.generations
    effects.append(.record(Ticket(.prepare, pending.session), ByteCount(4_096)))
  }

  private mutating func prepared(_ session: UInt64, _ effects: inout [ReplicationEffect]) {
    guard let pending = reception.pending, pending.session == session, promotion == nil else { return }
    reception.open()
    base = kept.journal.entries.end
    recordedThrough = base - 1
    send(.ready, &effects)
  }

  private mutating func finished(_ ticket: Ticket, _ effects: inout [ReplicationEffect]) {
    switch ticket.purpose {
    case .start: isStarted = true
    case .prepare: prepared(ticket.number, &effects)
    case .journal: recorded(&effects)
    case .fold: foldStep(&effects)
    case .promote: promotionStep(ticket.number, &effects)
    default: break
    }
  }

  // MARK: Journal

  /// Stores what came since the last time, in one piece.
  private mutating func recordNext(_ effects: inout [ReplicationEffect]) {
    guard recordingThrough == nil, recordedThrough + 1 < kept.journal.entries.end else { return }
    var size = 0
    for place in (recordedThrough + 1)..<kept.journal.entries.end {
      size += kept.journal.entries[place].encodedSize
    }
    recordingThrough = kept.journal.entries.end - 1
    notePoints(from: recordedThrough + 1)
    effects.append(.record(Ticket(.journal), ByteCount(size)))
  }

  /// The points among the entries being recorded become recoverable together with them.
  private mutating func notePoints(from place: UInt64) {
    for place in place..<kept.journal.entries.end {
      let entry = kept.journal.entries[place]
      switch entry.kind {
      case .write: if kept.journal.incompleteFrom == nil { kept.lastWrite = entry.number }
      case .end:
        kept.journal.incompleteFrom = nil
        kept.generations.converge()
        kept.lastWrite = entry.number
        kept.marks = [PageSet](volumes: group.volumes)
        note(RecoveryPoint(number: 0, instant: entry.instant, lastWrite: entry.number), at: place)
      case .point:
        note(
          RecoveryPoint(number: entry.number, instant: entry.instant, lastWrite: kept.lastWrite), at: place)
      case .barrier, .page: break
      }
    }
  }

  private mutating func note(_ point: RecoveryPoint, at place: UInt64) {
    guard kept.journal.incompleteFrom == nil else { return }
    kept.point = point
    kept.journal.points.append(JournalPoint(position: place, point: point))
  }

  private mutating func recorded(_ effects: inout [ReplicationEffect]) {
    guard let through = recordingThrough else { return }
    recordingThrough = nil
    let points = kept.journal.points
    for place in (kept.journal.firstPoint(from: recordedThrough + 1)..<points.end).reversed() {
      effects.append(.reached(points[place].point))
    }
    recordedThrough = max(recordedThrough, through)
    if kept.disk == .inconsistent, fold == nil, isBaseComplete { kept.disk = .consistent }
    if reception.plan != nil { send(.progress(progress), &effects) }
    if promotion != nil { return carryOutPromotion(&effects) }
    recordNext(&effects)
    foldIfFull(&effects)
  }
}
