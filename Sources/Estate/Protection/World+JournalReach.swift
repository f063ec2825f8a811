import Replication
import Units

extension World {
  /// The oldest state that a pair's journal can recover; `nil` without a journal, or before its first point.
  package func oldestJournalPoint(of pair: PairID) -> Instant? {
    guard let engine = pairs[pair].nodes[pairs[pair].standing].engine else { return nil }
    return engine.durableState.journal.points.first?.point.instant
  }
}
