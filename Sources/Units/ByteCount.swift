/// A number of bytes.
@frozen
public struct ByteCount: Codable, Hashable, Comparable, Sendable {
  public var bytes: Int64

  @inlinable
  public init(_ bytes: Int64) { self.bytes = bytes }
  @inlinable
  public init(_ bytes: Int) { self.bytes = Int64(bytes) }

  public static let zero = ByteCount(0)
  @inlinable public static func kibibytes(_ n: Int64) -> ByteCount { ByteCount(n << 10) }
  @inlinable public static func mebibytes(_ n: Int64) -> ByteCount { ByteCount(n << 20) }
  @inlinable public static func gibibytes(_ n: Int64) -> ByteCount { ByteCount(n << 30) }

  @inlinable
  public static func < (a: ByteCount, b: ByteCount) -> Bool { a.bytes < b.bytes }
  @inlinable
  public static func + (a: ByteCount, b: ByteCount) -> ByteCount { ByteCount(a.bytes + b.bytes) }
  @inlinable
  public static func - (a: ByteCount, b: ByteCount) -> ByteCount { ByteCount(a.bytes - b.bytes) }
  @inlinable
  public static func * (a: ByteCount, n: Int64) -> ByteCount { ByteCount(a.bytes * n) }
  @inlinable
  public static func += (a: inout ByteCount, b: ByteCount) { a = a + b }
  @inlinable
  public static func -= (a: inout ByteCount, b: ByteCount) { a = a - b }
}
