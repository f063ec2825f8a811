import Documents
import Units

/// The terms of a check: thresholds, tolerance and waivers.
public struct CheckTerms: Sendable {
  /// The strategies that are checked; empty for all.
  public var strategies: [String]
  /// The thresholds; empty for the objectives.
  public var thresholds: [Threshold]
  public var waivers: [Waiver]
  /// The share of the baseline's value by which a metric may be worse.
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

/// A bound on a metric.
public struct Threshold: Sendable {
  public var metric: Metric
  /// The strategy; `nil` for every one.
  public var strategy: String?
  public var disaster: String?
  /// The disasters that the bound leaves out.
  public var exceptions: [String] = []
  public var bound: MetricValue
  public var isUpperBound: Bool
  /// The line in the scenario file; 0 for a bound without a line.
  public var line: Int

  package init(
    metric: Metric, strategy: String?, disaster: String?, exceptions: [String] = [], bound: MetricValue,
    isUpperBound: Bool, line: Int
  ) {
    self.metric = metric
    self.strategy = strategy
    self.disaster = disaster
    self.exceptions = exceptions
    self.bound = bound
    self.isUpperBound = isUpperBound
    self.line = line
  }

  package func covers(_ measurement: Measurement) -> Bool {
    metric == measurement.metric && strategy ?? measurement.strategy == measurement.strategy
      && (disaster == nil || disaster == measurement.disaster)
      && !exceptions.contains(measurement.disaster ?? "")
  }

  package func isKept(by value: MetricValue) -> Bool {
    isUpperBound ? value <= bound : value >= bound && value != .unrecoverable
  }
}

/// An accepted failure, valid until a date.
public struct Waiver: Sendable {
  /// The metric; `nil` for every one.
  public var metric: Metric?
  public var strategy: String?
  public var disaster: String?
  public var owner: String
  public var reason: String
  /// The last day of validity.
  public var expires: Instant
  package var place: Place

  package func covers(_ measurement: Measurement) -> Bool {
    metric ?? measurement.metric == measurement.metric
      && strategy ?? measurement.strategy == measurement.strategy
      && (disaster == nil || disaster == measurement.disaster)
  }
}
