/// Bytes per time, held in thousandths of a byte per second. A rate divided by a large scale thus keeps its
/// digits.
@frozen
public struct ByteRate: Hashable, Comparable, Sendable {
  public var millibytesPerSecond: Int64

  @inlinable
  public init(millibytesPerSecond: Int64) { self.millibytesPerSecond = millibytesPerSecond }
  @inlinable
  public static func bytesPerSecond(_ n: Int64) -> ByteRate { ByteRate(millibytesPerSecond: n * 1_000) }

  public static let zero = ByteRate(millibytesPerSecond: 0)

  public var bytesPerSecond: Double { Double(millibytesPerSecond) / 1e3 }

  @inlinable
  public static func < (a: ByteRate, b: ByteRate) -> Bool { a.millibytesPerSecond < b.millibytesPerSecond }

  /// Returns a share of the rate, rounded up to the smallest rate, so that transfers always progress.
  public func share(_ share: Ratio) -> ByteRate {
    let product = Int128(millibytesPerSecond) * Int128(share.billionths)
    return ByteRate(millibytesPerSecond: Int64((product + 999_999_999) / 1_000_000_000))
  }

  /// Returns the time to move `count` bytes, rounded up to a nanosecond. The rate must not be zero.
  @inlinable
  public func time(for count: ByteCount) -> Duration {
    precondition(millibytesPerSecond > 0, "a rate of zero moves nothing")
    let work = Int128(count.bytes) * 1_000_000_000_000
    let rate = Int128(millibytesPerSecond)
    return Duration(nanoseconds: Int64((work + rate - 1) / rate))
  }

  /// Returns the whole bytes moved in a time, rounded down.
  @inlinable
  public func bytes(in time: Duration) -> ByteCount {
    ByteCount(Int64(Int128(time.nanoseconds) * Int128(millibytesPerSecond) / 1_000_000_000_000))
  }
}
