import Units

/// What a standby site that may take over by itself did in one drill.
public struct Takeover: Codable, Hashable, Sendable {
  /// Two sites served at the same time.
  public struct SplitBrain: Codable, Hashable, Sendable {
    /// From the promotion of the one until the other learned of it, or was lost.
    public var duration: Duration
    /// What the other one acknowledged in that time; at the scale of the run.
    public var writesApart: Int

    package init(duration: Duration, writesApart: Int) {
      self.duration = duration
      self.writesApart = writesApart
    }
  }

  /// How often it was about to take over, and the witness knew better.
  public var falseAlarms: Int
  public var splitBrain: SplitBrain?

  package init(falseAlarms: Int, splitBrain: SplitBrain?) {
    self.falseAlarms = falseAlarms
    self.splitBrain = splitBrain
  }
}
