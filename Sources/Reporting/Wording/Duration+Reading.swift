import Units

extension Duration {
  /// The duration for people, in at most two units, rounded once, half away from zero. Examples: `6 h 7 min`,
  /// `12 min 30 s`, `1.5 s`.
  ///
  /// Whole hours from two days, whole minutes from one hour, whole seconds from one minute, whole seconds from ten
  /// seconds, else finer.
  var forReading: String {
    if nanoseconds == 0 { return "0 s" }
    let magnitude = Int128(nanoseconds.magnitude)
    let text = Self.steps.lazy.compactMap { $0.text(of: magnitude) }.first ?? description
    return (nanoseconds < 0 ? "-" : "") + text
  }

  /// The seconds for tables, rounded once to the nearest millisecond, half away from zero, without trailing
  /// zeros.
  var inSeconds: String {
    decimal((nanoseconds.magnitude + 500_000) / 1_000_000, places: 3, isNegative: nanoseconds < 0)
  }

  /// The milliseconds for tables, rounded once to the nearest microsecond, half away from zero, without
  /// trailing zeros.
  var inMilliseconds: String {
    decimal((nanoseconds.magnitude + 500) / 1_000, places: 3, isNegative: nanoseconds < 0)
  }

  /// The units from the finest. The first one is used whose limit exceeds the rounded time.
  private static let steps = [
    Step(below: 1_000_000, unit: ("us", 1_000), rest: ("", 1)),
    Step(below: 1_000_000_000, unit: ("ms", 1_000_000), rest: nil),
    Step(below: 10_000_000_000, unit: ("s", 1_000_000_000), rest: ("", 100_000_000)),
    Step(below: 60_000_000_000, unit: ("s", 1_000_000_000), rest: nil),
    Step(below: 3_600_000_000_000, unit: ("min", 60_000_000_000), rest: ("s", 1_000_000_000)),
    Step(below: 48 * 3_600_000_000_000, unit: ("h", 3_600_000_000_000), rest: ("min", 60_000_000_000)),
    Step(below: .max, unit: ("d", 86_400_000_000_000), rest: ("h", 3_600_000_000_000)),
  ]

  private struct Step {
    let below: Int128
    let unit: (name: String, size: Int128)
    /// The unit of rounding. Without a name it gives decimals; `nil` means the unit itself.
    let rest: (name: String, size: Int128)?

    func text(of magnitude: Int128) -> String? {
      let grain = rest?.size ?? unit.size
      let rounded = (magnitude + grain / 2) / grain * grain
      guard rounded < below else { return nil }
      let (whole, remainder) = rounded.quotientAndRemainder(dividingBy: unit.size)
      guard let rest, remainder > 0 else { return "\(whole) \(unit.name)" }
      guard rest.name.isEmpty else { return "\(whole) \(unit.name) \(remainder / rest.size) \(rest.name)" }
      let places = "\(unit.size / rest.size)".count - 1
      return "\(decimal(UInt64(rounded / rest.size), places: places)) \(unit.name)"
    }
  }
}
