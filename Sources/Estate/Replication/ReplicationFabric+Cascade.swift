import Replication
import Units

/// The chains of cascaded copies.
///
/// A copy's writes pass through the sources of the groups that it feeds, which DRBD calls stacking.
///
/// A chain leads outward from the serving site. When a site in the middle is promoted, the copies that it
/// feeds continue unchanged. The volumes of their source then serve.
extension ReplicationFabric {
  /// The place of a volume of a group's node.
  enum Place {
    /// The volume is the one that services use.
    case served(VolumeID)
    /// The volume is the copy of a group, at the same index.
    case copied(PairID)
  }

  func place(of volume: Int, _ pair: PairID, _ node: Int) -> Place {
    guard node == self[pair].serving else { return .copied(pair) }
    return feeder(of: pair).map { .copied($0) } ?? .served(self[pair].volumes[volume])
  }

  /// Returns the group whose copy feeds a group's source; `nil` where the source runs on the served volumes.
  func feeder(of pair: PairID) -> PairID? {
    guard let feeder = self[pair].cascade.feeder,
      self[feeder].standingSite == self[pair].servingSite
    else {
      return nil
    }
    return feeder
  }

  /// Returns the first group of the chain, whose source runs at the serving site.
  func origin(of pair: PairID) -> PairID {
    // Not `map(origin)`, which would take a copy of the fabric with it.
    guard let feeder = feeder(of: pair) else { return pair }
    return origin(of: feeder)
  }

  /// Returns the groups that the copy of a group feeds now.
  func fed(by pair: PairID) -> [PairID] {
    self[pair].cascade.feeds.filter { feeder(of: $0) == pair }
  }

  mutating func join(_ pair: PairID, to feeder: PairID) {
    precondition(self[feeder].policy.mode.canFeed, "what feeds a copy holds an image")
    precondition(self[pair].policy.mode.canBeFed, "nobody waits for a copy that is fed by another")
    self[pair].cascade.join(feeder)
    self[feeder].cascade.feed(pair)
  }

  // MARK: Passing on

  /// Returns the next lower group that passes on a node's writes; `nil` below the last one.
  ///
  /// The node's volumes do not serve.
  func source(below pair: PairID, _ node: Int) -> PairID? {
    let copy = copy(of: pair, node)
    return self[copy.group].cascade.feeds.last { fed in
      // Asked at every write: the engine is looked at where it stands, not in a copy of its pair.
      copy.below.map { fed < $0 } ?? true && feeder(of: fed) == copy.group
        && self[fed][self[fed].serving].engine?.takesWrites ?? false
    }
  }

  /// Returns the group that owns a node's volumes as its copy. `below` is the last source that has passed on
  /// the node's writes.
  func copy(of pair: PairID, _ node: Int) -> (group: PairID, below: PairID?) {
    guard node == self[pair].serving, let feeder = feeder(of: pair) else { return (pair, nil) }
    return (feeder, pair)
  }

  // MARK: A copy that is being made

  /// Whether the source of a group that is fed must pause, because its volumes are not a consistent state.
  func mustPause(_ fed: PairID) -> Bool { !self[fed].cascade.isPaused && !standsOnState(fed) }

  /// Whether a paused source may continue.
  func mayContinue(_ fed: PairID) -> Bool { self[fed].cascade.isPaused && standsOnState(fed) }

  /// Whether a source's volumes hold a consistent past state.
  private func standsOnState(_ pair: PairID) -> Bool {
    guard let feeder = feeder(of: pair) else { return true }
    return self[feeder][self[feeder].standing].engine?.holdsCopy ?? false
  }

  // MARK: Moves

  /// Updates the cascade after a group's volumes started or stopped serving.
  mutating func noteMove(of pair: PairID, at now: Instant) {
    self[pair].cascade.forgetCut()
    for fed in self[pair].cascade.feeds where !self[fed].isDisabled {
      self[fed].cascade.noteMove(isDirect: feeder(of: fed) == nil, at: now)
    }
  }
}

// MARK: - Claims

extension ReplicationFabric {
  /// Returns the claim for a group's copy; `nil` while production has no source.
  ///
  /// The claim for a copy that another copy feeds adds the feeder's own lag and the changes that the feeder has not
  /// passed on.
  func claim(of pair: PairID) -> ReplicationClaim? {
    guard self[pair].cascade.feeder != nil else { return sourceClaim(of: pair) }
    let own = self[pair].translatedClaim
    guard let feeder = feeder(of: pair) else { return own }
    guard let above = claim(of: feeder) else { return nil }
    guard var claim = own ?? self[pair].cascade.cut else {
      return ReplicationClaim(
        oldest: above.oldest, hasCopy: false, isProtecting: false, isDegraded: false)
    }
    claim.oldest = [claim.oldest, above.oldest].compactMap { $0 }.min()
    claim.isProtecting = claim.isProtecting && above.isProtecting
    return claim
  }

  /// Returns the copy's lag as its source claims it; `nil` while no source runs.
  func lag(of pair: PairID, at now: Instant) -> Lag? {
    if self[pair].isActive || self[pair].cascade.feeder == nil {
      return self[pair].sourceLag(at: now)
    }
    guard let claim = claim(of: pair) else { return nil }
    var bytes = self[pair].sourceLag(at: now)?.bytes
    if let feeder = feeder(of: pair) {
      bytes = (bytes ?? .zero) + (lag(of: feeder, at: now)?.bytes ?? .zero)
    }
    return Lag(oldest: claim.oldest, bytes: bytes ?? .zero)
  }

  /// Notes that a copy loses its source. The copy keeps its state until another source is in sync with it.
  mutating func noteCut(of pair: PairID, _ node: Int, at now: Instant) {
    guard node == self[pair].serving, feeder(of: pair) != nil, self[pair][node].engine != nil else {
      return
    }
    let last = claim(of: pair)
    self[pair].cascade.cut(at: last, now: now)
  }

  /// Meters the present claims of a pair's source and of the copies that its copy feeds. Appends the groups whose
  /// copies have caught up with a fault.
  mutating func observe(_ pair: PairID, at now: Instant, into caughtUp: inout [Occurrence]) {
    observeCascade(of: pair, at: now, into: &caughtUp)
    guard self[pair].meter.isObserved else { return }
    let claim = claim(of: pair)
    if self[pair].meter.observe(claim, at: now) { caughtUp.append(.protectedAgain(pair)) }
  }

  private mutating func observeCascade(
    of pair: PairID, at now: Instant, into caughtUp: inout [Occurrence]
  ) {
    if self[pair].cascade.feeder != nil, let claim = self[pair].sourceClaim {
      let isWithoutProduction = feeder(of: pair) != nil && !self[origin(of: pair)].hasSource
      self[pair].cascade.observe(claim, isWithoutProduction: isWithoutProduction, at: now)
    }
    if self[pair].cascade.feeds.isEmpty { return }
    let claim = claim(of: pair)
    for fed in self[pair].cascade.feeds where feeder(of: fed) == pair {
      if let claim, claim.hasCopy {
        self[fed].cascade.noteFeed(through: claim.oldest ?? now, at: now)
      }
      observe(fed, at: now, into: &caughtUp)
    }
  }
}

extension ReplicationPair {
  /// The source's claim in the time of the original writes.
  fileprivate var translatedClaim: ReplicationClaim? { sourceClaim.map { cascade.translated($0) } }
}
