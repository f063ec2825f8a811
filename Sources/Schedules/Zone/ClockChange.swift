/// The treatment of slots on the days on which the clock changes.
struct ClockChange: Hashable, Sendable {
  /// The treatment of local times in a gap of the clock.
  enum Gap: Hashable, Sendable {
    /// The slot does not happen.
    case skipped
    /// The slot happens just after the gap.
    case atTheChange
    /// The slot is delayed by the length of the gap: 02:30 becomes 03:30.
    case shifted
  }

  let gap: Gap
  /// Whether slots in a repeated hour happen twice.
  let repeats: Bool
}
