import Glibc
import Units

extension Distribution {
  func check() throws(QuantityError) {
    switch family {
    case .constant(let value):
      guard value >= .zero else {
        throw QuantityError("a time of \(value) is negative", hint: "write a time such as '15 min'")
      }
    case .uniform(let low, let high):
      guard low >= .zero, low < high else {
        throw QuantityError(
          "a uniform time cannot lie between \(low) and \(high)",
          hint: "write the smaller one first, not below 0")
      }
    case .exponential(let mean): try Self.checkPositive(mean, "mean")
    case .weibull(let shape, let scale):
      try Self.checkShape(shape, in: 0.1...100)
      try Self.checkPositive(scale, "scale")
    case .lognormal(let median, let p95):
      try Self.checkPositive(median, "median")
      guard p95 > median else {
        throw QuantityError(
          "the p95 of \(p95) is not above the median of \(median)",
          hint: "write a larger p95, or a constant for a time that does not vary")
      }
    case .gamma(let shape, let mean):
      try Self.checkShape(shape, in: 0.01...10_000)
      try Self.checkPositive(mean, "mean")
    }
  }

  private static func checkPositive(_ value: Duration, _ name: String) throws(QuantityError) {
    guard value > .zero else {
      throw QuantityError("a \(name) of \(value) is not positive", hint: "write a time such as '15 min'")
    }
  }

  private static func checkShape(_ shape: Double, in range: ClosedRange<Double>) throws(QuantityError) {
    guard range.contains(shape) else {
      throw QuantityError(
        "a shape of \(shape) is out of range",
        hint: "write a number from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  /// Returns the standard deviation of the logarithm. The p95 is 1.645 standard deviations above the median.
  static func sigma(median: Duration, p95: Duration) -> Double {
    log(Double(p95.nanoseconds) / Double(median.nanoseconds)) / GSL.normalQuantile(0.95)
  }

  /// The textbook mean, from the parameters that people give. The source is Johnson, Kotz, Balakrishnan,
  /// "Continuous Univariate Distributions", 2nd edition. Chapters: 14 (lognormal), 17 (gamma), 19
  /// (exponential), 21 (Weibull).
  var meanInNanoseconds: Double {
    switch family {
    case .constant(let value): return Double(value.nanoseconds)
    case .uniform(let low, let high): return (Double(low.nanoseconds) + Double(high.nanoseconds)) / 2
    case .exponential(let mean), .gamma(_, let mean): return Double(mean.nanoseconds)
    case .weibull(let shape, let scale): return Double(scale.nanoseconds) * tgamma(1 + 1 / shape)
    case .lognormal(let median, let p95):
      let sigma = Self.sigma(median: median, p95: p95)
      return Double(median.nanoseconds) * exp(sigma * sigma / 2)
    }
  }
}
