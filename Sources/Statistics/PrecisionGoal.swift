import Units

/// The goal of a run: narrow 95 % confidence intervals of the 95th percentiles, within a budget of drills.
///
/// Because the intervals are checked after each batch, they cover the truth a little less often than stated,
/// as with every sequential rule. Batches are large so that there are few checks.
public struct PrecisionGoal: Hashable, Sendable {
  /// The widest acceptable interval of the RPO; `nil` for any.
  public var rpo: Duration?
  public var rto: Duration?
  /// The largest number of drills per strategy and disaster.
  public var drillsMaximum: Int

  package init(rpo: Duration?, rto: Duration?, drillsMaximum: Int) {
    self.rpo = rpo
    self.rto = rto
    self.drillsMaximum = drillsMaximum
  }

  /// Whether both intervals are narrow enough. An unrecoverable value is exact.
  package func isReached(rpo: Summary?, rto: Summary?) -> Bool {
    isNarrow(rpo, goal: self.rpo) && isNarrow(rto, goal: self.rto)
  }

  private func isNarrow(_ summary: Summary?, goal: Duration?) -> Bool {
    guard let goal else { return true }
    guard let interval = summary?.p95.interval, let lower = interval.lower, let upper = interval.upper else {
      return summary?.p95.value == .unrecoverable
    }
    if lower == .unrecoverable { return true }
    guard let low = lower.duration, let high = upper.duration else { return false }
    return high - low <= goal
  }
}

/// The progress of a run towards its goal.
public struct PrecisionOutcome: Hashable, Sendable {
  public let goal: PrecisionGoal
  /// The number of batches of instants that were rehearsed.
  public let batches: Int
  /// The names of disasters whose intervals are still too wide for some strategy.
  public let open: [String]

  package init(goal: PrecisionGoal, batches: Int, open: [String]) {
    self.goal = goal
    self.batches = batches
    self.open = open
  }
}
