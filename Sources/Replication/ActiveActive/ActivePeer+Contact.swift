import Storage
import Units

/// Whether the other site is there.
extension ActivePeer {
  /// Whether flushes are acknowledged without the other site.
  var servesAlone: Bool { isAlone || !kept.isPeerWhole }

  mutating func goOnAlone() { (isAlone, rejoinsAt) = (true, nil) }

  /// The other site holds something that was sent to it.
  mutating func noteAnswer(at now: Instant) {
    lastAnswer = now
    guard isAlone, rejoinsAt == nil else { return }
    rejoinsAt = operations
    beginResync()
  }

  /// A site that leaves everything unanswered for as long as is tolerated is lost. It is back when it holds what was written
  /// until it answered again.
  mutating func considerPeer(at now: Instant) {
    if let oldest = oldestUnsettled, let tolerance = policy.tolerance,
      now - max(oldest, lastAnswer) >= tolerance
    {
      goOnAlone()
    } else if isAlone, let rejoinsAt, settledOperation >= rejoinsAt, kept.owesNothing {
      (isAlone, self.rejoinsAt) = (false, nil)
    }
  }

  // MARK: What is said of the pair

  var isResynchronizing: Bool { state == .resynchronizing }

  mutating func beginResync() {
    resyncs.begun += 1
    resyncs.pagesMarked += kept.unsent.pageTotal
  }

  /// What the pair is doing, as this site sees it.
  public var state: PairState {
    if !mayServe { return .resynchronizing }
    if isAlone, rejoinsAt == nil { return .suspended(.peerLost) }
    if !kept.owesNothing || isAlone { return .resynchronizing }
    return kept.isPeerWhole ? .replicating : .connecting
  }

  mutating func tellState(_ effects: inout [ReplicationEffect]) {
    let state = state
    guard state != toldState else { return }
    toldState = state
    effects.append(.changed(state))
  }

  /// Mutating, so that a peer is looked at where it stands: to copy one costs more than the claim.
  public mutating func takeClaim() -> ReplicationClaim { claim }

  public var claim: ReplicationClaim {
    ReplicationClaim(
      oldest: oldestUnsettled, hasCopy: kept.isPeerWhole, isProtecting: state == .replicating,
      isDegraded: policy.waitsForPeer && servesAlone, resynchronized: resyncs)
  }

  /// How far the other site is behind with what was written here.
  public func lag(at now: Instant) -> Lag {
    Lag(
      oldest: oldestUnsettled,
      bytes: ByteCount(kept.unsent.pageTotal * PageSet.pageSize)
        + heldWrites.reduce(ByteCount.zero) { $0 + ByteCount($1.bytes.count) })
  }
}
