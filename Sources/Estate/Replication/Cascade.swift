import Replication
import Units

/// The state of a protection group in a cascade, where one copy feeds another.
///
/// Invariant: only a group that is fed has a paused source, a cut and a clock of its feeder.
struct Cascade: Sendable {
  /// The group whose copy feeds this one, as long as the source runs on that copy.
  private(set) var feeder: PairID?
  /// The groups that this copy feeds under the same condition, in the order of their creation.
  private(set) var feeds: [PairID] = []
  /// Whether the source is paused because its input is not a consistent state.
  private(set) var isPaused = false
  private var clock = FeedClock()
  /// The last claim for the copy when its source was lost. The claim holds until a new source is in sync.
  private(set) var cut: ReplicationClaim?
  /// The resync totals of earlier sources, less the amounts counted before production was lost.
  private var counted = ResyncRecord()

  mutating func join(_ feeder: PairID) {
    precondition(self.feeder == nil, "one copy feeds another")
    self.feeder = feeder
  }

  mutating func feed(_ fed: PairID) {
    precondition(!feeds.contains(fed), "a copy feeds another once")
    feeds.append(fed)
  }

  mutating func pause() {
    precondition(!isPaused, "a source is paused once")
    isPaused = true
  }

  mutating func unpause() { isPaused = false }

  // MARK: Claims

  /// Converts a claim from the time of receipt at the source to the time of the original writes.
  func translated(_ claim: ReplicationClaim) -> ReplicationClaim {
    var claim = claim
    claim.oldest = claim.oldest.map(clock.writing)
    claim.resynchronized.add(counted)
    // A source that has begun again sends what the one before may have sent.
    if let cut { claim.oldest = cut.oldest }
    return claim
  }

  /// Keeps the last claim for a copy that lost its source; `nil` when production has no source either.
  mutating func cut(at claim: ReplicationClaim?, now: Instant) {
    guard var last = claim else {
      counted = ResyncRecord()
      return
    }
    (last.oldest, last.isProtecting) = (last.oldest ?? now, false)
    cut = last
    counted = last.resynchronized
  }

  /// Notes the claim of a source that is fed.
  ///
  /// - Parameter isWithoutProduction: Whether production has no source, so that the meter restarts when it is back.
  mutating func observe(_ claim: ReplicationClaim, isWithoutProduction: Bool, at now: Instant) {
    if claim.isProtecting { cut = nil }
    if isWithoutProduction { counted = ResyncRecord() - claim.resynchronized }
    clock.forget(before: claim.oldest ?? now)
  }

  /// Notes that the feeder's site held all writes issued before an instant.
  mutating func noteFeed(through instant: Instant, at now: Instant) {
    clock.note(through: instant, at: now)
  }

  /// Notes that the site of the source starts to serve, or stops with everything received.
  mutating func noteMove(isDirect: Bool, at now: Instant) {
    clock.change(isDirect: isDirect, at: now)
  }

  /// Forgets the cut after the group's own move.
  mutating func forgetCut() { cut = nil }

  /// Starts with a source at another site, which knows nothing of the feeder.
  mutating func restartClock() { clock = FeedClock() }

  func checkInvariants() {
    precondition(
      feeder != nil || (!isPaused && cut == nil), "only a source that is fed waits for its feeder")
  }
}

/// Maps the time at which a write reached a site to the time at which it was written.
///
/// The source of a cascaded copy knows when a write reached its own site, not when it was written. The
/// feeder's claims state up to which time of writing the site had everything. Of two claims the one before an
/// arrival applies.
struct FeedClock: Sendable {
  /// The recorded pairs: at `at` the site held all writes issued before `through`.
  private var notes: [(at: Instant, through: Instant)] = []
  /// The start of the period in which the site itself receives the writes; `nil` before that.
  private var directSince: Instant?

  /// The limit on notes. Beyond it every other one is dropped, because older claims are also valid and only
  /// weaker.
  private static let notesMaximum = 64

  mutating func note(through: Instant, at now: Instant) {
    if notes.last?.at == now { notes.removeLast() }
    if notes.last?.through == through { return }
    notes.append((now, through))
    guard notes.count > Self.notesMaximum else { return }
    notes = notes.indices.filter { $0.isMultiple(of: 2) || $0 == notes.count - 1 }.map { notes[$0] }
  }

  /// Notes that the site starts to serve, or stops with everything received.
  mutating func change(isDirect: Bool, at now: Instant) {
    note(through: now, at: now)
    directSince = isDirect ? now : nil
  }

  /// Returns a time before which nothing that arrived at `arrival` or later was written.
  func writing(ofArrival arrival: Instant) -> Instant {
    if let directSince, arrival >= directSince { return arrival }
    let known = notes.last { $0.at < arrival } ?? notes.first
    return known.map { min($0.through, arrival) } ?? arrival
  }

  /// Drops the notes on writes that have been passed on.
  mutating func forget(before arrival: Instant) {
    guard let last = notes.lastIndex(where: { $0.at < arrival }) else { return }
    notes.removeFirst(last)
  }
}
