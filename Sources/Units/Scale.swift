/// The scale 1/k at which a scenario is rehearsed: sizes and rates are divided by k, times are not.
public struct Scale: Hashable, Sendable {
  /// k, at least 1.
  public let denominator: Int64

  public init(denominator: Int64) {
    precondition(denominator >= 1, "a scale is 1/k with k at least 1")
    self.denominator = denominator
  }

  public static let full = Scale(denominator: 1)

  /// Rounded up to whole units of `granule`, so that nothing scales to nothing.
  public func applied(to count: ByteCount, granule: ByteCount = ByteCount(1)) -> ByteCount {
    let unit = denominator * granule.bytes
    return ByteCount((count.bytes + unit - 1) / unit * granule.bytes)
  }

  /// Rounded to the nearest thousandth of a byte per second, at least one; a rate of zero stays zero.
  public func applied(to rate: ByteRate) -> ByteRate {
    if rate == .zero { return .zero }
    return ByteRate(millibytesPerSecond: max(1, (rate.millibytesPerSecond + denominator / 2) / denominator))
  }

  /// What `count` bytes at this scale stand for at full size.
  public func unscaled(_ count: ByteCount) -> ByteCount { count * denominator }
}
