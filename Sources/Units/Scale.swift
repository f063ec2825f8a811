/// The scale 1/k of a rehearsal. Sizes and rates are divided by k, and times are not.
public struct Scale: Hashable, Sendable {
  /// The denominator k, at least 1.
  public let denominator: Int64

  public init(denominator: Int64) {
    precondition(denominator >= 1, "a scale is 1/k with k at least 1")
    self.denominator = denominator
  }

  public static let full = Scale(denominator: 1)

  /// Returns the scaled size, rounded up to whole units of `granule`. Nothing becomes zero.
  public func applied(to count: ByteCount, granule: ByteCount = ByteCount(1)) -> ByteCount {
    let unit = denominator * granule.bytes
    return ByteCount((count.bytes + unit - 1) / unit * granule.bytes)
  }

  /// Returns the scaled rate, rounded to the nearest thousandth of a byte per second, at least one. A rate of
  /// zero stays zero.
  public func applied(to rate: ByteRate) -> ByteRate {
    if rate == .zero { return .zero }
    return ByteRate(millibytesPerSecond: max(1, (rate.millibytesPerSecond + denominator / 2) / denominator))
  }

  /// Returns the full size that `count` bytes at this scale represent.
  public func unscaled(_ count: ByteCount) -> ByteCount { count * denominator }
}
