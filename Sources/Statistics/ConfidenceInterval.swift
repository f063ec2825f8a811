import Units

/// An interval for a true value, with a stated confidence. In that share of repeated experiments the interval
/// contains the value.
public struct ConfidenceInterval: Hashable, Sendable, CustomStringConvertible {
  /// The lower limit; `nil` when the sample is too small for one.
  public let lower: Achieved?
  /// The upper limit; `nil` when the sample is too small for one.
  public let upper: Achieved?
  public let confidence: Ratio

  public func contains(_ value: Achieved) -> Bool {
    (lower.map { $0 <= value } ?? true) && (upper.map { value <= $0 } ?? true)
  }

  public var description: String {
    "[\(lower.map { "\($0)" } ?? "?"), \(upper.map { "\($0)" } ?? "?")] at \(confidence)"
  }
}

extension Sample {
  /// Returns a distribution-free confidence interval of a quantile, by interpolated order statistics. Its
  /// coverage is close to the stated confidence even for the few drills of one strategy.
  ///
  /// An extreme quantile of a small sample has no upper (or lower) bound; then the interval is one-sided, at the same
  /// confidence, and `nil` when it has no bound at all.
  ///
  /// Source: Nyblom, "Note on Interpolated Order Statistics", Statistics & Probability Letters 14 (1992), which extends
  /// Hettmansperger and Sheather (ibid. 4, 1986) from the median to every quantile.
  ///
  /// - Parameters:
  ///   - level: above 0 and below 1.
  ///   - confidence: above 0 and below 1.
  public func interval(ofQuantile level: Ratio, confidence: Ratio = .percent(95)) -> ConfidenceInterval? {
    precondition(level > .zero && level < .one, "\(level) is not the level of a quantile inside the sample")
    precondition(confidence > .zero && confidence < .one, "\(confidence) is not a confidence")
    let doubt = 1 - confidence.value
    var lower = limit(ofQuantile: level.value, below: doubt / 2)
    var upper = limit(ofQuantile: level.value, below: 1 - doubt / 2)
    if upper == nil { lower = limit(ofQuantile: level.value, below: doubt) }
    if lower == nil { upper = limit(ofQuantile: level.value, below: 1 - doubt) }
    guard lower != nil || upper != nil else { return nil }
    return ConfidenceInterval(lower: lower, upper: upper, confidence: confidence)
  }

  /// Returns the limit below which the quantile lies with a probability; `nil` beyond the smallest and
  /// largest values.
  ///
  /// The quantile lies below the r-th value with the binomial probability of at most r - 1 values under it. Between two
  /// values the probability is interpolated on Nyblom's curve, which depends on how many values lie at each side.
  private func limit(ofQuantile level: Double, below probability: Double) -> Achieved? {
    func chance(rank: Int) -> Double { GSL.binomial(atMost: rank - 1, of: count, probability: level) }
    guard count > 1, chance(rank: 1) <= probability, probability <= chance(rank: count) else { return nil }
    var ranks = 1..<count
    while ranks.lowerBound + 1 < ranks.upperBound {
      let middle = (ranks.lowerBound + ranks.upperBound) / 2
      ranks = chance(rank: middle) <= probability ? middle..<ranks.upperBound : ranks.lowerBound..<middle
    }
    let rank = ranks.lowerBound
    let (before, after) = (chance(rank: rank), chance(rank: rank + 1))
    guard after > before else { return values[rank - 1] }
    let share = (probability - before) / (after - before)
    let above = Double(count - rank) * level * share
    let below = Double(rank) * (1 - level) * (1 - share)
    return values[rank - 1].interpolated(to: values[rank], by: above / (above + below))
  }

  /// Returns Student's confidence interval of the mean; `nil` for a single value, unrecoverable when the mean
  /// is.
  public func intervalOfMean(confidence: Ratio = .percent(95)) -> ConfidenceInterval? {
    precondition(confidence > .zero && confidence < .one, "\(confidence) is not a confidence")
    guard count >= 2 else { return nil }
    guard let mean = mean.duration else {
      return ConfidenceInterval(lower: .unrecoverable, upper: .unrecoverable, confidence: confidence)
    }
    let squares = values.compactMap(\.duration).reduce(0.0) { sum, value in
      let deviation = Double(value.nanoseconds) - Double(mean.nanoseconds)
      return sum + deviation * deviation
    }
    let error = (squares / Double(count - 1) / Double(count)).squareRoot()
    let reach = error * GSL.studentQuantile((1 + confidence.value) / 2, degrees: count - 1)
    let lower = Duration(saturatingNanoseconds: Double(mean.nanoseconds) - reach)
    let upper = Duration(saturatingNanoseconds: Double(mean.nanoseconds) + reach)
    let isNeverNegative = minimum >= .duration(.zero)
    return ConfidenceInterval(
      lower: .duration(isNeverNegative ? max(.zero, lower) : lower), upper: .duration(upper),
      confidence: confidence)
  }
}

extension Achieved {
  /// Returns the value at a share of the distance to a value that is not smaller.
  fileprivate func interpolated(to other: Achieved, by share: Double) -> Achieved {
    guard share > 0, self != other else { return self }
    guard let low = duration, let high = other.duration else { return .unrecoverable }
    return .duration(low + Duration(saturatingNanoseconds: Double((high - low).nanoseconds) * share))
  }
}
