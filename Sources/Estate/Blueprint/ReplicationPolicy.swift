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
  }

  /// The group's name.
  public var name: String
  /// One consistency group; `nil`: the volumes of all services.
  public var volumes: [VolumeID]?
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

  public init(
    name: String = "replication", volumes: [VolumeID]? = nil, hasClock: Bool = false, mode: Mode,
    site: SiteID, device: DeviceID, bufferMaximum: ByteCount, journalMaximum: ByteCount,
    tolerance: Duration = .seconds(30), heartbeat: Duration = .seconds(5)
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
  }

  /// As the engine wants it, at the scale of the run.
  func sourcePolicy(at scale: Scale) -> SourcePolicy {
    var policy =
      switch mode {
      case .storage(let mode): mode.policy
      case .hostIO(let mode): mode.policy
      }
    policy.bufferMaximum = max(.kibibytes(64), scale.applied(to: bufferMaximum))
    policy.batchMaximum = max(.kibibytes(16), scale.applied(to: policy.batchMaximum))
    policy.tolerance = tolerance
    policy.heartbeat = heartbeat
    policy.splitBrain = .keepNewerTerm
    return policy
  }
}
