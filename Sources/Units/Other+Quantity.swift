extension Ratio: Quantity {
  /// Parses a percentage (`3 %`) or a plain number (`0.03`).
  public init(parsing text: some StringProtocol) throws(QuantityError) {
    let (decimal, unit) = try Decimal.split(text, example: "3 %")
    switch unit {
    case "%": self.init(billionths: try decimal.times(10_000_000, of: text))
    case "": self.init(billionths: try decimal.times(1_000_000_000, of: text))
    default:
      throw QuantityError("'\(unit)' is not a unit of a ratio", hint: "write a percentage, for example '3 %'")
    }
  }

  /// The exact value as a percentage.
  public var description: String {
    "\(Decimal.exactly(billionths, per: 10_000_000, fractionDigits: 7) ?? "") %"
  }
}

extension Distance: Quantity {
  private static let table = UnitTable(units: [("km", 1_000), ("m", 1)], example: "120 km")

  public init(parsing text: some StringProtocol) throws(QuantityError) {
    self.init(metres: try Self.table.parse(text, kind: "distance"))
  }

  /// The exact distance, in kilometres from 1 km on.
  public var description: String {
    metres == 0 ? "0 m" : Self.table.describe(metres, among: ["km", "m"])
  }
}

extension Scale: Quantity {
  /// Parses `1/4096` or `1`.
  public init(parsing text: some StringProtocol) throws(QuantityError) {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false).map { $0.trimmingSpaces() }
    guard halves.count <= 2, halves[0] == "1", let k = halves.count == 1 ? 1 : Int64(halves[1]),
      (1...1_000_000_000).contains(k)
    else {
      throw QuantityError(
        "'\(text)' is not a scale", hint: "write '1/k' with a whole k, for example '1/4096'")
    }
    self.init(denominator: k)
  }

  public var description: String { denominator == 1 ? "1" : "1/\(denominator)" }
}

extension Money: Quantity {
  /// Parses the currency's code and the amount with at most two decimals, such as `EUR 12.50`.
  public init(parsing text: some StringProtocol) throws(QuantityError) {
    let trimmed = text.trimmingSpaces()
    guard let currency = Currency(code: String(trimmed.prefix(3))) else {
      throw QuantityError("'\(text)' does not begin with a currency", hint: "write for example 'EUR 12.50'")
    }
    let (decimal, unit) = try Decimal.split(trimmed.dropFirst(3), example: "EUR 12.50")
    guard unit.isEmpty else {
      throw QuantityError("'\(unit)' stands behind the amount", hint: "write the currency first: 'EUR 12.50'")
    }
    self.init(minorUnits: try decimal.times(100, of: text), currency: currency)
  }

  public var description: String {
    let magnitude = minorUnits.magnitude
    let cents = magnitude % 100
    return "\(currency) \(minorUnits < 0 ? "-" : "")\(magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
  }
}

extension Instant: Quantity {
  /// Parses ISO 8601 in UTC, such as `2026-03-02T00:00:00Z`, with up to nine digits of a second. A date alone
  /// means its midnight.
  public init(parsing text: some StringProtocol) throws(QuantityError) {
    let trimmed = text.trimmingSpaces()
    guard let civil = CivilTime(iso8601: trimmed) else {
      throw QuantityError(
        "'\(trimmed)' is not an instant", hint: "write UTC time as in '2026-03-02T14:30:00Z'")
    }
    self = civil.instant
  }

  public var description: String { CivilTime(self).description }
}

extension CivilTime: CustomStringConvertible {
  /// Parses a UTC date between the years 1700 and 2250, optionally with a time and `Z`; `nil` for anything
  /// else.
  public init?(iso8601 text: String) {
    let halves = text.split(separator: "T", omittingEmptySubsequences: false)
    guard (1...2).contains(halves.count) else { return nil }
    let date = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { $0.paddedNumber }
    guard date.count == 3, let year = date[0], let month = date[1], let day = date[2],
      (1_700...2_250).contains(year), (1...12).contains(month),
      (1...CivilTime.length(ofMonth: month, in: year)).contains(day)
    else { return nil }
    self.init(year: year, month: month, day: day)
    guard halves.count == 2 else { return }
    guard halves[1].hasSuffix("Z") else { return nil }
    let clock = halves[1].dropLast().split(separator: ":", omittingEmptySubsequences: false)
    guard clock.count == 3, let hour = clock[0].paddedNumber, hour < 24, let minute = clock[1].paddedNumber,
      minute < 60
    else { return nil }
    let seconds = clock[2].split(separator: ".", omittingEmptySubsequences: false)
    guard seconds.count <= 2, let second = seconds[0].paddedNumber, second < 60 else { return nil }
    (self.hour, self.minute, self.second) = (hour, minute, second)
    if seconds.count == 2 {
      guard (1...9).contains(seconds[1].count), let fraction = seconds[1].paddedNumber else { return nil }
      nanosecond = (seconds[1].count..<9).reduce(fraction) { value, _ in value * 10 }
    }
  }

  public var description: String {
    func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
    let fraction =
      nanosecond == 0 ? "" : (Decimal.exactly(Int64(nanosecond), per: 1_000_000_000, fractionDigits: 9) ?? "")
    return
      "\(year)-\(two(month))-\(two(day))T\(two(hour)):\(two(minute)):\(two(second))\(fraction.dropFirst())Z"
  }
}

extension Substring {
  /// The value of a run of ASCII digits; `nil` for anything else.
  fileprivate var paddedNumber: Int? {
    !isEmpty && count <= 9 && utf8.allSatisfy { (48...57).contains($0) } ? Int(self) : nil
  }
}
