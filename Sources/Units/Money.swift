/// A currency by its ISO 4217 code.
public struct Currency: Hashable, Sendable, CustomStringConvertible {
  public let code: String

  /// `nil` unless the code is three capital ASCII letters.
  public init?(code: String) {
    guard code.utf8.count == 3, code.utf8.allSatisfy({ (65...90).contains($0) }) else { return nil }
    self.code = code
  }

  public var description: String { code }
}

/// An amount in minor units (cents) of one currency. Adding two currencies is a programmer error and traps.
public struct Money: Hashable, Sendable {
  public var minorUnits: Int64
  public let currency: Currency

  public init(minorUnits: Int64, currency: Currency) {
    self.minorUnits = minorUnits
    self.currency = currency
  }

  public static func + (a: Money, b: Money) -> Money {
    precondition(a.currency == b.currency, "amounts of two currencies have no sum")
    return Money(minorUnits: a.minorUnits + b.minorUnits, currency: a.currency)
  }
}
