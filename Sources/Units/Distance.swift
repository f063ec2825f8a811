/// A distance in whole metres.
@frozen
public struct Distance: Hashable, Comparable, Sendable {
  public var metres: Int64

  @inlinable
  public init(metres: Int64) { self.metres = metres }
  public static let zero = Distance(metres: 0)
  @inlinable public static func kilometres(_ n: Int64) -> Distance { Distance(metres: n * 1_000) }

  @inlinable
  public static func < (a: Distance, b: Distance) -> Bool { a.metres < b.metres }
}
