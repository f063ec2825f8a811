import Units

/// The differences between two strategies' drills at the same instants of one disaster.
///
/// Both met the same workload, the same strike and the same people (common random numbers). Common effects
/// cancel out, and the interval is narrower than that of two independent samples.
public struct PairedDifference: Hashable, Sendable {
  /// The number of pairs in which both recovered. The others have no difference.
  public let pairs: Int
  public let unrecoverablePairs: Int
  /// The mean difference, to the nearest nanosecond.
  public let mean: Duration
  /// Student's interval of the mean; `nil` for a single pair.
  public let interval: Interval?

  public struct Interval: Hashable, Sendable {
    public let lower: Duration
    public let upper: Duration
  }

  /// - Parameters:
  ///   - values: as many as there are others, in the same order of instants.
  ///   - confidence: above 0 and below 1.
  /// - Returns: `nil` when no pair came back.
  public init?(_ values: [Achieved], minus others: [Achieved], confidence: Ratio = .percent(95)) {
    precondition(values.count == others.count, "pairs are drills at the same instant")
    let differences = zip(values, others).compactMap { value, other -> Int64? in
      guard let value = value.duration, let other = other.duration else { return nil }
      return value.nanoseconds - other.nanoseconds
    }
    guard !differences.isEmpty else { return nil }
    pairs = differences.count
    unrecoverablePairs = values.count - differences.count
    let sum = differences.reduce(Int128(0)) { $0 + Int128($1) }
    let mean = Int64(sum.roundedQuotient(Int128(differences.count)))
    self.mean = Duration(nanoseconds: mean)
    guard differences.count > 1 else {
      interval = nil
      return
    }
    let squares = differences.reduce(0.0) { $0 + (Double($1) - Double(mean)) * (Double($1) - Double(mean)) }
    let error = (squares / Double(differences.count - 1) / Double(differences.count)).squareRoot()
    let reach = error * GSL.studentQuantile((1 + confidence.value) / 2, degrees: differences.count - 1)
    interval = Interval(
      lower: Duration(saturatingNanoseconds: Double(mean) - reach),
      upper: Duration(saturatingNanoseconds: Double(mean) + reach))
  }
}
