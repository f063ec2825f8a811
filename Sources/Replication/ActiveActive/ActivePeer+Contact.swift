import Storage
import Units

/// Detection of the other site's loss and return.
extension ActivePeer {
  /// Whether flushes are acknowledged without the other site.
  var servesAlone: Bool { isAlone || !kept.isPeerWhole }

  mutating func goOnAlone() { (isAlone, rejoinsAt) = (true, nil) }

  /// Notes that the other site answered.
  mutating func noteAnswer(at now: Instant) {
    lastAnswer = now
    guard isAlone, rejoinsAt == nil else { return }
    rejoinsAt = operations
    beginResync()
  }

  /// Checks for the loss and return of the other site. The site is lost when it answers nothing within the
  /// tolerance. The site is back when it holds all writes issued before it answered again.
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

  /// The state of the pair as this site sees it.
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

  /// Returns the claim. The method is mutating so that the peer is read in place, because a copy costs more.
  public mutating func takeClaim() -> ReplicationClaim { claim }

  public var claim: ReplicationClaim {
    ReplicationClaim(
      oldest: oldestUnsettled, hasCopy: kept.isPeerWhole, isProtecting: state == .replicating,
      isDegraded: policy.waitsForPeer && servesAlone, resynchronized: resyncs)
  }

  /// Returns the other site's lag behind the writes of this site.
  public func lag(at now: Instant) -> Lag {
    Lag(
      oldest: oldestUnsettled,
      bytes: ByteCount(kept.unsent.pageTotal * PageSet.pageSize)
        + heldWrites.reduce(ByteCount.zero) { $0 + ByteCount($1.bytes.count) })
  }
}
