import Units

/// The modes of application-log replication.
public enum LogMode: Hashable, Sendable {
  /// Acknowledged when the log is durable locally.
  case asynchronous
  /// Acknowledged when durable locally and received by so many peers; after the time-out as asynchronous, if allowed.
  case semiSynchronous(peers: Int, fallsBack: Bool)
  /// Acknowledged when the log is durable at a peer.
  case synchronousFlush
  /// Acknowledged when the application at a peer has applied it.
  case synchronousApply
}

/// How a source of log replication acts.
public struct LogPolicy: Hashable, Sendable {
  public var mode: LogMode
  /// How long a commit waits for the peers: 10 s, as MySQL's `rpl_semi_sync_source_timeout` (reference manual 8.0, 19.4.10).
  public var timeout = Duration.seconds(10)
  /// The most that one message holds, unless a single record is larger.
  public var batchMaximum = ByteCount.kibibytes(256)
  /// Sent to one peer and not durable there; beyond it that peer is sent nothing more.
  public var windowMaximum = ByteCount.mebibytes(4)
  /// What is kept of the log for peers that are behind; beyond it the oldest goes, and such a peer must be copied anew.
  public var retentionMaximum = ByteCount.gibibytes(1)
  /// Received and not applied at a peer: beyond it commits wait (flow control); `nil` when they never do.
  public var applyLagMaximum: ByteCount?
  public var heartbeat = Duration.milliseconds(500)
  public var retry = Duration.seconds(1)
  /// Silence for so long means that a peer is lost.
  public var tolerance = Duration.seconds(30)

  public init(mode: LogMode) { self.mode = mode }

  /// How many peers a commit waits for.
  var peersNeeded: Int {
    switch mode {
    case .asynchronous: 0
    case .semiSynchronous(let peers, _): peers
    case .synchronousFlush, .synchronousApply: 1
    }
  }

  /// Whether a commit goes on without the peers after the time-out.
  var fallsBack: Bool {
    if case .semiSynchronous(_, let fallsBack) = mode { fallsBack } else { false }
  }

  var promise: Promise {
    switch mode {
    case .asynchronous: .localDurable
    case .semiSynchronous: .peerReceived
    case .synchronousFlush: .peerDurable
    case .synchronousApply: .peerApplied
    }
  }

  /// Which of a peer's positions a commit waits for.
  func position(of progress: Progress) -> UInt64 {
    switch mode {
    case .asynchronous: .max
    case .semiSynchronous: progress.received
    case .synchronousFlush: progress.durable
    case .synchronousApply: progress.applied
    }
  }
}
