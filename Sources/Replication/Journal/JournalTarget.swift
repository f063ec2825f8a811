import Storage
import Units

/// The target of host I/O replication, which keeps received entries in a journal beside the volumes.
///
/// The volumes lag behind: they hold the state of the oldest recoverable point, and the journal holds
/// everything since. So a recovery can use any point within the journal's capacity. When the capacity is used
/// up, the oldest entries are folded into the volumes.
public struct JournalTarget: ReplicationEngine, BlockTarget {
  public struct Configuration: Sendable {
    public var group: ReplicaGroup
    /// The capacity of the journal. Beyond it, the oldest entries are folded into the volumes.
    public var journalMaximum: ByteCount

    public init(group: ReplicaGroup, journalMaximum: ByteCount) {
      self.group = group
      self.journalMaximum = journalMaximum
    }
  }

  /// The three steps of folding. Dropped points are recorded, the entries are written, and only then are they
  /// removed.
  enum Fold: Hashable {
    case recording(through: UInt64)
    case writing(through: UInt64, flushesLeft: Int)
  }

  let group: ReplicaGroup
  let journalMaximum: ByteCount
  var kept: DurableState
  var reception: Reception
  /// The journal's place at the start of the connection's stream.
  var base: UInt64 = 1
  /// The last place being recorded, and the last place recorded.
  var recordingThrough: UInt64?
  var recordedThrough: UInt64 = 0
  var fold: Fold?
  var promotion: Promotion?
  /// The number of flushes that the promotion waits for.
  var flushesLeft = 0
  var promoted: ReplicaPoint?
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
  /// The recoverable points, oldest first.
  public var points: [ReplicaPoint] {
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
    respond(to: event, at: now, &effects)
  }

  /// Traps unless the journal adds up and the counts of flushes are possible.
  public func checkInvariants() {
    kept.journal.checkInvariants()
    precondition(kept.marks.count == group.volumes.count, "every volume has its marks")
    precondition(flushesLeft >= 0, "a flush ends once")
    if case .writing(_, let left) = fold { precondition(left >= 0, "a flush of folded entries ends once") }
  }

  mutating func begin(_ effects: inout [ReplicationEffect]) {
    kept.boots += 1
    kept.marks.formUnion(kept.activity.pages(ofVolumes: group.volumes))
    kept.activity.removeAll()
    reception = Reception(group: group, state: kept)
    effects.append(.record(Ticket(.start), ByteCount(4_096)))
  }

  var progress: Progress {
    let durable = streamPosition(ofPlace: recordedThrough)
    return Progress(received: reception.received, durable: durable, applied: durable)
  }

  /// Returns the stream position of a place of this connection.
  private func streamPosition(ofPlace place: UInt64) -> UInt64 {
    let start = reception.plan?.start ?? 0
    return place < base ? start : start + (place - base + 1)
  }

  mutating func take(_ entry: Entry) { kept.journal.append(entry) }

  mutating func workOn(_ effects: inout [ReplicationEffect]) { recordNext(&effects) }

  /// Prepares for an accepted plan. The journal is incomplete until the next end; older points remain
  /// recoverable.
  mutating func prepare(_ effects: inout [ReplicationEffect]) {
    guard let pending = reception.pending else { return }
    kept.session = pending.session
    if kept.journal.incompleteFrom == nil {
      if kept.generations.current != .blank, let last = kept.journal.entries.last {
        let state = ReplicaPoint(number: 0, instant: last.instant, lastWrite: kept.lastWrite)
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

  mutating func finished(_ ticket: Ticket, at now: Instant, _ effects: inout [ReplicationEffect]) {
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

  /// Records everything received since the last record, in one piece.
  private mutating func recordNext(_ effects: inout [ReplicationEffect]) {
    guard recordingThrough == nil, recordedThrough + 1 < kept.journal.entries.end else { return }
    let size = kept.journal.chargedSize(of: (recordedThrough + 1)..<kept.journal.entries.end)
    recordingThrough = kept.journal.entries.end - 1
    notePoints(from: recordedThrough + 1)
    effects.append(.record(Ticket(.journal), size))
  }

  /// Makes the points among the recorded entries recoverable.
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
        note(ReplicaPoint(number: 0, instant: entry.instant, lastWrite: entry.number), at: place)
      case .point:
        note(
          ReplicaPoint(number: entry.number, instant: entry.instant, lastWrite: kept.lastWrite), at: place)
      case .barrier, .page: break
      }
    }
  }

  private mutating func note(_ point: ReplicaPoint, at place: UInt64) {
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
    sendProgress(&effects)
    if promotion != nil { return carryOutPromotion(&effects) }
    recordNext(&effects)
    foldIfFull(&effects)
  }
}
