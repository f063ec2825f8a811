import Units

/// What a check holds a scenario to.
public struct CheckTerms: Sendable {
  /// The strategies that are held to thresholds and baseline; empty: every one.
  public var strategies: [String]
  /// Empty: the objectives.
  public var thresholds: [Threshold]
  public var waivers: [Waiver]
  /// By which share of the baseline's value a metric may be worse.
  public var tolerance: Ratio

  package init(
    strategies: [String] = [], thresholds: [Threshold] = [], waivers: [Waiver] = [], tolerance: Ratio = .zero
  ) {
    self.strategies = strategies
    self.thresholds = thresholds
    self.waivers = waivers
    self.tolerance = tolerance
  }
}

/// A bound that a metric must keep.
public struct Threshold: Sendable {
  public var metric: Metric
  /// `nil`: every one.
  public var strategy: String?
  public var disaster: String?
  /// These disasters are left out.
  public var exceptions: [String] = []
  public var bound: MetricValue
  public var isUpperBound: Bool
  /// Of the scenario file; 0 for a bound that no line states.
  public var line: Int

  func covers(_ measurement: Measurement) -> Bool {
    metric == measurement.metric && strategy ?? measurement.strategy == measurement.strategy
      && (disaster == nil || disaster == measurement.disaster)
      && !exceptions.contains(measurement.disaster ?? "")
  }

  func isKept(by value: MetricValue) -> Bool {
    isUpperBound ? value <= bound : value >= bound && value != .unrecoverable
  }
}

/// A failure that somebody answers for until a day.
public struct Waiver: Sendable {
  /// `nil`: every one.
  public var metric: Metric?
  public var strategy: String?
  public var disaster: String?
  public var owner: String
  public var reason: String
  /// The last day on which it counts.
  public var expires: Instant
  package var place: Place

  func covers(_ measurement: Measurement) -> Bool {
    metric ?? measurement.metric == measurement.metric
      && strategy ?? measurement.strategy == measurement.strategy
      && (disaster == nil || disaster == measurement.disaster)
  }
}
