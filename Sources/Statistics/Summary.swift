import Units

/// An estimate with its spread.
public struct Estimated: Hashable, Sendable {
  public let value: Achieved
  /// The confidence interval; `nil` when the sample is too small for one.
  public let interval: ConfidenceInterval?
}

/// The summary of the drills of one strategy and one disaster.
public struct Summary: Hashable, Sendable {
  public let count: Int
  public let unrecoverableCount: Int
  public let p50: Estimated
  public let p95: Estimated
  public let p99: Estimated
  public let maximum: Achieved
  public let mean: Estimated

  public init(of sample: Sample, confidence: Ratio = .percent(95)) {
    func quantile(_ level: Ratio) -> Estimated {
      Estimated(
        value: sample.quantile(level), interval: sample.interval(ofQuantile: level, confidence: confidence))
    }
    count = sample.count
    unrecoverableCount = sample.unrecoverableCount
    p50 = quantile(.percent(50))
    p95 = quantile(.percent(95))
    p99 = quantile(.percent(99))
    maximum = sample.maximum
    mean = Estimated(value: sample.mean, interval: sample.intervalOfMean(confidence: confidence))
  }
}
