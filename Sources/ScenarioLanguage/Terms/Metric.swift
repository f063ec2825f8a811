import Units

/// A number of a report that a check can bound.
public enum Metric: String, CaseIterable, Hashable, Sendable {
  case rpoP50 = "rpo.p50"
  case rpoP95 = "rpo.p95"
  case rpoP99 = "rpo.p99"
  case rpoMax = "rpo.max"
  case rpoMean = "rpo.mean"
  case rtoP50 = "rto.p50"
  case rtoP95 = "rto.p95"
  case rtoP99 = "rto.p99"
  case rtoMax = "rto.max"
  case rtoMean = "rto.mean"
  /// The share of drills that recovered nothing usable.
  case unrecoverableShare = "unrecoverable.share"
  /// The share of drills that met both objectives.
  case metShare = "met.share"
  /// The annual cost of a strategy without disasters.
  case protectionCost = "protection.cost"
  case protectionRatio = "protection.ratio"
  case expectedLoss = "loss.expected"

  /// The kind of a metric's values.
  public enum Kind: Hashable, Sendable {
    case time
    case share
    case money
  }

  public var kind: Kind {
    switch self {
    case .unrecoverableShare, .metShare, .protectionRatio: .share
    case .protectionCost, .expectedLoss: .money
    default: .time
    }
  }

  /// The aspect of a strategy that a metric judges. Quantiles, maximum and mean of one quantity are one
  /// aspect.
  public enum Aspect: String, CaseIterable, Hashable, Sendable {
    case rpo
    case rto
    case recovery
    case cost
  }

  public var aspect: Aspect {
    switch self {
    case .rpoP50, .rpoP95, .rpoP99, .rpoMax, .rpoMean: .rpo
    case .rtoP50, .rtoP95, .rtoP99, .rtoMax, .rtoMean: .rto
    case .unrecoverableShare, .metShare: .recovery
    case .protectionCost, .protectionRatio, .expectedLoss: .cost
    }
  }

  /// Whether higher values are better.
  public var isBetterWhenHigher: Bool { self == .metShare }

  /// Whether the metric is measured for each disaster and not only for each strategy.
  public var isPerDisaster: Bool { kind != .money && self != .protectionRatio }
}

/// A measured value, or the fact that nothing was recovered.
public enum MetricValue: Hashable, Comparable, Sendable, CustomStringConvertible {
  case time(Duration)
  case share(Ratio)
  case money(Money)
  case unrecoverable

  public var description: String {
    switch self {
    case .time(let duration): "\(duration)"
    case .share(let ratio): "\(ratio)"
    case .money(let money): "\(money)"
    case .unrecoverable: "unrecoverable"
    }
  }

  /// The size for comparisons within one kind. Unrecoverable exceeds everything.
  private var size: Int64 {
    switch self {
    case .time(let duration): duration.nanoseconds
    case .share(let ratio): ratio.billionths
    case .money(let money): money.minorUnits
    case .unrecoverable: .max
    }
  }

  public static func < (a: MetricValue, b: MetricValue) -> Bool { a.size < b.size }

  /// Whether the value is worse than another by more than a share of it.
  package func isWorse(than other: MetricValue, by tolerance: Ratio, for metric: Metric) -> Bool {
    guard self != .unrecoverable && other != .unrecoverable else { return self > other }
    let slack = (Int128(other.size.magnitude) * Int128(tolerance.billionths)).roundedQuotient(1_000_000_000)
    return metric.isBetterWhenHigher
      ? Int128(size) < Int128(other.size) - slack : Int128(size) > Int128(other.size) + slack
  }
}

/// A measured value with its metric, strategy and disaster.
public struct Measurement: Hashable, Sendable {
  public let metric: Metric
  public let strategy: String
  /// The disaster; `nil` for a value of the whole strategy.
  public let disaster: String?
  public let value: MetricValue

  package init(metric: Metric, strategy: String, disaster: String?, value: MetricValue) {
    self.metric = metric
    self.strategy = strategy
    self.disaster = disaster
    self.value = value
  }

  public var subject: String { disaster.map { "\(strategy) against \($0)" } ?? strategy }
}
