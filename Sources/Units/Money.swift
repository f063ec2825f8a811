/// A currency by its ISO 4217 code.
public struct Currency: Codable, Hashable, Sendable, CustomStringConvertible {
  public let code: String

  /// Creates a currency; `nil` unless the code is three capital ASCII letters.
  public init?(code: String) {
    guard code.utf8.count == 3, code.utf8.allSatisfy({ (65...90).contains($0) }) else { return nil }
    self.code = code
  }

  public var description: String { code }
}

/// An amount in minor units (cents) of one currency. Adding two currencies is a programmer error and traps.
public struct Money: Codable, Hashable, Sendable {
  public var minorUnits: Int64
  public let currency: Currency

  public init(minorUnits: Int64, currency: Currency) {
    self.minorUnits = minorUnits
    self.currency = currency
  }

  public static func zero(_ currency: Currency) -> Money { Money(minorUnits: 0, currency: currency) }

  public static func + (a: Money, b: Money) -> Money {
    precondition(a.currency == b.currency, "amounts of two currencies have no sum")
    return Money(minorUnits: a.minorUnits + b.minorUnits, currency: a.currency)
  }

  public static func += (a: inout Money, b: Money) { a = a + b }

  /// Returns a share or multiple of the amount, rounded to the nearest minor unit, half away from zero.
  public func times(_ ratio: Ratio) -> Money {
    let exact = Int128(minorUnits) * Int128(ratio.billionths)
    return Money(
      minorUnits: Int64(exact.roundedQuotient(1_000_000_000)), currency: currency)
  }

  /// Returns the amount for a duration at a rate per `unit`, rounded like the other `times`.
  public func times(_ duration: Duration, per unit: Duration) -> Money {
    precondition(unit > .zero, "a rate is for some time")
    let exact = Int128(minorUnits) * Int128(duration.nanoseconds)
    return Money(minorUnits: Int64(exact.roundedQuotient(Int128(unit.nanoseconds))), currency: currency)
  }
}

extension Int128 {
  /// Returns the quotient by a positive divisor, rounded to the nearest whole number, half away from zero.
  public func roundedQuotient(_ divisor: Int128) -> Int128 {
    (self + (self < 0 ? -divisor : divisor) / 2) / divisor
  }
}
