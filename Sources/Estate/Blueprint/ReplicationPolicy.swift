import Replication
import Units

/// A protection group: volumes that are one consistency group, replicated to a device at another site.
public struct ReplicationPolicy: Sendable {
  /// What replicates, and when it acknowledges.
  public enum Mode: Hashable, Sendable {
    /// Array to array.
    case storage(StorageMode)
    /// From a splitter at the hosts into a journal at the DR site.
    case hostIO(HostMode)
    /// From the primary's logical log to a standby's own database.
    case application(ApplicationMode)
    /// Both sites serve, each from its own storage.
    case activeActive(ActiveActiveMode)

    /// Whether the standby has a copy of its own making.
    public var isApplication: Bool {
      if case .application = self { true } else { false }
    }

    /// How both sites serve; `nil` when only one does.
    public var activeActive: ActiveActiveMode? {
      if case .activeActive(let mode) = self { mode } else { nil }
    }

    /// Whether the DR site holds an image of the volumes that another copy can be made of as it grows.
    public var canFeed: Bool {
      switch self {
      case .storage(.interval), .hostIO, .application, .activeActive: false
      case .storage: true
      }
    }

    /// Whether it can copy what another copy holds: nobody waits for it.
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
  /// One consistency group; `nil`: the volumes of all services.
  public var volumes: [VolumeID]?
  /// The group whose copy feeds this one, in place of production: it has the same volumes, and was made before. `nil`:
  /// production feeds it.
  public var feeder: String?
  /// Host I/O: how far the journal is to reach back; `nil`: as far as its room allows.
  public var history: Duration?
  /// Interval replication: how many of the last snapshots stay at the DR site.
  public var keptSnapshots = 0
  /// Whether the writes of several hosts, or arrays, are put in one order.
  public var hasClock: Bool
  public var mode: Mode
  /// The DR site.
  public var site: SiteID
  /// Holds the copies at the DR site, and the journal.
  public var device: DeviceID
  /// What may wait to be sent before changes are only marked; at full size.
  public var bufferMaximum: ByteCount
  /// Host I/O: what the journal at the DR site holds; at full size.
  public var journalMaximum: ByteCount
  /// Silence for so long means that the peer is lost.
  public var tolerance: Duration
  /// How often a silent source makes itself heard.
  public var heartbeat: Duration
  /// Log replication: commits wait while the standby has received and not applied more than this, at full size; `nil`:
  /// they never do.
  public var flowControl: ByteCount?

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

  /// As the engine wants it: the sizes at full size, as it counts nominal ones. Of block replication.
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

/// When a commit is acknowledged under log replication.
public enum ApplicationMode: Hashable, Sendable {
  /// When the log is durable locally.
  case asynchronous
  /// When the standby has received it, too; after the time-out as asynchronous, if that is allowed.
  case semiSynchronous(timeout: Duration, fallsBack: Bool)
  /// When the standby has made it durable.
  case synchronousFlush
  /// When the standby has applied it.
  case synchronousApply
}

extension ReplicationPolicy {
  /// As the engine wants it, at the scale of the run. What may wait to be sent is what is kept of the log for a standby that
  /// is behind.
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
