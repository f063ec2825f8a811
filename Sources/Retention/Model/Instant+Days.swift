import Units

/// Steps of whole days that are limited to the range of time.
extension Instant {
  private static let day: Int128 = 86_400_000_000_000

  func after(days: Int) -> Instant { Instant(clamping: Int128(nanoseconds) + Int128(days) * Self.day) }
  func before(days: Int) -> Instant { Instant(clamping: Int128(nanoseconds) - Int128(days) * Self.day) }

  private init(clamping nanoseconds: Int128) { self.init(nanoseconds: Int64(clamping: nanoseconds)) }
}
