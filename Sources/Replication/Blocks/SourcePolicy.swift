import Units

/// The modes of storage replication, array to array.
public enum StorageMode: Hashable, Sendable {
  /// Protocol A: a write is acknowledged when it is local and in the send buffer.
  case asynchronous
  /// Protocol B: a write is acknowledged when it is in the peer's memory.
  case memorySynchronous
  /// Protocol C: a write is acknowledged when it is on the peer's devices. After the tolerance the source
  /// acknowledges alone.
  case synchronous
  /// Protocol C with a witness. The witness must record the peer's copy as outdated before the source
  /// acknowledges alone.
  case witnessedSynchronous
  /// Protocol C without exceptions: while the peer is lost, the host's flushes fail.
  case strictSynchronous
  /// The source sends the changes between two snapshots at this interval.
  case interval(Duration)

  public var policy: SourcePolicy {
    var policy = SourcePolicy()
    switch self {
    case .asynchronous: break
    case .memorySynchronous: policy.acknowledgement = .received
    case .synchronous: policy.acknowledgement = .durable
    case .witnessedSynchronous: (policy.acknowledgement, policy.asksWitness) = (.durable, true)
    case .strictSynchronous: (policy.acknowledgement, policy.goesOnAlone) = (.durable, false)
    case .interval(let time): policy.snapshotInterval = time
    }
    return policy
  }
}

/// The modes of host I/O replication, splitter to journal.
public enum HostMode: Hashable, Sendable {
  /// A write is acknowledged when local. Recovery points are the group's checkpoints, made at an interval or
  /// by the group clock.
  case asynchronous(checkpointInterval: Duration?)
  /// A write is acknowledged when local and in the journal. Every write is a recovery point.
  case synchronous

  public var policy: SourcePolicy {
    var policy = SourcePolicy()
    policy.hasPoints = true
    switch self {
    case .asynchronous(let interval): policy.checkpointInterval = interval
    case .synchronous: policy.acknowledgement = .durable
    }
    return policy
  }
}

/// The policy of a source of block replication. A mode makes it, and callers may adjust it.
public struct SourcePolicy: Hashable, Sendable {
  /// The place at the peer that a write must reach before its acknowledgement, besides durability here.
  public enum Acknowledgement: Hashable, Sendable {
    case local
    case received
    case durable
  }

  public var acknowledgement = Acknowledgement.local
  /// Whether the source serves the host alone after the peer is lost.
  public var goesOnAlone = true
  /// Whether the witness must be informed before the source serves alone.
  public var asksWitness = false
  /// Whether a recovery uses points of the group. Otherwise it uses the last write that arrived.
  public var hasPoints = false
  /// The interval of the source's own points. About 5 s is usual for journals (Zerto, RecoverPoint).
  public var checkpointInterval: Duration?
  /// The interval of snapshots, whose changes are sent instead of single writes.
  public var snapshotInterval: Duration?
  /// The limit on unsent or unanswered bytes. Beyond it, changes are only marked.
  public var bufferMaximum = ByteCount.mebibytes(64)
  /// The largest size of one message, unless a single write is larger.
  public var batchMaximum = ByteCount.kibibytes(256)
  /// The number of unanswered messages with entries, at first and at best.
  public var messagesAtFirst = 2
  public var messagesInFlight = 16
  /// The silence after which the peer counts as lost. The default of 30 s is that of the guarantees' worked
  /// example.
  public var tolerance = Duration.seconds(30)
  /// The interval at which an idle source sends heartbeats.
  public var heartbeat = Duration.milliseconds(500)
  /// The time to wait for the first answer; the time doubles with every retry.
  public var retry = Duration.seconds(1)
  /// The interval of attempts to reach a lost peer.
  public var reconnect = Duration.seconds(1)
  /// Whether a suspension ends when the peer is found. Otherwise it ends with a `resume` command.
  public var resumesByItself = true
  public var splitBrain = SplitBrainPolicy.refuse
  /// The number of bytes that one byte of a page represents. In a rehearsal it is the denominator of the
  /// scale, else 1.
  public var weight: Int64 = 1
  /// Whether this source writes to the devices. `false` for a second copy of volumes whose writes another
  /// source passes on.
  public var writesLocally = true

  public init() {}

  /// The guarantee of an acknowledgement while the copy is in sync.
  public var promise: Promise {
    switch acknowledgement {
    case .local: .localDurable
    case .received: .peerReceived
    case .durable: .peerDurable
    }
  }
}

/// A group of volumes that one source and one target replicate together.
public struct ReplicaGroup: Hashable, Sendable {
  public var id: UInt32
  /// The sizes of the volumes, by their place in the group.
  public var volumes: [ByteCount]

  public init(id: UInt32, volumes: [ByteCount]) {
    self.id = id
    self.volumes = volumes
  }

  func contains(_ entry: Entry) -> Bool {
    entry.volume < volumes.count && entry.offset >= .zero
      && entry.offset <= volumes[Int(entry.volume)]
      && ByteCount(entry.bytes.count) <= volumes[Int(entry.volume)] - entry.offset
  }
}
