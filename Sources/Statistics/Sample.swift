import Units

/// The achieved values of at least one drill, sorted.
public struct Sample: Hashable, Sendable {
  /// The values, ascending, with unrecoverable ones last.
  public let values: [Achieved]

  /// Creates a sample; `nil` without values.
  public init?(_ values: [Achieved]) {
    guard !values.isEmpty else { return nil }
    self.values = values.sorted()
  }

  public var count: Int { values.count }
  public var unrecoverableCount: Int { values.count { $0 == .unrecoverable } }
  public var minimum: Achieved { values[0] }
  public var maximum: Achieved { values[count - 1] }

  /// Returns the smallest value that at least a share `level` of the values do not exceed. The result always
  /// occurred (type 1 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American
  /// Statistician 50, 1996).
  ///
  /// - Parameter level: above 0, at most 1.
  public func quantile(_ level: Ratio) -> Achieved {
    precondition(level > .zero && level <= .one, "\(level) is not the level of a quantile")
    let rank = (Int128(level.billionths) * Int128(count) + 999_999_999) / 1_000_000_000
    return values[Int(rank) - 1]
  }

  /// The mean to the nearest nanosecond; unrecoverable when any value is.
  public var mean: Achieved {
    var sum: Int128 = 0
    for value in values {
      guard let duration = value.duration else { return .unrecoverable }
      sum += Int128(duration.nanoseconds)
    }
    return .duration(
      Duration(nanoseconds: Int64((2 * sum + Int128(count)).flooredQuotient(2 * Int128(count)))))
  }
}
