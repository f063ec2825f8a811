import Units

/// Returns `value / 10^places`, exactly, in every locale, without trailing zeros.
func decimal(_ value: UInt64, places: Int, isNegative: Bool = false) -> String {
  var digits = String(value)
  digits = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
  var fraction = digits.suffix(places)
  while fraction.last == "0" { fraction.removeLast() }
  let sign = isNegative && value > 0 ? "-" : ""
  return sign + digits.dropLast(places) + (fraction.isEmpty ? "" : "." + fraction)
}

extension BinaryInteger {
  /// The number for people, as in `1,234,567`.
  var grouped: String {
    var text = ""
    for (place, digit) in String(magnitude).reversed().enumerated() {
      if place > 0 && place % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (self < 0 ? "-" : "") + String(text.reversed())
  }

  /// Returns the number with a noun, as in `1 drill` or `1,200 drills`.
  func of(_ singular: String, _ plural: String? = nil) -> String {
    "\(grouped) \(self == 1 ? singular : plural ?? singular + "s")"
  }
}

extension ByteCount {
  /// The size for people, in binary units with three digits, rounded once, half up: `142 GiB`, `1.25 MiB`.
  var forReading: String {
    precondition(bytes >= 0, "a report counts bytes that exist")
    for (unit, shift) in [("PiB", 50), ("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)] {
      func rounded(to places: Int) -> Int128 {
        let scale: Int128 = places == 2 ? 100 : places == 1 ? 10 : 1
        return (Int128(bytes) * scale + Int128(1) << (shift - 1)) >> shift
      }
      guard rounded(to: 2) >= 100 else { continue }
      let places = [2, 1].first { rounded(to: $0) < 1_000 } ?? 0
      return "\(decimal(UInt64(rounded(to: places)), places: places)) \(unit)"
    }
    return "\(bytes) B"
  }
}

extension Ratio {
  /// The number for tables, as in `0.95`.
  var asNumber: String { decimal(billionths.magnitude, places: 9, isNegative: billionths < 0) }
}
