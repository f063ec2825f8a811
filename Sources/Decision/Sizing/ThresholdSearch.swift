import Documents
import Units

/// Searches for the smallest sufficient amount of a resource.
///
/// More of the resource must never be worse. The search doubles until it has one sufficient and one
/// insufficient amount, then bisects, so that both sides of the threshold were tried.
public struct ThresholdSearch: Sendable {
  /// The range of amounts to search.
  public var range: ClosedRange<Int64>
  /// The greatest difference between the two sides, as a share of the larger one.
  public var tolerance: Ratio

  public init(range: ClosedRange<Int64>, tolerance: Ratio = .percent(2)) {
    precondition(range.lowerBound > 0, "amounts are above zero")
    self.range = range
    self.tolerance = tolerance
  }

  /// The two sides of a threshold.
  public struct Threshold: Hashable, Sendable {
    /// The smallest tried amount that suffices; `nil` when none of the range does.
    public var enough: Int64?
    /// The greatest tried amount that does not suffice; `nil` when all of the range does.
    public var tooLittle: Int64?

    package init(enough: Int64? = nil, tooLittle: Int64? = nil) {
      (self.enough, self.tooLittle) = (enough, tooLittle)
    }
  }

  /// Searches from a first guess.
  public func threshold(
    from guess: Int64, isEnough: (Int64) async throws(InputError) -> Bool
  ) async throws(InputError) -> Threshold {
    var amount = min(max(guess, range.lowerBound), range.upperBound)
    var found = Threshold()
    while found.enough == nil || found.tooLittle == nil {
      if try await isEnough(amount) {
        found.enough = amount
        guard amount > range.lowerBound else { return found }
        amount = max(range.lowerBound, rounded(amount / 4))
      } else {
        found.tooLittle = amount
        guard amount < range.upperBound else { return found }
        amount = amount > range.upperBound / 4 ? range.upperBound : amount * 4
      }
    }
    while let enough = found.enough, let tooLittle = found.tooLittle,
      let middle = middle(of: tooLittle, and: enough)
    {
      if try await isEnough(middle) { found.enough = middle } else { found.tooLittle = middle }
    }
    return found
  }

  /// Returns the next amount to try; `nil` where the two sides are close enough.
  private func middle(of low: Int64, and high: Int64) -> Int64? {
    let distance = Int128(high - low) * 1_000_000_000
    guard high > low + 1, distance > Int128(high) * Int128(tolerance.billionths) else { return nil }
    let middle = rounded(Int64((Double(low) * Double(high)).squareRoot()))
    if middle > low, middle < high { return middle }
    return low + (high - low) / 2
  }

  /// Rounds to three digits, which are enough for an amount that people read.
  private func rounded(_ amount: Int64) -> Int64 {
    var unit: Int64 = 1
    while amount / unit >= 1_000 { unit *= 10 }
    return max(1, amount / unit * unit)
  }
}
