import Units

/// A probability distribution of a length of time, turned into draws by its inverse distribution function.
///
/// One uniform number gives one draw, so that two strategies that use the same stream see the same failures and the same
/// people (common random numbers).
public struct Distribution: Hashable, Sendable {
  /// The families that can be drawn from, each by the parameters that people know.
  public enum Family: Hashable, Sendable {
    case constant(Duration)
    /// Any time between two is as likely.
    case uniform(from: Duration, to: Duration)
    /// Memoryless.
    case exponential(mean: Duration)
    /// Wearing out with a shape above 1, failing early with a shape below 1 (0.1 to 100).
    case weibull(shape: Double, scale: Duration)
    /// How long people take: half are faster than the median, 19 of 20 are faster than the 95th percentile.
    case lognormal(median: Duration, p95: Duration)
    /// A sum of exponential steps, as many as the shape (0.01 to 10,000).
    case gamma(shape: Double, mean: Duration)
  }

  public let family: Family

  /// Refuses parameters that are out of range, or whose mean is beyond what a `Duration` holds (292 years).
  public init(_ family: Family) throws(QuantityError) {
    self.family = family
    try check()
    guard meanInNanoseconds < 9.2e18 else {
      throw QuantityError("the mean of '\(self)' is beyond 292 years", hint: "use a smaller spread")
    }
  }

  private init(unchecked family: Family) { self.family = family }

  /// No time at all.
  public static let zero = Distribution(unchecked: .constant(.zero))

  /// The expected value, to the nearest nanosecond.
  public var mean: Duration { Duration(saturatingNanoseconds: meanInNanoseconds) }

  /// The value that a share `u` of all draws lies below; `Duration.max` stands for anything beyond 292 years.
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

  /// One draw, which takes one number from the stream.
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
  /// The nearest whole nanosecond, or the nearest end of the range.
  init(saturatingNanoseconds value: Double) {
    precondition(!value.isNaN)
    self.init(
      nanoseconds: value.rounded() >= 0x1p63 ? .max : value <= -0x1p63 ? .min : Int64(value.rounded()))
  }

  fileprivate func times(_ factor: Double) -> Duration {
    Duration(saturatingNanoseconds: Double(nanoseconds) * factor)
  }
}
