import Glibc  // `rounded()` calls libm, which nothing else makes the linker look at.

/// A length of time in whole nanoseconds.
///
/// The standard library's `Duration` counts attoseconds in 128 bits; the event path wants one machine word.
/// The range is about ±292 years; arithmetic that leaves it traps.
@frozen
public struct Duration: Codable, Hashable, Comparable, Sendable {
  public var nanoseconds: Int64

  @inlinable
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public static let zero = Duration(nanoseconds: 0)
  public static let max = Duration(nanoseconds: .max)

  @inlinable public static func nanoseconds(_ n: Int64) -> Duration { Duration(nanoseconds: n) }
  @inlinable public static func microseconds(_ n: Int64) -> Duration { Duration(nanoseconds: n * 1_000) }
  @inlinable public static func milliseconds(_ n: Int64) -> Duration { Duration(nanoseconds: n * 1_000_000) }
  @inlinable public static func seconds(_ n: Int64) -> Duration { Duration(nanoseconds: n * 1_000_000_000) }
  @inlinable public static func minutes(_ n: Int64) -> Duration { .seconds(n * 60) }
  @inlinable public static func hours(_ n: Int64) -> Duration { .seconds(n * 3_600) }
  @inlinable public static func days(_ n: Int64) -> Duration { .seconds(n * 86_400) }

  /// Creates the nearest whole nanosecond to a number of seconds; `nil` when it is not finite or out of
  /// range.
  public init?(seconds: Double) {
    let nanoseconds = (seconds * 1e9).rounded()
    guard nanoseconds.isFinite, abs(nanoseconds) < 9.2e18 else { return nil }
    self.nanoseconds = Int64(nanoseconds)
  }

  /// The seconds, for statistics and reports only. The event path uses integers.
  public var seconds: Double { Double(nanoseconds) / 1e9 }

  @inlinable
  public static func < (a: Duration, b: Duration) -> Bool { a.nanoseconds < b.nanoseconds }
  @inlinable
  public static func + (a: Duration, b: Duration) -> Duration {
    Duration(nanoseconds: a.nanoseconds + b.nanoseconds)
  }
  @inlinable
  public static func - (a: Duration, b: Duration) -> Duration {
    Duration(nanoseconds: a.nanoseconds - b.nanoseconds)
  }
  @inlinable
  public static func * (a: Duration, n: Int64) -> Duration { Duration(nanoseconds: a.nanoseconds * n) }
  @inlinable
  public static func / (a: Duration, n: Int64) -> Duration { Duration(nanoseconds: a.nanoseconds / n) }
  @inlinable
  public static func += (a: inout Duration, b: Duration) { a = a + b }
}
