import Storage
import Units

/// The source of block replication: stands between the host and its volumes, and sends what is written to the peer.
///
/// Storage and host-I/O replication share it; what sets their modes apart is in its `SourcePolicy`, and at the other end:
/// `MirrorTarget` or `JournalTarget`.
///
/// While the peer is in sync every write goes into an ordered stream. When it is lost, or the buffer overflows, changed
/// pages are only marked. Once it is found again the marked pages are sent, writes meanwhile are marked again, and when
/// none is left the stream goes on.
public struct BlockSource: ReplicationEngine {
  public struct Configuration: Sendable {
    public var group: ReplicaGroup
    public var policy: SourcePolicy

    public init(group: ReplicaGroup, policy: SourcePolicy) {
      self.group = group
      self.policy = policy
    }
  }

  enum Phase: Hashable {
    /// The new name of what is written is on its way to the device.
    case starting
    /// Not connected.
    case idle
    /// The peer was asked who it is.
    case greeting
    /// The peer was told how to go on.
    case planning(ConnectionPlan)
    /// The stream flows.
    case streaming
  }

  let group: ReplicaGroup
  let policy: SourcePolicy
  var kept: DurableState
  var conversation: Correspondence
  var phase = Phase.starting
  /// Set when the peer was given up; `nil` again when it is in sync.
  var suspension: Suspension?
  var divergence: Divergence?
  /// Another site's term, when that is primary.
  var fencedBy: UInt64?
  var flushesBeforeStart = 0

  // What the host waits for.
  var waiting: [HostOperation] = []
  var flushes: [PendingFlush] = []
  var flushesTaken: UInt64 = 0
  /// By volume, the last write that is durable here.
  var flushedThrough: [UInt64]
  var isHolding = false
  var isDraining = false
  /// What the volumes hold is no state that may be passed on.
  var isPaused = false

  // The stream and what is sent beside it.
  var stream = OutgoingStream(startingAt: 1)
  var resync: Resync?
  /// Those that have ended.
  var resyncs = ResyncRecord()
  /// Pages of the snapshot that is being sent.
  var frozen: [PageSet]?
  /// The state that the snapshot is.
  var frozenPoint: RecoveryPoint?
  var frozenSince: Instant?
  /// What the marked pages, and those of the snapshot, are charged for.
  var nominal: NominalPages
  var frozenNominal: NominalPages
  /// When the oldest write was issued that is marked and not sent.
  var markedSince: Instant?
  var pointsMade: UInt64
  /// The last write before each point that is on its way.
  var pointWrites: [UInt64] = []

  // The connection.
  var attempts: UInt64 = 0
  var lastHeard = Instant.epoch
  var lastProgress = Instant.epoch
  var roundTrip = Duration.zero
  var retries: Int64 = 0
  var window = 0
  var isRetryArmed = false
  /// Interval mode: a snapshot was due while the one before was still being sent.
  var hasMissedSlot = false
  /// Whether the device knows that the peer stays behind.
  var isNameRecorded = false
  var isWitnessTold = false
  /// The witness may hold the peer's copy for out of date; so it may when this engine begins.
  var mayBeOutdated = true
  var reported = PairState.idle

  public init(_ configuration: Configuration, from state: DurableState) {
    precondition(state.marks.count == configuration.group.volumes.count, "a state of this group")
    group = configuration.group
    policy = configuration.policy
    nominal = NominalPages(weight: policy.weight)
    frozenNominal = nominal
    kept = state
    pointsMade = state.point.number
    flushedThrough = Array(repeating: policy.writesLocally ? 0 : .max, count: group.volumes.count)
    conversation = Correspondence(group: group.id, session: 0, boots: state.boots)
  }

  public mutating func handle(
    _ event: ReplicationEvent, at now: Instant, into effects: inout [ReplicationEffect]
  ) {
    switch event {
    case .begin: begin(at: now, &effects)
    case .write(let write): take(write, at: now, &effects)
    case .flush(let ticket, let volume): flush(ticket, volume, at: now, &effects)
    case .message(let message): hear(message, at: now, &effects)
    case .frame(let bytes):
      do { hear(try Message(decoding: bytes), at: now, &effects) } catch { effects.append(.refused(error)) }
    case .finished(let ticket): finished(ticket, at: now, &effects)
    case .read(let ticket, let bytes): pagesRead(ticket, bytes, at: now, &effects)
    case .failed(let ticket, _): failed(ticket, at: now, &effects)
    case .timer(let timer): wake(timer, at: now, &effects)
    case .command(let command): obey(command, at: now, &effects)
    case .contact: noteContact(at: now)
    case .append: effects.append(.refused(.notNow))
    }
    report(&effects)
  }

  public var durableState: DurableState {
    var state = kept
    if let frozen { state.marks.formUnion(frozen) }
    return state
  }

