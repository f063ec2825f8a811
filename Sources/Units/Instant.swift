/// A point in time: whole nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
@frozen
public struct Instant: Codable, Hashable, Comparable, Sendable {
  public var nanoseconds: Int64

  @inlinable
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// 1970-01-01T00:00:00Z.
  public static let epoch = Instant(nanoseconds: 0)
  public static let distantFuture = Instant(nanoseconds: .max)

  @inlinable
  public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }
  @inlinable
  public static func + (a: Instant, d: Duration) -> Instant {
    Instant(nanoseconds: a.nanoseconds + d.nanoseconds)
  }
  @inlinable
  public static func - (a: Instant, d: Duration) -> Instant {
    Instant(nanoseconds: a.nanoseconds - d.nanoseconds)
  }
  @inlinable
  public static func - (a: Instant, b: Instant) -> Duration {
    Duration(nanoseconds: a.nanoseconds - b.nanoseconds)
  }
}
