import Units

/// A rolling 64-bit digest of all events of a run, in order. Runs with equal digests took the same course.
/// The digest finds differences but does not withstand forgery.
public struct TraceDigest: Hashable, Sendable, CustomStringConvertible {
  public private(set) var value: UInt64 = 0
  /// The number of recorded events.
  public private(set) var count: UInt64 = 0

  public init() {}

  /// Records one event: its time, kind, entity and amount.
  public mutating func record(at time: Instant, kind: UInt32, entity: UInt32, amount: Int64) {
    count &+= 1
    let what = UInt64(kind) << 32 | UInt64(entity)
    // Each step is a bijection of the state for given words, and `mixed` never commutes with the next `^`.
    value = (value ^ UInt64(bitPattern: time.nanoseconds)).mixed
    value = (value ^ what).mixed
    value = (value ^ UInt64(bitPattern: amount)).mixed
  }

  /// The digest as 16 lower-case hexadecimal digits.
  public var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
