import Units

/// When enough has been rehearsed: the 95 % confidence intervals of the 95th percentiles are narrow enough, or the budget is
/// spent.
///
/// Looking at the intervals after each batch makes them cover the truth a little less often than they say, as with every
/// sequential rule; batches are large so that there are few looks.
public struct PrecisionGoal: Hashable, Sendable {
  /// The widest interval of the RPO that is well; `nil`: any.
  public var rpo: Duration?
  public var rto: Duration?
  /// Per strategy and disaster.
  public var drillsMaximum: Int

  package init(rpo: Duration?, rto: Duration?, drillsMaximum: Int) {
    self.rpo = rpo
    self.rto = rto
    self.drillsMaximum = drillsMaximum
  }

  /// Whether both intervals are narrow enough; a value that never came back is known exactly.
  func isReached(by report: DisasterReport) -> Bool {
    isNarrow(report.rpo, goal: rpo) && isNarrow(report.rto, goal: rto)
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

/// How far a run came towards its goal.
public struct PrecisionOutcome: Hashable, Sendable {
  public let goal: PrecisionGoal
  /// How many batches of instants were rehearsed.
  public let batches: Int
  /// Disasters whose intervals are still too wide for some strategy, by name.
  public let open: [String]

  package init(goal: PrecisionGoal, batches: Int, open: [String]) {
    self.goal = goal
    self.batches = batches
    self.open = open
  }
}

extension Shape<PrecisionGoal> {
  static let precisionGoal = mapping(
    "When enough has been rehearsed.",
    Field<Duration?>(
      optional: "rpo", .positiveDuration,
      "The widest 95 % confidence interval of the RPO's 95th percentile that is well."),
    Field<Duration?>(optional: "rto", .positiveDuration, "The same of the RTO."),
    Field("drillsMaximum", .integer(1...1_000_000), "No more drills than this per strategy and disaster.")
  ) { rpo, rto, drillsMaximum throws(Misfit) in
    guard rpo != nil || rto != nil else {
      throw Misfit("nothing is to be known precisely", hint: "give 'rpo' or 'rto', for example 'rpo: 10 min'")
    }
    return PrecisionGoal(rpo: rpo, rto: rto, drillsMaximum: drillsMaximum)
  }
}
