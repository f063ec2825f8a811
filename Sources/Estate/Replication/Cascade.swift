import Replication
import Units

/// The state of a protection group in a cascade, where one copy feeds another.
struct Cascade: Sendable {
  /// The group whose copy feeds this one, as long as the source runs on that copy.
  var feeder: PairID?
  /// The groups that this copy feeds under the same condition, in the order of their creation.
  var feeds: [PairID] = []
  /// Whether the source is paused because its input is not a consistent state.
  var isPaused = false
  var clock = FeedClock()
  /// The last claim for the copy when its source was lost. The claim holds until a new source is in sync.
  var cut: ReplicationClaim?
  /// The resync totals of earlier sources, less the amounts counted before production was lost.
  var counted = ResyncRecord()
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
