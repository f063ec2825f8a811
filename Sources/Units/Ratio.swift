/// A pure number held in billionths: a percentage, a share, a probability.
@frozen
public struct Ratio: Codable, Hashable, Comparable, Sendable {
  public var billionths: Int64

  @inlinable
  public init(billionths: Int64) { self.billionths = billionths }

  public static let zero = Ratio(billionths: 0)
  public static let one = Ratio(billionths: 1_000_000_000)
  public static func percent(_ n: Int64) -> Ratio { Ratio(billionths: n * 10_000_000) }

  public var value: Double { Double(billionths) / 1e9 }

  @inlinable
  public static func < (a: Ratio, b: Ratio) -> Bool { a.billionths < b.billionths }

  /// Returns the share of a byte count, rounded down.
  public func of(_ count: ByteCount) -> ByteCount {
    ByteCount(Int64(Int128(count.bytes) * Int128(billionths) / 1_000_000_000))
  }
}
