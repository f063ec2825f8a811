import Units

/// The bounds of a quantity, with the message for values outside.
struct Bounds<Value: Comparable & Sendable>: Sendable {
  let isInside: @Sendable (Value) -> Bool
  let problem: String
  let hint: String
}

extension Shape where Value: Quantity & Comparable {
  static func quantity(
    _ noun: String, example: String, types: [String] = ["string"], pattern: String, _ bounds: Bounds<Value>
  ) -> Shape {
    var schema = Schema(
      .scalar(types: types, pattern: pattern, values: [], bounds: nil), example: example)
    schema.limits = bounds.hint.replacing("write ", with: "", maxReplacements: 1)
    return scalar(schema, expected: noun) { text throws(QuantityError) in
      let value = try Value(parsing: text)
      if !bounds.isInside(value) {
        throw QuantityError("'\(text)' \(bounds.problem)", hint: bounds.hint)
      }
      return value
    }
  }
}

/// The patterns with which editors check quantities. Tests compare them with the parsers.
package enum QuantityPattern {
  private static let number = "[0-9][0-9_]*(\\.[0-9]+)?"
  private static let bytes = "([kMGTP]?B|[KkMGTP]iB|bytes?)"
  private static let parts = [
    "w|weeks?", "d|days?", "h|hours?|hrs?", "min|mins?|minutes?|m", "s|secs?|seconds?", "ms", "us", "ns",
  ]
  .map { "(\(number) *(\($0)) *)?" }.joined()
  private static let iso =
    "P(?=[0-9T])" + ["W", "D"].map { "([0-9]+(\\.[0-9]+)?\($0))?" }.joined() + "(T(?=[0-9])"
    + ["H", "M", "S"].map { "([0-9]+(\\.[0-9]+)?\($0))?" }.joined() + ")?"
  /// The pattern of durations. The parts are in the order of their size, and at least one is present.
  package static let duration = "^((?=[0-9])\(parts)|\(iso))$"
  package static let size = "^\(number) *\(bytes)$"
  package static let rate =
    "^\(number) *(\(bytes)|[kMGT]?bit|[KkMGT]?b)(/(s|sec|second|min|minute|h|hour|d|day)|ps)$"
  package static let ratio = "^[-+]?\(number)( *%)?$"
  package static let scale = "^1( */ *[1-9][0-9]*)?$"
  package static let distance = "^\(number) *k?m$"
  package static let instant = "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z)?$"
}

extension Shape<Duration> {
  private static func duration(
    _ isInside: @escaping @Sendable (Duration) -> Bool, _ problem: String, _ hint: String
  )
    -> Shape
  {
    quantity(
      "a duration", example: "15 min", pattern: QuantityPattern.duration,
      Bounds(isInside: isInside, problem: problem, hint: hint))
  }

  /// A duration of zero to ten years. With the bound of instants, no sum of a few durations overflows.
  package static let duration = duration(
    { $0 >= .zero && $0 <= .days(3_653) }, "is out of range", "write a duration of zero or more, up to 3653 d"
  )
  package static let positiveDuration = duration(
    { $0 > .zero && $0 <= .days(3_653) }, "is out of range", "write a duration longer than zero, up to 3653 d"
  )
}

extension Shape<ByteCount> {
  /// A size above zero, at most 1 EiB.
  package static let size = quantity(
    "a size", example: "4 GiB", pattern: QuantityPattern.size,
    Bounds(
      isInside: { $0 > .zero && $0.bytes <= 1 << 60 }, problem: "is out of range",
      hint: "write a size larger than zero, up to 1024 PiB"))
}

extension Shape<ByteRate> {
  package static let rate = quantity(
    "a rate", example: "1.2 MB/s", pattern: QuantityPattern.rate,
    Bounds(
      isInside: { $0 > .zero && $0.millibytesPerSecond <= 1_000_000_000_000_000 }, problem: "is out of range",
      hint: "write a rate above zero, up to 1 TB/s"))
}

extension Shape<Ratio> {
  /// A share from 0 % to 100 %.
  package static let share = ratio(
    .zero ... .one, example: "30 %", hint: "write a share from 0 % to 100 %")

  /// A plain number in a range.
  package static func number(_ range: ClosedRange<Int64>, example: String) -> Shape {
    ratio(
      Ratio(
        billionths: range.lowerBound * 1_000_000_000)...Ratio(billionths: range.upperBound * 1_000_000_000),
      example: example, hint: "write a number from \(range.lowerBound) to \(range.upperBound)")
  }

  private static func ratio(_ range: ClosedRange<Ratio>, example: String, hint: String) -> Shape {
    quantity(
      "a number", example: example, types: ["string", "number"], pattern: QuantityPattern.ratio,
      Bounds(isInside: { range.contains($0) }, problem: "is out of range", hint: hint))
  }
}

extension Shape<Distance> {
  /// A distance above zero, at most half the Earth's circumference.
  package static let distance = quantity(
    "a distance", example: "120 km", pattern: QuantityPattern.distance,
    Bounds(
      isInside: { $0 > .zero && $0 <= .kilometres(20_016) }, problem: "is out of range",
      hint: "write a distance above zero, up to 20016 km, the antipode"))
}

extension Shape<Instant> {
  package static let instant = quantity(
    "an instant", example: "2026-03-02T00:00:00Z", pattern: QuantityPattern.instant,
    Bounds(
      isInside: { (1_970...2_199).contains(CivilTime($0).year) }, problem: "is out of range",
      hint: "write an instant of the years 1970 to 2199"))
}

extension Shape<Scale> {
  package static let scale = scalar(
    Schema(
      .scalar(types: ["string", "integer"], pattern: QuantityPattern.scale, values: [], bounds: nil),
      example: "1/4096"),
    expected: "a scale"
  ) { text throws(QuantityError) in try Scale(parsing: text) }
}
