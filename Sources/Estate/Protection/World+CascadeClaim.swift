import Replication
import Units

/// The lag of a copy that another copy feeds. The lag adds the feeder's own lag and the changes that the
/// feeder has not passed on.
extension World {
  /// Returns the claim for a group's copy; `nil` while production has no source.
  func claim(of pair: PairID) -> ReplicationClaim? {
    guard pairs[pair].cascade.feeder != nil else { return sourceClaim(of: pair) }
    guard let feeder = feeder(of: pair) else { return sourceClaim(of: pair).map { translated($0, of: pair) } }
    guard let above = claim(of: feeder) else { return nil }
    guard var claim = sourceClaim(of: pair).map({ translated($0, of: pair) }) ?? pairs[pair].cascade.cut
    else {
      return ReplicationClaim(oldest: above.oldest, hasCopy: false, isProtecting: false, isDegraded: false)
    }
    claim.oldest = [claim.oldest, above.oldest].compactMap { $0 }.min()
    claim.isProtecting = claim.isProtecting && above.isProtecting
    return claim
  }

  /// Converts a claim from the time of receipt at the source to the time of the original writes.
  private func translated(_ claim: ReplicationClaim, of pair: PairID) -> ReplicationClaim {
    var claim = claim
    let cascade = pairs[pair].cascade
    claim.oldest = claim.oldest.map(cascade.clock.writing)
    claim.resynchronized.add(cascade.counted)
    // A source that has begun again sends what the one before may have sent.
    if let cut = cascade.cut { claim.oldest = cut.oldest }
    return claim
  }

  func lagBehindProduction(of pair: PairID) -> Lag? {
    guard let claim = claim(of: pair) else { return nil }
    var bytes = pairs[pair].nodes[pairs[pair].serving].engine?.lag(of: pairs[pair].group.id, at: now)?.bytes
    if let feeder = feeder(of: pair) {
      bytes = (bytes ?? .zero) + (replicationLag(of: feeder)?.bytes ?? .zero)
    }
    return Lag(oldest: claim.oldest, bytes: bytes ?? .zero)
  }

  /// Notes that a copy lost its source. The copy keeps its state until another source is in sync with it.
  mutating func noteCut(of pair: PairID, _ node: Int) {
    guard node == pairs[pair].serving, feeder(of: pair) != nil, pairs[pair].nodes[node].engine != nil else {
      return
    }
    guard var last = claim(of: pair) else {
      pairs[pair].cascade.counted = ResyncRecord()
      return
    }
    (last.oldest, last.isProtecting) = (last.oldest ?? now, false)
    pairs[pair].cascade.cut = last
    pairs[pair].cascade.counted = last.resynchronized
  }

  /// Updates the next groups of a cascade after an event of a group's source.
  mutating func observeCascade(of pair: PairID) {
    let now = now
    if pairs[pair].cascade.feeder != nil, let claim = sourceClaim(of: pair) {
      if claim.isProtecting { pairs[pair].cascade.cut = nil }
      // Without a source at production there is no claim, and the meter restarts when the source is back.
      if feeder(of: pair) != nil, !pairs[origin(of: pair)].hasSource {
        pairs[pair].cascade.counted = ResyncRecord() - claim.resynchronized
      }
      pairs[pair].cascade.clock.forget(before: claim.oldest ?? now)
    }
    if pairs[pair].cascade.feeds.isEmpty { return }
    let claim = claim(of: pair)
    for fed in pairs[pair].cascade.feeds where feeder(of: fed) == pair {
      if let claim, claim.hasCopy {
        pairs[fed].cascade.clock.note(through: claim.oldest ?? now, at: now)
      }
      observe(fed)
    }
  }
}
