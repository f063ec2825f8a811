import Assessment
import Glibc
import Statistics
import Units

/// The losses of simulated years, sorted.
public struct LossDistribution: Sendable {
  /// The losses in minor units, ascending. `RiskTally.beyondMoney` marks years with a total loss without a
  /// price.
  private let sorted: [Int64]
  private let currency: Currency

  /// - Parameter years: at least one.
  public init(_ years: [Int64], currency: Currency) {
    precondition(!years.isEmpty, "a distribution of losses has a year")
    sorted = years.sorted()
    self.currency = currency
  }

  public var count: Int { sorted.count }

  /// Returns the smallest loss that at least a share `level` of the years do not exceed.
  public func quantile(_ level: Ratio) -> Loss {
    let rank = (Int128(level.billionths) * Int128(count) + 999_999_999) / 1_000_000_000
    return loss(sorted[max(1, Int(rank)) - 1])
  }

  /// Returns a distribution-free 95 % confidence interval of a quantile, by order statistics. A bound beyond
  /// the sample is `nil`.
  public func interval(ofQuantile level: Ratio) -> (lower: Loss?, upper: Loss?) {
    func chance(_ rank: Int) -> Double {
      GSL.binomial(atMost: rank - 1, of: count, probability: level.value)
    }
    let lower = firstRank { chance($0) > 0.025 } - 1
    let upper = firstRank { chance($0) >= 0.975 }
    return (
      lower >= 1 ? loss(sorted[lower - 1]) : nil, upper <= count ? loss(sorted[upper - 1]) : nil
    )
  }

  /// Returns the share of years whose loss exceeds an amount.
  public func exceedance(of amount: Int64) -> Double {
    Double(count - firstIndex { $0 > amount }) / Double(count)
  }

  /// Returns points of the exceedance curve: amounts and the share of years that exceed them. At most `limit`
  /// points are spread evenly over the logarithm of the probability.
  public func curve(limit: Int) -> [(amount: Int64, probability: Double)] {
    var points: [(amount: Int64, probability: Double)] = []
    var rank = 1.0
    let factor = Glibc.pow(Double(count), 1 / Double(max(1, limit - 1)))
    while rank <= Double(count) {
      let place = count - Int(rank.rounded())
      if sorted[place] != RiskTally.beyondMoney, sorted[place] > 0, points.last?.amount != sorted[place] {
        points.append((sorted[place], Double(count - place) / Double(count)))
      }
      rank = max(rank + 1, rank * factor)
    }
    return points.reversed()
  }

  private func loss(_ amount: Int64) -> Loss {
    amount == RiskTally.beyondMoney
      ? .unrecoverable : .money(Money(minorUnits: amount, currency: currency))
  }

  /// Returns the first accepted rank from 1, or one beyond the last. Acceptance must be monotone.
  private func firstRank(_ accepts: (Int) -> Bool) -> Int {
    var range = 1..<(count + 1)
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range = accepts(middle) ? range.lowerBound..<middle : (middle + 1)..<range.upperBound
    }
    return range.lowerBound
  }

  private func firstIndex(_ accepts: (Int64) -> Bool) -> Int {
    firstRank { accepts(sorted[$0 - 1]) } - 1
  }
}
