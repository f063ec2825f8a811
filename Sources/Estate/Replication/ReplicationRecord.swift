import Replication
import Units

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
