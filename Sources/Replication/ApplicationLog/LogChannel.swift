import Units

/// A log source's state for one peer.
struct LogChannel: Sendable {
  enum Phase: Hashable {
    case greeting
    case planning(ConnectionPlan)
    case streaming
    /// The peer's log has diverged, so the peer must be copied anew.
    case apart
  }

  var conversation: Correspondence
  var phase = Phase.greeting
  var attempts: UInt64 = 0
  /// The place of the next record to send, and of the first record that is not durable at the peer.
  var nextPlace: UInt64 = 1
  var unsettledPlace: UInt64 = 1
  var unappliedPlace: UInt64 = 1
  var progress = Progress(received: 0, durable: 0, applied: 0)
  var lastHeard: Instant
  var lastProgress: Instant
  var roundTrip = Duration.zero
  var retries: Int64 = 0

  init(pair: UInt32, boots: UInt64, at now: Instant) {
    conversation = Correspondence(group: pair, session: 0, boots: boots)
    (lastHeard, lastProgress) = (now, now)
  }

  /// Applies the peer's progress; returns `false` when the progress is impossible.
  mutating func advance(_ new: Progress, _ log: LogState, at now: Instant) -> Bool {
    guard new.applied <= new.durable, new.durable <= new.received, new.received <= log.last else {
      return false
    }
    if new != progress { (lastProgress, retries) = (now, 0) }
    progress = Progress(
      received: max(progress.received, new.received), durable: max(progress.durable, new.durable),
      applied: max(progress.applied, new.applied))
    Self.move(&unsettledPlace, past: progress.durable, log)
    Self.move(&unappliedPlace, past: progress.applied, log)
    return true
  }

  private static func move(_ place: inout UInt64, past position: UInt64, _ log: LogState) {
    place = max(place, log.records.start)
    while place < log.records.end, log.records[place].record.last <= position { place += 1 }
  }
}
