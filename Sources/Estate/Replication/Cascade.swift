import Replication
import Units

/// What a protection group has to do with others in a cascade: a copy that is fed by another copy, not by production.
struct Cascade: Sendable {
  /// The group whose copy feeds this one, as long as its own source stands where that copy does.
  var feeder: PairID?
  /// The groups that this one's copy feeds, under the same condition, in the order in which they were made.
  var feeds: [PairID] = []
  /// Its source was told that what it stands on is no state to be passed on.
  var isPaused = false
  var clock = FeedClock()
  /// What was last claimed of the copy when its source was lost, until it is in sync with one again.
  var cut: ReplicationClaim?
  /// What the resynchronisations of sources before came to, and less what was counted before production was lost.
  var counted = ResyncRecord()
}

/// Tells when that was written which came to a site at some time and is passed on from there.
///
/// A source that is fed by another copy knows when a write came to its own site, not when it was written. The claims of the
/// source before it tell up to when everything was there; of two claims the one before an arrival holds.
struct FeedClock: Sendable {
  /// At `at` everything was there that had been written before `through`.
  private var notes: [(at: Instant, through: Instant)] = []
  /// Since then what comes to the site is written there.
  private var directSince: Instant?

  /// Older claims hold as well, and only claim less: when there are too many every other is left out.
  private static let notesMaximum = 64

  mutating func note(through: Instant, at now: Instant) {
    if notes.last?.at == now { notes.removeLast() }
    if notes.last?.through == through { return }
    notes.append((now, through))
    guard notes.count > Self.notesMaximum else { return }
    notes = notes.indices.filter { $0.isMultiple(of: 2) || $0 == notes.count - 1 }.map { notes[$0] }
  }

  /// The site serves from now on, or gives that up and holds everything.
  mutating func change(isDirect: Bool, at now: Instant) {
    note(through: now, at: now)
    directSince = isDirect ? now : nil
  }

  /// A time before which everything that came later than `arrival`, or then, was not yet written.
  func writing(ofArrival arrival: Instant) -> Instant {
    if let directSince, arrival >= directSince { return arrival }
    let known = notes.last { $0.at < arrival } ?? notes.first
    return known.map { min($0.through, arrival) } ?? arrival
  }

  /// What came before is passed on.
  mutating func forget(before arrival: Instant) {
    guard let last = notes.lastIndex(where: { $0.at < arrival }) else { return }
    notes.removeFirst(last)
  }
}
