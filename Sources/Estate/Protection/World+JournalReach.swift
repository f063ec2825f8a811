import Replication
import Units

extension World {
  /// Returns the oldest recoverable state of a pair's journal; `nil` without a journal or before its first
  /// point.
  package func oldestJournalPoint(of pair: PairID) -> Instant? {
    guard let engine = fabric[pair][fabric[pair].standing].engine else { return nil }
    return engine.durableState.journal.points.first?.point.instant
  }
}
