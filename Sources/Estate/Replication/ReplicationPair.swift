import Replication
import Storage
import Units

/// The identifier of a replication pair of a world.
public struct PairID: Codable, Identifier {
  public let index: Int
  public init(_ index: Int) { self.index = index }
}

/// A protection group in a running estate, with its volumes and engines at both sites.
struct ReplicationPair: Sendable {
  /// A flush that waits for its acknowledgement.
  struct HostFlush: Sendable {
    let volume: VolumeID
    let owner: FlushOwner
    /// The node that made the request.
    let node: Int
  }

  static let home = 0
  static let remote = 1

  let policy: ReplicationPolicy
  let group: ReplicaGroup
  /// The volumes, in the group's order.
  let volumes: [VolumeID]
  var link: LinkID
  /// The nodes: first at the production site, then at the DR site.
  var nodes: [ReplicationNode]
  /// The node whose volumes the services use.
  var serving = Self.home
  /// The volumes of the other node.
  var replicas: [CachedVolume]
  /// The term, which grows with every promotion.
  var term: UInt64 = 1
  var witness = Witness(primary: UInt8(Self.home))
  /// The site of the witness; `nil` where none is stated.
  var witnessSite: SiteID?
  /// The number of host writes to the group so far.
  var writes: UInt64 = 0
  var flushes: [UInt64: HostFlush] = [:]
  var flushesEver: UInt64 = 0
  var record: ReplicationRecord
  /// The guarantee of the last acknowledgement of a host's flush.
  var lastPromise: Promise?
  /// The guarantee of the last acknowledgement before a takeover by the copy; `nil` without one.
  var promiseBeforeMove: Promise?
  /// The metered course; `nil` while metering is off.
  var course: CopyOnWrite<ReplicationCourse>?
  /// The end of a fault that the copy has not yet caught up with.
  var awaited: Instant?
  /// Whether protection has ended.
  var isDisabled = false
  /// Whether the target was asked to become the primary.
  var isPromoting = false
  /// Whether the caller waits for the copy to be in sync.
  var isAwaitingSync = false
  /// The number of sides that are not drained.
  var drainsLeft = 0
  /// The number of sides still being read for a comparison.
  var comparisonsLeft = 0
  /// The lull, while only the source's routine is expected.
  var lull: Lull?
  /// Interval replication: the kept past states of the copy, oldest first.
  var keptCopies: [KeptCopy] = []
  /// The place of the copy in a cascade.
  var cascade = Cascade()

  var standing: Int { 1 - serving }

  /// Whether the serving side replicates its writes.
  var hasSource: Bool { nodes[serving].engine?.isSource ?? false }

  /// Whether the copy is a prefix of the primary, up to messages in flight.
  var isInSync: Bool {
    isActive ? activeState == .replicating : nodes[serving].engine?.isInSync ?? false
  }

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
      return .logSource(LogSource(LogSource.Configuration(pairs: [group.id], policy: log), from: state))
    }
    var policy = policy.sourcePolicy(at: scale)
    if serving == Self.remote { policy.goesOnAlone = true }
    return .source(BlockSource(BlockSource.Configuration(group: group, policy: policy), from: state))
  }
}

/// The record of a replication pair.
public struct ReplicationRecord: Hashable, Sendable {
  /// The state of the pair as its source sees it.
  public internal(set) var state = PairState.connecting
  public internal(set) var since: Instant
  /// The number of periods in which suspension or resync left the copy behind, and their total duration.
  public internal(set) var unprotectedCount = 0
  public internal(set) var unprotectedTime = Duration.zero
  /// The number of acknowledgements with a weaker guarantee than the mode's in sync.
  public internal(set) var degraded = 0
  public internal(set) var acknowledged = 0
  /// The total time from flushes of applications to their acknowledgements.
  public internal(set) var waited = Duration.zero
  public internal(set) var longestWait = Duration.zero
  /// The bytes sent in both directions, at full size.
  public internal(set) var sent = ByteCount.zero
  /// Log replication: the maximum lag of the standby at any commit, in sending and in applying.
  public internal(set) var extractLagMaximum = Duration.zero
  public internal(set) var applyLagMaximum = Duration.zero
  /// The number of page versions that lost to a concurrent version, where both sites serve.
  public internal(set) var conflicts = 0
  /// The number of pages that both sides of a split brain wrote, of which the newer term won.
  public internal(set) var divergedPages = 0

  init(since: Instant) { self.since = since }

  /// Whether a failover would meet the mode's guarantee.
  public var isProtected: Bool { state == .replicating || state == .idle }

  mutating func note(_ lags: LogLags?, at now: Instant) {
    guard let lags else { return }
    extractLagMaximum = max(extractLagMaximum, lags.extract.age(at: now))
    applyLagMaximum = max(applyLagMaximum, lags.apply.age(at: now))
  }

  mutating func change(to new: PairState, at now: Instant) {
    if !isProtected {
      unprotectedTime += now - since
    } else if new != .replicating, new != .idle {
      unprotectedCount += 1
    }
    if case .splitBrain(let divergence) = new {
      divergedPages += divergence.sourcePages + divergence.targetPages
    }
    state = new
    since = now
  }
}
