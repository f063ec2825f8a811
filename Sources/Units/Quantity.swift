/// The reason why a text is not the expected quantity, and the text to write instead.
public struct QuantityError: Error, Hashable, Sendable {
  public let problem: String
  public let hint: String

  public init(_ problem: String, hint: String) {
    self.problem = problem
    self.hint = hint
  }
}

/// A value that people write as a number with a unit.
///
/// `init(parsing:)` and `description` are inverse: a description parses to the value that it describes.
public protocol Quantity: CustomStringConvertible, Sendable {
  init(parsing text: some StringProtocol) throws(QuantityError)
}

/// An exact decimal number as written: digits without the point, and the number of decimals.
struct Decimal {
  var digits: Int128
  var fractionDigits: Int
  var isNegative: Bool

  /// Splits `text` into a number and its unit. At most 19 significant digits and 18 decimals are allowed.
  static func split(_ text: some StringProtocol, example: String) throws(QuantityError) -> (
    Decimal, unit: String
  ) {
    let trimmed = text.trimmingSpaces()
    guard !trimmed.isEmpty else {
      throw QuantityError("a quantity is missing", hint: "write for example '\(example)'")
    }
    var decimal = Decimal(digits: 0, fractionDigits: 0, isNegative: false)
    var rest = Substring(trimmed)
    if let sign = rest.first, sign == "-" || sign == "+" {
      decimal.isNegative = sign == "-"
      rest.removeFirst()
    }
    var seenDigit = false
    var seenPoint = false
    scan: while let character = rest.first {
      switch character {
      case "0"..."9":
        guard let digit = character.wholeNumberValue, decimal.digits < 1_000_000_000_000_000_000,
          decimal.fractionDigits < 18
        else {
          throw QuantityError(
            "'\(trimmed)' has more digits than a quantity can hold",
            hint: "write at most 18 digits, in a larger or a smaller unit")
        }
        decimal.digits = decimal.digits * 10 + Int128(digit)
        if seenPoint { decimal.fractionDigits += 1 }
        seenDigit = true
      case "." where !seenPoint: seenPoint = true
      case "_" where seenDigit: break
      default: break scan
      }
      rest.removeFirst()
    }
    guard seenDigit else {
      throw QuantityError("'\(trimmed)' does not begin with a number", hint: "write for example '\(example)'")
    }
    return (decimal, rest.trimmingSpaces())
  }

  /// Returns the number times `factor`, which must be a whole number in range.
  func times(_ factor: Int128, of text: some StringProtocol) throws(QuantityError) -> Int64 {
    var divisor: Int128 = 1
    for _ in 0..<fractionDigits { divisor *= 10 }
    let (product, overflow) = digits.multipliedReportingOverflow(by: factor)
    let quotient = product / divisor
    guard !overflow, let value = Int64(exactly: isNegative ? -quotient : quotient) else {
      throw QuantityError(
        "'\(text)' is too large", hint: "the largest value of its kind is below 2^63 of its smallest unit")
    }
    guard product % divisor == 0 else {
      throw QuantityError(
        "'\(text)' is finer than the smallest unit", hint: "write fewer digits behind the point")
    }
    return value
  }

  /// Returns `value / divisor` exactly when at most `digits` decimals are needed; otherwise `nil`.
  static func exactly(_ value: Int64, per divisor: Int128, fractionDigits digits: Int) -> String? {
    var scale: Int128 = 1
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int128(value.magnitude) * scale
    guard scaled % divisor == 0 else { return nil }
    let quotient = scaled / divisor
    let whole = quotient / scale
    var fraction = String(quotient % scale)
    fraction = String(repeating: "0", count: digits - fraction.count) + fraction
    while fraction.last == "0" { fraction.removeLast() }
    let sign = value < 0 ? "-" : ""
    return fraction.isEmpty || digits == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(fraction)"
  }
}

/// A table of units with their factors to the smallest unit, from the largest to the smallest.
struct UnitTable {
  let units: [(name: String, factor: Int128)]
  /// Other words for units.
  var aliases: [(name: String, unit: String)] = []
  /// Refused spellings, each with its problem and the text to write instead.
  var mistakes: [(name: String, problem: String, instead: String)] = []
  let example: String

  func parse(_ text: some StringProtocol, kind: String) throws(QuantityError) -> Int64 {
    try parseWithUnit(text, kind: kind).value
  }

  /// Parses a value; returns it with the factor of its unit.
  func parseWithUnit(_ text: some StringProtocol, kind: String) throws(QuantityError) -> (
    value: Int64, factor: Int128
  ) {
    let (decimal, unit) = try Decimal.split(text, example: example)
    guard !unit.isEmpty else {
      throw QuantityError(
        "'\(text)' has no unit", hint: "write the unit of the \(kind), for example '\(example)'")
    }
    let name = aliases.first { $0.name == unit }?.unit ?? unit
    guard let factor = units.first(where: { $0.name == name })?.factor else {
      if let mistake = mistakes.first(where: { $0.name == unit }) {
        let number = text.trimmingSpaces().dropLast(unit.count).trimmingSpaces()
        throw QuantityError(mistake.problem, hint: mistake.instead.replacing("#", with: number))
      }
      let names = units.map(\.name).joined(separator: ", ")
      throw QuantityError("'\(unit)' is not a unit of \(kind)", hint: "use one of \(names)")
    }
    return (try decimal.times(factor, of: text), factor)
  }

  /// Returns the value in the largest of `names` with at most three decimals and at least 1.
  func describe(_ value: Int64, among names: [String]) -> String {
    for unit in units where names.contains(unit.name) && Int128(value.magnitude) >= unit.factor {
      if let text = Decimal.exactly(value, per: unit.factor, fractionDigits: 3) {
        return "\(text) \(unit.name)"
      }
    }
    let smallest = units.last { names.contains($0.name) } ?? units[units.count - 1]
    return "\(Decimal.exactly(value, per: smallest.factor, fractionDigits: 3) ?? "\(value)") \(smallest.name)"
  }
}

extension StringProtocol {
  func trimmingSpaces() -> String {
    var text = Substring(self)
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
