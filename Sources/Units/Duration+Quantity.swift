extension Duration: Quantity {
  private static let table = UnitTable(
    units: [
      ("w", 604_800_000_000_000), ("d", 86_400_000_000_000), ("h", 3_600_000_000_000),
      ("min", 60_000_000_000),
      ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
    ], example: "15 min")

  /// One or more parts, largest unit first: `15 min`, `6 h 7 min`, `1.5 s`. A sign stands in front and counts for all.
  public init(parsing text: some StringProtocol) throws(QuantityError) {
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

  /// Exact: `6 h 7 min`, `1.5 s`, `0 s`.
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

extension StringProtocol {
  /// Cuts `6 h 7 min` before each number that follows a unit; a text without one is its own single part.
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
