import Storage
import Units

/// The source of block replication, which passes a host's writes to its volumes and to the peer.
///
/// Storage and host I/O replication share the source. Their modes differ in its `SourcePolicy` and in the
/// target: `MirrorTarget` or `JournalTarget`.
///
/// While the peer is in sync, every write goes into an ordered stream. When the peer is lost or the buffer
/// overflows, changed pages are only marked. After the peer returns, the marked pages are sent while new
/// writes are marked again. When none is left, the stream continues.
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
    /// The name of the new generation is being recorded.
    case starting
    /// The source is not connected.
    case idle
    /// The source sent a hello and waits for the greeting.
    case greeting
    /// The source sent a plan and waits for the peer to be ready.
    case planning(ConnectionPlan)
    /// The source streams entries.
    case streaming
  }

  let group: ReplicaGroup
  let policy: SourcePolicy
  var kept: DurableState
  var conversation: Correspondence
  var phase = Phase.starting
  /// The reason why changes are only marked; `nil` when the peer is in sync.
  var suspension: Suspension?
  var divergence: Divergence?
  /// The term of another site that is the primary.
  private(set) var fencedBy: UInt64?
  private(set) var flushesBeforeStart = 0

  /// The operations that hosts wait for.
  var hosts: HostQueue
  private(set) var isHolding = false
  private(set) var isDraining = false
  /// Whether the volumes are no consistent state, so that nothing may be passed on.
  private(set) var isPaused = false

  // The stream and what is sent beside it.
  var stream = OutgoingStream(startingAt: 1)
  var resync: Resync?
  /// The counts of completed resyncs.
  var resyncs = ResyncRecord()
  var marked: MarkedChanges
  /// The snapshot that is being sent.
  var frozen: SnapshotInTransit?
  var points: PointLine

  // The connection.
  var contact = PeerContact()
  /// Whether the device has a record that the peer remains behind.
  var isNameRecorded = false
  var witness = WitnessNotice()
  private var reported = PairState.idle

  public init(_ configuration: Configuration, from state: DurableState) {
    precondition(state.marks.count == configuration.group.volumes.count, "a state of this group")
    group = configuration.group
    policy = configuration.policy
    marked = MarkedChanges(weight: policy.weight)
    kept = state
    points = PointLine(after: state.point.number)
    hosts = HostQueue(volumes: group.volumes.count, writesLocally: policy.writesLocally)
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
    case .contact: if phase == .streaming { contact.noteContact(at: now) }
    case .append: effects.append(.refused(.notNow))
    }
    report(&effects)
  }

  public var durableState: DurableState {
    var state = kept
    if let frozen { state.marks.formUnion(frozen.pages) }
    return state
  }

  /// The host writes that wait for their extent to be recorded, oldest first. A driver that drops a source
  /// without a crash must perform these writes.
  public var heldWrites: [HostWrite] { hosts.deferredWrites }

  /// Whether copies are prefixes of this side's writes, up to messages in flight.
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
    // Pages on their way to the devices or to the peer when the last engine of this side ended.
    kept.marks.formUnion(kept.activity.pages(ofVolumes: group.volumes))
    kept.activity.removeAll()
    if kept.marks.pageTotal > 0 { marked.set(since: kept.settled) }
    contact.hear(at: now)
    // The last engine of this side may have told the peer its name for what it wrote.
    kept.generations.diverge(as: kept.nextName())
    // Pages in the devices' caches alone are hot no longer, so they must not be lost any more.
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
    case .outdate where !isInSync: witness.noteOutdated()
    case .restore where isInSync: witness.noteRestored()
    case .hostFlush: hosts.finishLocally(ticket.number)
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
      contact.hear(at: now)
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

  /// Fences the source: another site is primary, so nothing is acknowledged or sent.
  mutating func fence(_ term: UInt64, _ effects: inout [ReplicationEffect]) {
    guard term > kept.term else { return effects.append(.refused(.termNotNewer(kept.term))) }
    fencedBy = term
    phase = .idle
    reject(.fenced, &effects)
  }

  // MARK: Flags

  /// Stops taking writes, because the host hands over.
  mutating func beginDraining() { isDraining = true }

  /// Notes whether the volumes are no consistent state.
  mutating func setPaused(_ isPaused: Bool) { self.isPaused = isPaused }
}
