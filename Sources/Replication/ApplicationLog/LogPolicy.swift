import Units

/// The modes of application-log replication.
public enum LogMode: Hashable, Sendable {
  /// A commit is acknowledged when the log is durable locally.
  case asynchronous
  /// A commit is acknowledged when the log is durable locally and received by `peers` peers. After the
  /// time-out the mode may fall back to asynchronous.
  case semiSynchronous(peers: Int, fallsBack: Bool)
  /// A commit is acknowledged when the log is durable at a peer.
  case synchronousFlush
  /// A commit is acknowledged when the application at a peer has applied the log.
  case synchronousApply
}

/// The policy of a source of log replication.
public struct LogPolicy: Hashable, Sendable {
  public var mode: LogMode
  /// The longest time that a commit waits for the peers. The default is that of MySQL's
  /// `rpl_semi_sync_source_timeout` (reference manual 8.0, 19.4.10).
  public var timeout = Duration.seconds(10)
  /// The largest size of one message, unless a single record is larger.
  public var batchMaximum = ByteCount.kibibytes(256)
  /// The limit on bytes sent to one peer and not yet durable there.
  public var windowMaximum = ByteCount.mebibytes(4)
  /// The size of the log kept for slow peers. Beyond the limit the oldest records are dropped, and a peer
  /// that needs them must be copied anew.
  public var retentionMaximum = ByteCount.gibibytes(1)
  /// The unapplied log at a peer beyond which commits wait (flow control); `nil` for no limit.
  public var applyLagMaximum: ByteCount?
  /// Whether the peers apply with a delay. A handover then waits until they hold the log, not until they have
  /// applied it.
  public var appliesLate = false
  public var heartbeat = Duration.milliseconds(500)
  public var retry = Duration.seconds(1)
  /// The silence after which a peer counts as lost.
  public var tolerance = Duration.seconds(30)

  public init(mode: LogMode) { self.mode = mode }

  /// The number of peers that a commit waits for.
  var peersNeeded: Int {
    switch mode {
    case .asynchronous: 0
    case .semiSynchronous(let peers, _): peers
    case .synchronousFlush, .synchronousApply: 1
    }
  }

  /// Whether commits continue without the peers after the time-out.
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

  /// Returns the position of a peer that a commit waits for: received, durable or applied.
  func position(of progress: Progress) -> UInt64 {
    switch mode {
    case .asynchronous: .max
    case .semiSynchronous: progress.received
    case .synchronousFlush: progress.durable
    case .synchronousApply: progress.applied
    }
  }
}
