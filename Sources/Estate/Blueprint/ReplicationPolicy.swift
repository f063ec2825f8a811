import Replication
import Units

/// A protection group: volumes that are one consistency group, replicated to a device at another site.
public struct ReplicationPolicy: Sendable {
  /// The layer that replicates, and its rule of acknowledgement.
  public enum Mode: Hashable, Sendable {
    /// Replication from array to array.
    case storage(StorageMode)
    /// A splitter at the hosts sends writes into a journal at the DR site.
    case hostIO(HostMode)
    /// The primary sends its logical log to a standby that has a database of its own.
    case application(ApplicationMode)
    /// Both sites serve, each from its own storage.
    case activeActive(ActiveActiveMode)

    /// Whether the standby writes a copy of its own.
    public var isApplication: Bool {
      if case .application = self { true } else { false }
    }

    /// The mode in which both sites serve; `nil` when only one site does.
    public var activeActive: ActiveActiveMode? {
      if case .activeActive(let mode) = self { mode } else { nil }
    }

    /// Whether the copy at the DR site can feed another copy while it grows.
    public var canFeed: Bool {
      switch self {
      case .storage(.interval), .hostIO, .application, .activeActive: false
      case .storage: true
      }
    }

    /// Whether another copy can feed this copy. The mode must not make any writer wait for the copy.
    public var canBeFed: Bool {
      switch self {
      case .storage(.asynchronous), .storage(.interval): true
      case .storage, .hostIO, .application, .activeActive: false
      }
    }

    /// Whether no commit is ever acknowledged without the standby.
    public var logWaitsForPeer: Bool {
      switch self {
      case .application(.synchronousFlush), .application(.synchronousApply): true
      case .application(.semiSynchronous(_, let fallsBack)): !fallsBack
      case .application(.asynchronous), .storage, .hostIO, .activeActive: false
      }
    }
  }

  /// The group's name.
  public var name: String
  /// The volumes of the consistency group; `nil` for those of all services.
  public var volumes: [VolumeID]?
  /// The earlier group with the same volumes whose copy feeds this one. With `nil`, production feeds the
  /// copy.
  public var feeder: String?
  /// Host I/O: the required reach of the journal; `nil` for as far as the capacity allows.
  public var history: Duration?
  /// Interval replication: the number of last snapshots kept at the DR site.
  public var keptSnapshots = 0
  /// Whether a group clock orders the writes of several hosts or arrays.
  public var hasClock: Bool
  public var mode: Mode
  /// The DR site.
  public var site: SiteID
  /// The device at the DR site with the copies and the journal.
  public var device: DeviceID
  /// The largest amount of unsent changes, at full size. Beyond the limit, changes are only marked.
  public var bufferMaximum: ByteCount
  /// The capacity of the journal at the DR site under host I/O replication, at full size.
  public var journalMaximum: ByteCount
  /// The silence after which the peer counts as lost.
  public var tolerance: Duration
  /// The interval at which an idle source sends heartbeats.
  public var heartbeat: Duration
  /// Log replication: the limit on the standby's unapplied log, at full size, beyond which commits wait;
  /// `nil` for no limit.
  public var flowControl: ByteCount?
  /// Log replication: the age that a record must reach before the standby applies it; zero: none.
  public var applyDelay = Duration.zero

  public init(
    name: String = "replication", volumes: [VolumeID]? = nil, hasClock: Bool = false, mode: Mode,
    site: SiteID, device: DeviceID, bufferMaximum: ByteCount, journalMaximum: ByteCount,
    tolerance: Duration = .seconds(30), heartbeat: Duration = .seconds(5), flowControl: ByteCount? = nil,
    feeder: String? = nil
  ) {
    self.name = name
    self.volumes = volumes
    self.hasClock = hasClock
    self.mode = mode
    self.site = site
    self.device = device
    self.bufferMaximum = bufferMaximum
    self.journalMaximum = journalMaximum
    self.tolerance = tolerance
    self.heartbeat = heartbeat
    self.flowControl = flowControl
    self.feeder = feeder
  }

  /// Translates the policy of block replication into the engine's. Sizes stay at full size, because the
  /// engine counts nominal sizes.
  package func sourcePolicy(at scale: Scale) -> SourcePolicy {
    var policy =
      switch mode {
      case .storage(let mode): mode.policy
      case .hostIO(let mode): mode.policy
      case .application, .activeActive: preconditionFailure("the mode has no source of blocks")
      }
    policy.bufferMaximum = max(.kibibytes(64), bufferMaximum)
    policy.weight = scale.denominator
    policy.tolerance = tolerance
    policy.heartbeat = heartbeat
    policy.splitBrain = .keepNewerTerm
    return policy
  }
}

/// The condition for acknowledging a commit under log replication.
public enum ApplicationMode: Hashable, Sendable {
  /// The log is durable locally.
  case asynchronous
  /// The standby has received the log too. After the time-out the mode falls back to asynchronous, if
  /// allowed.
  case semiSynchronous(timeout: Duration, fallsBack: Bool)
  /// The log is durable at the standby.
  case synchronousFlush
  /// The standby has applied the log.
  case synchronousApply
}

extension ReplicationPolicy {
  /// Translates the mode into the engine's policy at the scale of the run. The buffer limit becomes the
  /// amount of log that is kept for a slow standby.
  func logPolicy(_ mode: ApplicationMode, at scale: Scale) -> LogPolicy {
    var policy: LogPolicy
    switch mode {
    case .asynchronous: policy = LogPolicy(mode: .asynchronous)
    case .semiSynchronous(let timeout, let fallsBack):
      policy = LogPolicy(mode: .semiSynchronous(peers: 1, fallsBack: fallsBack))
      policy.timeout = timeout
    case .synchronousFlush: policy = LogPolicy(mode: .synchronousFlush)
    case .synchronousApply: policy = LogPolicy(mode: .synchronousApply)
    }
    policy.batchMaximum = max(.kibibytes(16), scale.applied(to: policy.batchMaximum))
    policy.windowMaximum = max(.kibibytes(16), scale.applied(to: policy.windowMaximum))
    policy.retentionMaximum = max(.kibibytes(64), scale.applied(to: bufferMaximum))
    policy.applyLagMaximum = flowControl.map { max(.kibibytes(4), scale.applied(to: $0)) }
    policy.tolerance = tolerance
    policy.heartbeat = heartbeat
    return policy
  }
}
