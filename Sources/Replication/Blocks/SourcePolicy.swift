import Units

/// The modes of storage replication, array to array.
public enum StorageMode: Hashable, Sendable {
  /// Protocol A: acknowledged when local and in the send buffer.
  case asynchronous
  /// Protocol B: acknowledged when in the peer's memory.
  case memorySynchronous
  /// Protocol C: acknowledged when on the peer's devices; alone after the tolerance.
  case synchronous
  /// As protocol C, and before it goes on alone the witness must know that the peer is out of date.
  case witnessedSynchronous
  /// As protocol C, but never alone: the host's flushes fail.
  case strictSynchronous
  /// The changes between two snapshots, every so often.
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
  /// Acknowledged when local; recoverable to group checkpoints, one each interval, or as the group's clock marks them.
  case asynchronous(checkpointInterval: Duration?)
  /// Acknowledged when local and in the journal; recoverable to every write.
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

/// How a source of block replication acts; made by a mode, then adjusted.
public struct SourcePolicy: Hashable, Sendable {
  /// How far a write must have come at the peer, besides being durable here.
  public enum Acknowledgement: Hashable, Sendable {
    case local
    case received
    case durable
  }

  public var acknowledgement = Acknowledgement.local
  /// Whether the host is served without the peer once that is lost.
  public var goesOnAlone = true
  /// Whether the witness must know before the host is served without the peer.
  public var asksWitness = false
  /// Whether a recovery goes to points of the group; else to the last write that arrived.
  public var hasPoints = false
  /// How often the source makes a point by itself; about 5 s is usual for journals (Zerto, RecoverPoint).
  public var checkpointInterval: Duration?
  /// Sends changes between snapshots instead of writes.
  public var snapshotInterval: Duration?
  /// What may wait to be sent or answered; beyond it changes are only marked.
  public var bufferMaximum = ByteCount.mebibytes(64)
  /// The most that one message holds, unless a single write is larger.
  public var batchMaximum = ByteCount.kibibytes(256)
  /// Messages with entries on their way at once, after a connection and when all is well.
  public var messagesAtFirst = 2
  public var messagesInFlight = 16
  /// Silence for so long means that the peer is lost: 30 s, as in the worked example of the guarantees.
  public var tolerance = Duration.seconds(30)
  /// How often a silent source makes itself heard.
  public var heartbeat = Duration.milliseconds(500)
  /// How long an answer is waited for at first; twice as long each time after.
  public var retry = Duration.seconds(1)
  /// How often a lost peer is looked for.
  public var reconnect = Duration.seconds(1)
  /// Whether a suspension ends when the peer is found again, or with a `resume` command.
  public var resumesByItself = true
  public var splitBrain = SplitBrainPolicy.refuse
  /// The bytes that one byte of a page represents: the denominator of the scale in a rehearsal, else 1.
  public var weight: Int64 = 1
  /// `false` for a second copy of the same volumes, whose writes another source passes to the devices.
  public var writesLocally = true

  public init() {}

  /// The promise of an acknowledgement while the copy is in sync.
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
  /// The sizes of its volumes, by their place in the group.
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
