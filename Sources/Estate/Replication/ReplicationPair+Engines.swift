import Replication
import Storage
import Units

/// The size of an activity log at the scale of the run.
struct ActivityLogSize: Sendable {
  let extentSize: ByteCount
  let capacity: Int
}

/// The engines of a group's sides, and the states from which they start.
extension ReplicationPair {
  /// Whether both sites serve.
  var isActive: Bool { policy.mode.activeActive != nil }

  /// The delay with which the copy applies its log. Production's side applies it at once on its way back.
  private var applyDelay: Duration { serving == Self.home ? policy.applyDelay : .zero }

  /// Creates an engine for a node that starts or restarts as the target of the other.
  func target(from state: DurableState, at scale: Scale) -> ReplicaEngine {
    switch policy.mode {
    case .storage: .mirror(MirrorTarget(MirrorTarget.Configuration(group: group), from: state))
    case .hostIO:
      .journal(
        JournalTarget(
          JournalTarget.Configuration(
            group: group, journalMaximum: max(.kibibytes(256), policy.journalMaximum)),
          from: state))
    case .application:
      .logTarget(
        LogTarget(LogTarget.Configuration(pair: group.id, applyDelay: applyDelay), from: state))
    case .activeActive: preconditionFailure("both sides serve")
    }
  }

  /// Creates a source that serves hosts without its peer in any mode. A failover is pointless if the services
  /// then wait.
  func source(from state: DurableState, at scale: Scale) -> ReplicaEngine {
    if case .application(let mode) = policy.mode {
      var log = policy.logPolicy(serving == Self.remote ? .asynchronous : mode, at: scale)
      log.appliesLate = applyDelay > .zero
      return .logSource(
        LogSource(LogSource.Configuration(pairs: [group.id], policy: log), from: state))
    }
    var policy = policy.sourcePolicy(at: scale)
    if serving == Self.remote { policy.goesOnAlone = true }
    return .source(
      BlockSource(BlockSource.Configuration(group: group, policy: policy), from: state))
  }

  func peer(from state: ActiveState, at scale: Scale) -> ReplicaEngine {
    guard let mode = policy.mode.activeActive else { preconditionFailure("one side serves") }
    return .active(ActivePeer(group, policy: policy.activePolicy(mode, at: scale), from: state))
  }

  /// The point to fail over to. In modes with checkpoints that is the group's last complete checkpoint.
  var recoveryPoint: Promotion.Point {
    if case .hostIO(.asynchronous) = policy.mode { .lastPoint } else { .latest }
  }

  // MARK: States

  /// Returns the state of a side whose devices are empty. Identifiers of earlier connections are not reused.
  func blankState(of node: Int, _ log: ActivityLogSize) -> DurableState {
    let old = self[node].stored
    var state = DurableState(
      node: old.node, volumes: group.volumes, hotExtents: log.capacity, extentSize: log.extentSize)
    (state.boots, state.names, state.session, state.term) = (
      old.boots + 1, old.names, old.session, old.term
    )
    return state
  }

  /// Returns the state of a peer whose devices are empty. Identifiers of earlier connections are not reused.
  func emptyPeerState(of node: Int, _ log: ActivityLogSize) -> ActiveState {
    var state = ActiveState(
      node: UInt8(node), volumes: group.volumes, hotExtents: log.capacity,
      extentSize: log.extentSize,
      isWhole: false)
    state.boots = (self[node].active?.boots ?? 0) + 1
    return state
  }

  /// The state of the pair, as the site in the worse state reports it.
  var activeState: PairState {
    let states = [0, 1].compactMap { self[$0].engine?.activeState }
    for state in [PairState.suspended(.peerLost), .resynchronizing, .connecting]
    where states.contains(state) {
      return state
    }
    return states.count == 2 ? .replicating : .suspended(.peerLost)
  }

  // MARK: Claims

  /// The claim of the serving side's source, or of both sources where both serve; `nil` when none runs.
  var sourceClaim: ReplicationClaim? { isActive ? activeClaim : self[serving].engine?.claim }

  /// The data that the loss of either site may cost.
  private var activeClaim: ReplicationClaim? {
    guard var claim = self[serving].engine?.claim else { return nil }
    guard self[standing].engine?.isWhole == true, let theirs = self[standing].engine?.claim else {
      return claim
    }
    claim.oldest = [claim.oldest, theirs.oldest].compactMap { $0 }.min()
    claim.isProtecting = claim.isProtecting && theirs.isProtecting
    claim.isDegraded = claim.isDegraded || theirs.isDegraded
    claim.resynchronized.add(theirs.resynchronized)
    return claim
  }

  /// Returns the lag of the copy behind its source; `nil` while no source runs.
  ///
  /// Where both sites serve, the greater of their lags behind each other counts.
  func sourceLag(at now: Instant) -> Lag? {
    guard isActive else { return self[serving].engine?.lag(of: group.id, at: now) }
    guard let claim = activeClaim else { return nil }
    let bytes = [0, 1].compactMap { self[$0].engine?.lag(of: group.id, at: now)?.bytes }.reduce(
      .zero, +)
    return Lag(oldest: claim.oldest, bytes: bytes)
  }

  /// The backlog of a replicated log as the source reports it; `nil` where no log is replicated.
  var logLags: LogLags? { self[serving].engine?.logLags(of: group.id) }
}
