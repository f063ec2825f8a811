import Units

/// A probability distribution of a duration, sampled by its inverse distribution function.
///
/// One uniform number gives one draw, so that two strategies that use the same stream see the same failures and the same
/// people (common random numbers).
public struct Distribution: Hashable, Sendable {
  /// The families of distributions, each with parameters that people know.
  public enum Family: Hashable, Sendable {
    case constant(Duration)
    /// A uniform distribution between two times.
    case uniform(from: Duration, to: Duration)
    /// An exponential distribution, which has no memory.
    case exponential(mean: Duration)
    /// A Weibull distribution with a shape from 0.1 to 100. A shape above 1 models wear, and one below 1
    /// early failures.
    case weibull(shape: Double, scale: Duration)
    /// A lognormal distribution, typical for people's work times. Half are below the median, and 19 of 20 are
    /// below the p95.
    case lognormal(median: Duration, p95: Duration)
    /// A gamma distribution: a sum of exponential steps, as many as the shape (0.01 to 10,000).
    case gamma(shape: Double, mean: Duration)
  }

  public let family: Family

  /// Creates a distribution. Parameters must be in range, with a mean that a `Duration` holds (292 years).
  public init(_ family: Family) throws(QuantityError) {
    self.family = family
    try check()
    guard meanInNanoseconds < 9.2e18 else {
      throw QuantityError("the mean of '\(self)' is beyond 292 years", hint: "use a smaller spread")
    }
  }

  private init(unchecked family: Family) { self.family = family }

  /// The constant zero.
  public static let zero = Distribution(unchecked: .constant(.zero))

  /// The expected value, to the nearest nanosecond.
  public var mean: Duration { Duration(saturatingNanoseconds: meanInNanoseconds) }

  /// Returns the quantile for a share `u`. `Duration.max` represents anything beyond 292 years.
  ///
  /// - Parameter u: above 0 and below 1, as `RandomStream.uniform()` draws it.
  public func draw(uniform u: Double) -> Duration {
    precondition(0 < u && u < 1, "\(u) is not a uniform draw in (0, 1)")
    switch family {
    case .constant(let value): return value
    case .uniform(let low, let high):
      return low + Duration(saturatingNanoseconds: u * Double((high - low).nanoseconds))
    case .exponential(let mean): return mean.times(GSL.exponentialQuantile(u))
    case .weibull(let shape, let scale): return scale.times(GSL.weibullQuantile(u, shape: shape))
    case .lognormal(let median, let p95):
      return median.times(GSL.lognormalQuantile(u, sigma: Self.sigma(median: median, p95: p95)))
    case .gamma(let shape, let mean): return mean.times(GSL.gammaQuantile(u, shape: shape) / shape)
    }
  }

  /// Draws one value, which takes one number from the stream.
  public func draw(from stream: inout RandomStream) -> Duration { draw(uniform: stream.uniform()) }
}

extension Distribution: CustomStringConvertible {
  public var description: String {
    switch family {
    case .constant(let value): "\(value)"
    case .uniform(let low, let high): "uniform from \(low) to \(high)"
    case .exponential(let mean): "exponential with mean \(mean)"
    case .weibull(let shape, let scale): "Weibull with shape \(shape) and scale \(scale)"
    case .lognormal(let median, let p95): "lognormal with median \(median) and p95 \(p95)"
    case .gamma(let shape, let mean): "gamma with shape \(shape) and mean \(mean)"
    }
  }
}

extension Duration {
  /// Creates the nearest whole nanosecond, or the nearest end of the range.
  package init(saturatingNanoseconds value: Double) {
    precondition(!value.isNaN)
    self.init(
      nanoseconds: value.rounded() >= 0x1p63 ? .max : value <= -0x1p63 ? .min : Int64(value.rounded()))
  }

  fileprivate func times(_ factor: Double) -> Duration {
    Duration(saturatingNanoseconds: Double(nanoseconds) * factor)
  }
}
