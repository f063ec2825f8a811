import Storage
import Units

/// The target of storage replication, which applies received entries to its volumes in order.
///
/// Everything before a barrier is durable before anything behind it is written. After a power cut the volumes
/// hold all writes up to a barrier, and perhaps some before the next. During a resync they hold no consistent
/// state, and a snapshot keeps the previous one.
public struct MirrorTarget: ReplicationEngine, BlockTarget {
  public struct Configuration: Sendable {
    public var group: ReplicaGroup
    /// Whether the state before a resync is kept until its end. The snapshot takes the space of overwritten
    /// data.
    public var keepsSnapshot: Bool

    public init(group: ReplicaGroup, keepsSnapshot: Bool = true) {
      self.group = group
      self.keepsSnapshot = keepsSnapshot
    }
  }

  let group: ReplicaGroup
  let keepsSnapshot: Bool
  var kept: DurableState
  var reception: Reception
  /// The entries that are received and not yet durable.
  var queue = ChunkedQueue<Entry>(startingAt: 1)
  var durable: UInt64 = 0
  /// The number of flushes that the current entries wait for, and the last of these entries.
  var flushesLeft = 0
  var applyingThrough: UInt64 = 0
  /// Whether the end of a resync is being recorded.
  var isFinishing = false
  /// The pages written since the snapshot was taken.
  var sinceSnapshot: [PageSet]
  var promotion: Promotion?
  var isStarted = false
  var isPromoting = false
  var isPromoted = false
  var reported = PairState.idle

  public init(_ configuration: Configuration, from state: DurableState) {
    precondition(state.marks.count == configuration.group.volumes.count, "a state of this group")
    group = configuration.group
    keepsSnapshot = configuration.keepsSnapshot
    kept = state
    reception = Reception(group: group, state: state)
    sinceSnapshot = [PageSet](volumes: group.volumes)
  }

  public var durableState: DurableState { kept }

  /// Whether the volumes hold a past state of their source.
  public var holdsCopy: Bool { kept.disk == .consistent && kept.generations.current != .blank }

  public var state: PairState {
    if isPromoted { return .promoted }
    guard reception.plan != nil else { return .idle }
    return kept.disk == .inconsistent ? .resynchronizing : .replicating
  }

  public mutating func handle(
    _ event: ReplicationEvent, at now: Instant, into effects: inout [ReplicationEffect]
  ) {
    respond(to: event, at: now, &effects)
  }

  /// Traps unless the counts of flushes and positions are possible.
  public func checkInvariants() {
    precondition(kept.marks.count == group.volumes.count, "every volume has its marks")
    precondition(sinceSnapshot.count == group.volumes.count, "every volume has its pages since the snapshot")
    precondition(flushesLeft >= 0, "a flush ends once")
    if reception.plan != nil {
      precondition(durable <= reception.received, "only what was received is durable")
      precondition(queue.end == reception.received + 1, "what was received is in the queue")
      precondition(queue.start == durable + 1, "the queue begins after what is durable")
    }
  }

  mutating func begin(_ effects: inout [ReplicationEffect]) {
    kept.boots += 1
    // A source of old that has become a target: what was on its way may be on its devices alone.
    kept.marks.formUnion(kept.activity.pages(ofVolumes: group.volumes))
    kept.activity.removeAll()
    if kept.hasSnapshot { for volume in sinceSnapshot.indices { sinceSnapshot[volume].insertAll() } }
    reception = Reception(group: group, state: kept)
    effects.append(.record(Ticket(.start), ByteCount(4_096)))
  }

  var progress: Progress {
    Progress(received: reception.received, durable: durable, applied: durable)
  }

  mutating func take(_ entry: Entry) { queue.append(entry) }

  mutating func workOn(_ effects: inout [ReplicationEffect]) { applyNext(&effects) }

  // MARK: Preparing for a connection

  /// Applies everything received in the previous connection first, because its receipt was acknowledged.
  mutating func prepare(_ effects: inout [ReplicationEffect]) {
    guard let pending = reception.pending, isIdle, promotion == nil else { return }
    kept.session = pending.session
    if keepsSnapshot, !kept.hasSnapshot, kept.disk != .inconsistent {
      effects.append(.snapshot(.take))
      kept.hasSnapshot = true
      kept.snapshotGenerations = kept.generations
      kept.snapshotPoint = kept.point
      sinceSnapshot = [PageSet](volumes: group.volumes)
    }
    kept.generations = pending.plan.generations
    kept.disk = .inconsistent
    effects.append(.record(Ticket(.prepare, pending.session), ByteCount(4_096)))
  }

  private mutating func prepared(_ session: UInt64, _ effects: inout [ReplicationEffect]) {
    guard let pending = reception.pending, pending.session == session else { return }
    reception.open()
    queue = ChunkedQueue(startingAt: pending.plan.start + 1)
    durable = pending.plan.start
    send(.ready, &effects)
  }

  var isIdle: Bool { queue.isEmpty && flushesLeft == 0 && !isFinishing }

  mutating func finished(_ ticket: Ticket, at now: Instant, _ effects: inout [ReplicationEffect]) {
    switch ticket.purpose {
    case .start: isStarted = true
    case .prepare: prepared(ticket.number, &effects)
    case .applied:
      flushesLeft -= 1
      if flushesLeft == 0 { applied(&effects) }
    case .synced: synchronized(&effects)
    case .promote: promotionStep(ticket.number, &effects)
    default: break
    }
    guard isIdle else { return }
    prepare(&effects)
    if let promotion, !isPromoting { carryOut(promotion, at: now, &effects) }
  }
}
