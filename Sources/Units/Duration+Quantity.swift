extension Duration: Quantity {
  private static let table = UnitTable(
    units: [
      ("w", 604_800_000_000_000), ("d", 86_400_000_000_000), ("h", 3_600_000_000_000),
      ("min", 60_000_000_000),
      ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
    ],
    aliases: [
      ("week", "w"), ("weeks", "w"), ("day", "d"), ("days", "d"), ("hour", "h"), ("hours", "h"), ("hr", "h"),
      ("hrs", "h"), ("m", "min"), ("mins", "min"), ("minute", "min"), ("minutes", "min"), ("sec", "s"),
      ("secs", "s"), ("second", "s"), ("seconds", "s"),
    ],
    mistakes: ["month", "months", "mo", "year", "years", "y", "a"].map { name in
      (
        name: name, problem: "'\(name)' is not a unit of time: months and years differ in length",
        instead: name.hasPrefix("mo")
          ? "write days, for example '30 d' for one month" : "write days, for example '365 d' for one year"
      )
    }, example: "15 min")

  /// Parses one or more parts, largest unit first, such as `15 min`, `6 h 7 min`, `1h30m`, `1.5 s`. ISO 8601
  /// is accepted too: `PT15M`. A leading sign applies to all parts.
  public init(parsing text: some StringProtocol) throws(QuantityError) {
    if text.trimmingSpaces().first == "P" {
      try self.init(iso8601: text.trimmingSpaces())
      return
    }
    let isNegative = text.trimmingSpaces().hasPrefix("-")
    var total: Int64 = 0
    var smallestFactor = Int128.max
    for (index, part) in text.quantityParts().enumerated() {
      let (value, factor) = try Self.table.parseWithUnit(part, kind: "time")
      guard factor < smallestFactor else {
        throw QuantityError(
          "the parts of '\(text)' do not fall in size",
          hint: "write the largest unit first, as in '6 h 7 min'")
      }
      smallestFactor = factor
      let (sum, overflow) = total.addingReportingOverflow(isNegative && index > 0 ? -value : value)
      guard !overflow else {
        throw QuantityError("'\(text)' is too large", hint: "the longest duration is about 292 years")
      }
      total = sum
    }
    self.init(nanoseconds: total)
  }

  /// The exact duration, such as `6 h 7 min`, `1.5 s`, `0 s`.
  public var description: String {
    if nanoseconds == 0 { return "0 s" }
    var parts: [String] = []
    var rest = nanoseconds.magnitude
    for (name, factor) in [
      ("d", 86_400_000_000_000 as UInt64), ("h", 3_600_000_000_000), ("min", 60_000_000_000),
    ]
    where rest >= factor {
      parts.append("\(rest / factor) \(name)")
      rest %= factor
    }
    if rest > 0 {
      parts.append(
        parts.isEmpty
          ? Self.table.describe(Int64(rest), among: ["s", "ms", "us", "ns"])
          : "\(Decimal.exactly(Int64(rest), per: 1_000_000_000, fractionDigits: 9) ?? "") s")
    }
    return (nanoseconds < 0 ? "-" : "") + parts.joined(separator: " ")
  }
}

extension Duration {
  /// Parses ISO 8601 without months and years: `PT15M`, `P1DT2H`, `P2W`, `PT1.5S`.
  private init(iso8601 text: String) throws(QuantityError) {
    var parts: [String] = []
    var number = ""
    var isTime = false
    for character in text.dropFirst() {
      switch (character, isTime) {
      case ("T", false) where number.isEmpty: isTime = true
      case ("0"..."9", _), (".", _): number.append(character)
      case ("W", false), ("D", false), ("H", true), ("M", true), ("S", true):
        let unit = character == "M" ? "min" : character.lowercased()
        parts.append("\(number) \(unit)")
        number = ""
      default: throw Self.unreadable(text)
      }
    }
    guard !parts.isEmpty, number.isEmpty, text.last != "T" else { throw Self.unreadable(text) }
    do throws(QuantityError) {
      try self.init(parsing: parts.joined(separator: " "))
    } catch {
      throw error.problem.contains("fall in size") ? Self.unreadable(text) : error
    }
  }

  private static func unreadable(_ text: String) -> QuantityError {
    QuantityError(
      "'\(text)' is not a duration of ISO 8601 without months and years",
      hint: "write for example 'PT15M', 'P1DT2H' or '15 min'")
  }
}

extension StringProtocol {
  /// Splits `6 h 7 min` before each number that follows a unit. A text without one is a single part.
  fileprivate func quantityParts() -> [String] {
    var parts: [String] = []
    var current = ""
    var seenUnit = false
    for character in trimmingSpaces() {
      if seenUnit && character.isNumber {
        parts.append(current.trimmingSpaces())
        current = ""
        seenUnit = false
      }
      if character.isLetter { seenUnit = true }
      current.append(character)
    }
    return parts + [current.trimmingSpaces()]
  }
}
