import Replication
import Simulation
import Units

/// The replication of an estate: its protection groups, the watch over production and the present split brain.
///
/// Invariants: the groups of a cascade know each other; a group is apart only while a split brain is open.
struct ReplicationFabric: Sendable {
  private var pairs: [ReplicationPair] = []
  private(set) var watch = ProductionWatch()
  /// The present split brain, or the last one since the services resumed.
  private(set) var splitBrain: SplitBrain?
  /// A reusable buffer for effects of an engine.
  private var spareEffects: [ReplicationEffect] = []

  /// A group, which is read and changed in place.
  subscript(pair: PairID) -> ReplicationPair {
    @inline(__always) _read { yield pairs.span[pair.index] }
    @inline(__always) _modify { yield &pairs[pair.index] }
  }

  /// Returns the claim of a group's own source, once for every event. A read through the subscript would copy the
  /// whole group first.
  func sourceClaim(of pair: PairID) -> ReplicationClaim? {
    pairs.withUnsafeBufferPointer { $0[pair.index].sourceClaim }
  }

  /// The groups, in the order of their creation.
  var groups: [PairID] { pairs.indices.map(PairID.init) }

  /// Returns the groups whose copies are at a site.
  func groups(standingAt site: SiteID) -> [PairID] {
    groups.filter { !self[$0].isDisabled && self[$0].standingSite == site }
  }

  func group(named name: String) -> PairID {
    guard let index = pairs.firstIndex(where: { $0.policy.name == name }) else {
      preconditionFailure("no group \(name) was made before the one that it feeds")
    }
    return PairID(index)
  }

  /// The sites with copies of this many volumes, in the order of the groups.
  func sites(covering volumes: Int) -> [SiteID] {
    var sites: [SiteID] = []
    for pair in groups where !sites.contains(self[pair].standingSite) {
      let site = self[pair].standingSite
      let covered = Set(groups(standingAt: site).flatMap { self[$0].volumes })
      if covered.count == volumes { sites.append(site) }
    }
    return sites
  }

  /// Adds a group, made for the identifier that it gets.
  mutating func add(_ make: (PairID) -> ReplicationPair) -> PairID {
    let pair = make(PairID(pairs.count))
    pairs.append(pair)
    return pair.id
  }

  // MARK: Effects

  /// Returns an empty buffer for effects, with the capacity of one that was given back.
  mutating func takeBuffer() -> [ReplicationEffect] {
    var buffer: [ReplicationEffect] = []
    swap(&buffer, &spareEffects)
    return buffer
  }

  mutating func giveBack(_ buffer: inout [ReplicationEffect]) {
    buffer.removeAll(keepingCapacity: true)
    swap(&buffer, &spareEffects)
  }

  // MARK: Watch

  /// Starts to watch the production of the groups at a standby site; returns `false` where there are none.
  mutating func startWatch(_ policy: WatchPolicy, at now: Instant) -> Bool {
    let watched = groups(standingAt: policy.standby)
    guard let first = watched.first else { return false }
    for pair in watched { self[pair].stateWitness(at: policy.witness) }
    watch.start(policy, over: self[origin(of: first)].servingSite, at: now)
    return true
  }

  mutating func hear(_ beat: Watch.Beat, at now: Instant) { watch.hear(beat, at: now) }

  /// Whether production has lost its lease by now, and had not before.
  mutating func losesLease(at now: Instant) -> Bool { watch.losesLease(at: now) }

  /// Returns the standby site's verdict. A verdict that production or the quorum is lost ends the watch.
  mutating func judge(at now: Instant) -> Watch.Verdict { watch.judge(at: now) }

  /// Whether the witness knows that a copy at a standby site lacks acknowledged writes.
  func witnessKnowsOutdatedCopy(at site: SiteID) -> Bool {
    groups(standingAt: site).contains { self[$0].isKnownAsOutdated }
  }

  // MARK: Split brain

  /// Whether the old primary of a group still serves beside the new one.
  func isApart(_ pair: PairID) -> Bool { splitBrain?.apart.contains(pair) ?? false }

  /// Begins a split brain, or adds a group to the open one.
  mutating func beginSplitBrain(of pair: PairID, at now: Instant) {
    if splitBrain == nil || splitBrain?.end != nil { splitBrain = SplitBrain(start: now) }
    splitBrain?.add(pair)
    self[pair].leaveSite()
  }

  /// Ends service at the old site of a group that is apart; returns whether the split brain ends with it.
  mutating func endSplitBrain(of pair: PairID, at now: Instant) -> Bool {
    precondition(isApart(pair), "only a group that is apart has an old primary")
    splitBrain?.remove(pair, at: now)
    self[pair].dropFlushes { $0.owner.isAtLeftSite }
    return splitBrain?.end != nil
  }

  /// Forgets a split brain that has ended. An old primary that still serves is not forgotten: it must learn of the
  /// new term.
  mutating func forgetEndedSplitBrain() {
    if splitBrain?.end != nil { splitBrain = nil }
  }

  // MARK: Invariants

  /// Traps unless the groups, the watch and the split brain are in order.
  func checkInvariants(_ events: EventQueue<Happening>) {
    watch.checkInvariants(at: events.now)
    splitBrain?.checkInvariants(at: events.now)
    for pair in groups {
      self[pair].checkInvariants(events)
      precondition(self[pair].id == pair, "a group knows its place")
      for fed in self[pair].cascade.feeds {
        precondition(self[fed].cascade.feeder == pair, "the copies of a cascade know each other")
      }
      // An old primary that still serves is isolated.
      if !self[pair].isActive, self[pair][self[pair].standing].engine?.isSource == true {
        precondition(isApart(pair), "of two primaries the older one is known to be left")
      }
    }
  }
}
