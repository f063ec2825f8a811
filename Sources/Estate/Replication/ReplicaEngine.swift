import Replication
import Storage
import Units

/// The durable state of one side of a pair, indirect because tasks and events that carry one are moved often.
indirect enum KeptState: Sendable {
  case ofPair(DurableState)
  case active(ActiveState)
}

/// A replication engine in exactly one of its roles. Events are handled in place, because moving or copying
/// an engine is expensive.
struct ReplicaEngine: Sendable {
  private var blockSource: CopyOnWrite<BlockSource>?
  private var mirror: CopyOnWrite<MirrorTarget>?
  private var journal: CopyOnWrite<JournalTarget>?
  private var logSource: CopyOnWrite<LogSource>?
  private var logTarget: CopyOnWrite<LogTarget>?
  private var active: CopyOnWrite<ActivePeer>?

  static func source(_ engine: BlockSource) -> ReplicaEngine {
    ReplicaEngine(blockSource: CopyOnWrite(engine))
  }
  static func mirror(_ engine: MirrorTarget) -> ReplicaEngine { ReplicaEngine(mirror: CopyOnWrite(engine)) }
  static func journal(_ engine: JournalTarget) -> ReplicaEngine {
    ReplicaEngine(journal: CopyOnWrite(engine))
  }
  static func logSource(_ engine: LogSource) -> ReplicaEngine {
    ReplicaEngine(logSource: CopyOnWrite(engine))
  }
  static func logTarget(_ engine: LogTarget) -> ReplicaEngine {
    ReplicaEngine(logTarget: CopyOnWrite(engine))
  }

  static func active(_ engine: ActivePeer) -> ReplicaEngine { ReplicaEngine(active: CopyOnWrite(engine)) }

  var isSource: Bool { takesWrites || logSource != nil }
  /// Whether host writes pass through the engine.
  var takesWrites: Bool { blockSource != nil || active != nil }
  /// Whether an active peer is whole, and whether it may serve.
  var isWhole: Bool { active?.value.isWhole ?? false }
  var mayServe: Bool { active?.value.mayServe ?? false }
  /// The state of an active peer, with the number of its conflicts lost; `nil` in other roles.
  var activeState: PairState? { active?.value.state }
  var yieldCount: UInt64 { active?.value.yieldCount ?? 0 }

  /// Whether the engine is a target whose volumes hold a past state of its source.
  var holdsCopy: Bool { mirror?.value.holdsCopy ?? false }

  /// Whether the copy is a prefix of this source's data, up to messages in flight.
  var isInSync: Bool {
    blockSource.map { $0.value.isInSync } ?? ((active?.value.state ?? logSource?.value.state) == .replicating)
  }

  /// Whether this source knows that another site is primary.
  var isFenced: Bool { blockSource?.value.state == .fenced || logSource?.value.state == .fenced }

  /// The routine of an idle source; `nil` while it is busy.
  var routine: Routine? {
    blockSource.map { $0.value.routine } ?? logSource.flatMap { $0.value.routine }
  }

  /// Returns the lag of the other side as this source claims it; `nil` in other roles.
  func lag(of pair: UInt32, at now: Instant) -> Lag? {
    blockSource?.value.lag(at: now) ?? logSource?.value.lag(of: pair) ?? active?.value.lag(at: now)
  }

  func logLags(of pair: UInt32) -> LogLags? {
    guard let extract = logSource?.value.extractLag(of: pair),
      let apply = logSource?.value.applyLag(of: pair)
    else { return nil }
    return LogLags(extract: extract, apply: apply)
  }

  /// The host writes that the source has not yet passed to its devices, oldest first.
  var heldWrites: [HostWrite] { blockSource?.value.heldWrites ?? active?.value.heldWrites ?? [] }

  /// Returns the instant at which a log target must apply a record; `nil` where it has begun.
  func appliesRecord(at position: UInt64, ifReceivedAt now: Instant) -> Instant? {
    logTarget?.value.appliesRecord(at: position, ifReceivedAt: now)
  }

  /// The claim of a source about its copy, constant between two of its events.
  private(set) var claim: ReplicationClaim?

  /// The durable state of the engine.
  var kept: KeptState { active.map { .active($0.value.durableState) } ?? .ofPair(durableState) }

  var durableState: DurableState {
    let ofBlocks =
      blockSource?.value.durableState ?? mirror?.value.durableState ?? journal?.value.durableState
    guard let state = ofBlocks ?? logSource?.value.durableState ?? logTarget?.value.durableState else {
      preconditionFailure("an engine has a role")
    }
    return state
  }

  /// Traps unless the engine has one role and its state is possible.
  func checkInvariants() {
    let roles = [
      blockSource != nil, mirror != nil, journal != nil, logSource != nil, logTarget != nil, active != nil,
    ]
    precondition(roles.count { $0 } == 1, "an engine has one role")
    blockSource?.value.checkInvariants()
    mirror?.value.checkInvariants()
    journal?.value.checkInvariants()
    logSource?.value.checkInvariants()
    logTarget?.value.checkInvariants()
    active?.value.checkInvariants()
  }

  mutating func handle(
    _ event: ReplicationEvent, at now: Instant, into effects: inout [ReplicationEffect]
  ) {
    blockSource?.value.handle(event, at: now, into: &effects)
    mirror?.value.handle(event, at: now, into: &effects)
    journal?.value.handle(event, at: now, into: &effects)
    logSource?.value.handle(event, at: now, into: &effects)
    logTarget?.value.handle(event, at: now, into: &effects)
    active?.value.handle(event, at: now, into: &effects)
    claim = blockSource?.value.takeClaim() ?? logSource?.value.takeClaim() ?? active?.value.takeClaim()
  }
}