  /// What the host wrote and waits for its extent to be recorded, oldest first: to be carried out by whoever drops a source
  /// that has not crashed.
  public var heldWrites: [HostWrite] {
    waiting.compactMap { if case .write(let write, _) = $0 { write } else { nil } }
  }

  /// Copies are a prefix of what was written, up to what is on its way.
  public var isInSync: Bool { phase == .streaming && resync == nil }

  public var state: PairState {
    if fencedBy != nil { return .fenced }
    if let divergence { return .splitBrain(divergence) }
    switch phase {
    case .streaming: return resync == nil ? .replicating : .resynchronizing
    case .starting: return .idle
    case .idle, .greeting, .planning:
      if let suspension { return .suspended(suspension) }
      return phase == .idle ? .idle : .connecting
    }
  }

  private mutating func report(_ effects: inout [ReplicationEffect]) {
    guard state != reported else { return }
    reported = state
    effects.append(.changed(reported))
  }

  // MARK: Beginning

  private mutating func begin(at now: Instant, _ effects: inout [ReplicationEffect]) {
    kept.boots += 1
    kept.isHandedOver = false
    conversation = Correspondence(group: group.id, session: 0, boots: kept.boots)
    // What was on its way to the devices or to the peer when the last engine of this side ended.
    kept.marks.formUnion(kept.activity.pages(ofVolumes: group.volumes))
    kept.activity.removeAll()
    if kept.marks.pageTotal > 0 { markedSince = kept.settled }
    lastHeard = now
    // The last engine of this side may have told the peer its name for what it wrote.
    kept.generations.diverge(as: kept.nextName())
    // What is only in the devices' caches is hot no longer, so it must not be lost any more.
    flushesBeforeStart = policy.writesLocally ? group.volumes.count : 0
    for volume in 0..<flushesBeforeStart { effects.append(.flush(Ticket(.start, 1), volume: volume)) }
    if flushesBeforeStart == 0 { effects.append(.record(Ticket(.start), ByteCount(4_096))) }
  }

  private mutating func finished(
    _ ticket: Ticket, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    switch ticket.purpose {
    case .start where ticket.number == 1:
      flushesBeforeStart -= 1
      if flushesBeforeStart == 0 { effects.append(.record(Ticket(.start), ByteCount(4_096))) }
    case .start: started(at: now, &effects)
    case .activity: activityRecorded(at: now, &effects)
    case .suspend:
      isNameRecorded = true
      askWitness(&effects)
      if suspension == nil { reconnect(at: now, &effects) }
    case .outdate where !isInSync: isWitnessTold = true
    case .restore where isInSync: mayBeOutdated = false
    case .hostFlush: locallyFlushed(ticket.number)
    case .syncDone where isDraining: effects.append(.drained)
    default: break
    }
    completeFlushes(&effects)
  }

  private mutating func started(at now: Instant, _ effects: inout [ReplicationEffect]) {
    phase = .idle
    isNameRecorded = true
    effects.append(.wake(.heartbeat, at: now + policy.heartbeat))
    effects.append(.wake(.silence, at: now + policy.tolerance))
    if let interval = policy.checkpointInterval ?? policy.snapshotInterval {
      effects.append(.wake(.point, at: now + interval))
    }
    carryOutWaiting(at: now, &effects)
    reconnect(at: now, &effects)
  }

  private mutating func failed(
    _ ticket: Ticket, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    switch ticket.purpose {
    case .hostFlush, .activity, .start, .suspend: reject(.deviceFailed, &effects)
    case .resyncRead: disconnect(at: now, &effects)
    default: break
    }
  }

  // MARK: Commands

  private mutating func obey(
    _ command: ReplicationCommand, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    switch command {
    case .resume where fencedBy == nil && phase == .idle:
      divergence = nil
      lastHeard = now
      effects.append(.wake(.silence, at: now + policy.tolerance))
      reconnect(at: now, &effects)
    case .drain: drain(at: now, &effects)
    case .undrain: isDraining = false
    case .pause: pause(at: now, &effects)
    case .unpause: unpause(at: now, &effects)
    case .hold:
      isHolding = true
      effects.append(.held)
    case .mark(let number): mark(number, at: now, &effects)
    case .release:
      isHolding = false
      completeFlushes(&effects)
    case .fence(let term): fence(term, &effects)
    case .promote, .resume: effects.append(.refused(.notNow))
    }
  }

  /// Another site is primary: nothing is acknowledged or sent any more.
  mutating func fence(_ term: UInt64, _ effects: inout [ReplicationEffect]) {
    guard term > kept.term else { return effects.append(.refused(.termNotNewer(kept.term))) }
    fencedBy = term
    phase = .idle
    reject(.fenced, &effects)
  }
}
