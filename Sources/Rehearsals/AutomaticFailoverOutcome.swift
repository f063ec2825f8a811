import Units

/// The behaviour of automatic failover in one drill.
public struct AutomaticFailoverOutcome: Codable, Hashable, Sendable {
  /// A split brain: two sites served at the same time.
  public struct SplitBrain: Codable, Hashable, Sendable {
    /// The time from one site's promotion until the other site learned of it or was lost.
    public var duration: Duration
    /// The number of writes that the other site acknowledged in that time, at the scale of the run.
    public var writesApart: Int

    package init(duration: Duration, writesApart: Int) {
      self.duration = duration
      self.writesApart = writesApart
    }
  }

  /// The number of takeovers that the witness stopped because production was alive.
  public var falseAlarms: Int
  public var splitBrain: SplitBrain?

  package init(falseAlarms: Int, splitBrain: SplitBrain?) {
    self.falseAlarms = falseAlarms
    self.splitBrain = splitBrain
  }
}
