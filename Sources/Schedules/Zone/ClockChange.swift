/// The treatment of slots on the days on which the clock changes.
struct ClockChange: Hashable, Sendable {
  /// The treatment of local times that do not exist because the clock leaps over them.
  enum Gap: Hashable, Sendable {
    /// The slot does not happen.
    case skipped
    /// The slot happens when the clock has leapt.
    case atTheChange
    /// The slot happens as much later as the clock leapt: 02:30 becomes 03:30.
    case shifted
  }

  let gap: Gap
  /// Whether slots in a repeated hour happen twice.
  let repeats: Bool
}
