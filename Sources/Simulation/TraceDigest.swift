import Units

/// A rolling 64-bit digest of everything that happened in a run, in order: two runs with equal digests took the same
/// course. It finds differences; it is no defence against somebody who forges them.
public struct TraceDigest: Hashable, Sendable, CustomStringConvertible {
  public private(set) var value: UInt64 = 0
  /// The number of events taken in.
  public private(set) var count: UInt64 = 0

  public init() {}

  /// Takes one event in: when, of what kind, what it happened to, and how much.
  public mutating func record(at time: Instant, kind: UInt32, entity: UInt32, amount: Int64) {
    count &+= 1
    let what = UInt64(kind) << 32 | UInt64(entity)
    // Each step is a bijection of the state for given words, and `mixed` never commutes with the next `^`.
    value = (value ^ UInt64(bitPattern: time.nanoseconds)).mixed
    value = (value ^ what).mixed
    value = (value ^ UInt64(bitPattern: amount)).mixed
  }

  /// 16 lower-case hexadecimal digits.
  public var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
