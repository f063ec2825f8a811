extension ByteCount: Quantity {
  static let table = UnitTable(
    units: [
      ("PiB", 1 << 50), ("PB", 1_000_000_000_000_000), ("TiB", 1 << 40), ("TB", 1_000_000_000_000),
      ("GiB", 1 << 30),
      ("GB", 1_000_000_000), ("MiB", 1 << 20), ("MB", 1_000_000), ("KiB", 1 << 10), ("kB", 1_000), ("B", 1),
    ],
    aliases: [("byte", "B"), ("bytes", "B"), ("kiB", "KiB")],
    mistakes: ["K", "M", "G", "T", "P"].flatMap(mistakes), example: "4 GiB")

  /// Returns the ambiguous spellings of the units of this letter, each with both meanings.
  private static func mistakes(
    _ letter: String
  ) -> [(name: String, problem: String, instead: String)] {
    let small = letter.lowercased()
    let names = [letter, small, small + "b", small + "ib", letter == "K" ? "KB" : letter + "b"]
    let decimal = letter == "K" ? "kB" : letter + "B"
    return names.map { name in
      (
        name: name, problem: "'\(name)' is ambiguous",
        instead: "write '# \(decimal)' for powers of 1,000 or '# \(letter)iB' for powers of 1,024"
      )
    }
  }

  public init(parsing text: some StringProtocol) throws(QuantityError) {
    self.init(try Self.table.parse(text, kind: "bytes"))
  }

  /// The exact size in the largest unit that needs at most three decimals. Units are binary, or decimal where
  /// shorter.
  public var description: String {
    if bytes == 0 { return "0 B" }
    let binary = Self.table.describe(bytes, among: ["PiB", "TiB", "GiB", "MiB", "KiB", "B"])
    let decimal = Self.table.describe(bytes, among: ["PB", "TB", "GB", "MB", "kB", "B"])
    return decimal.count < binary.count ? decimal : binary
  }
}

extension ByteRate: Quantity {
  /// Parses bytes (`MB/s`, `GiB/d`) or bits (`Mbit/s`) per second, minute, hour or day.
  public init(parsing text: some StringProtocol) throws(QuantityError) {
    let (decimal, unit) = try Decimal.split(text, example: "1.2 MB/s")
    let spelt = unit.hasSuffix("ps") ? unit.dropLast(2) + "/s" : Substring(unit)
    let halves = spelt.split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2,
      let amount = Self.amounts.first(where: { $0.name == halves[0] })?.factor,
      let time = Self.times.first(where: { $0.name == halves[1] })?.seconds
    else {
      throw QuantityError(
        unit.isEmpty ? "'\(text)' has no unit" : "'\(unit)' is not a unit of rate",
        hint: Self.suggestion(unit, text.trimmingSpaces().dropLast(unit.count).trimmingSpaces())
          ?? "write bytes or bits per time, for example '1.2 MB/s', '60 Mbit/s' or '30 GiB/d'")
    }
    // In millibytes per second, rounded to the nearest: 10 GiB/d is not a whole number of them.
    let exact = Int128(try decimal.times(amount * 1_000 / 8, of: text))
    self.init(millibytesPerSecond: Int64((exact + (exact < 0 ? -time : time) / 2) / time))
  }

  /// Returns the most likely meaning of a rate without its time, or in other letters.
  private static func suggestion(_ unit: String, _ number: String) -> String? {
    guard !unit.contains("/"), let amount = amounts.first(where: { $0.name == unit })?.name else {
      let spelt = amounts.flatMap { amount in times.map { "\(amount.name)/\($0.name)" } }
      return spelt.first { $0.lowercased() == unit.lowercased() }.map { "write '\(number) \($0)'" }
    }
    return "write bytes or bits per time, for example '\(number) \(amount)/s' or '\(number) \(amount)/d'"
  }

  private static let amounts: [(name: String, factor: Int128)] =
    ByteCount.table.units.map { ($0.name, $0.factor * 8) } + [
      ("byte", 8), ("bytes", 8), ("kiB", 8 << 10),
      ("Tbit", 1_000_000_000_000), ("Gbit", 1_000_000_000), ("Mbit", 1_000_000), ("kbit", 1_000), ("bit", 1),
      ("Tb", 1_000_000_000_000), ("Gb", 1_000_000_000), ("Mb", 1_000_000), ("kb", 1_000), ("Kb", 1_000),
      ("b", 1),
    ]
  private static let times: [(name: String, seconds: Int128)] = [
    ("s", 1), ("min", 60), ("h", 3_600), ("d", 86_400), ("sec", 1), ("second", 1), ("minute", 60),
    ("hour", 3_600), ("day", 86_400),
  ]
  private static let table = UnitTable(
    units: [
      ("TB/s", 1_000_000_000_000_000), ("GB/s", 1_000_000_000_000), ("MB/s", 1_000_000_000),
      ("kB/s", 1_000_000),
      ("B/s", 1_000),
    ], example: "1.2 MB/s")

  /// The exact rate in decimal bytes per second.
  public var description: String {
    millibytesPerSecond == 0
      ? "0 B/s" : Self.table.describe(millibytesPerSecond, among: ["TB/s", "GB/s", "MB/s", "kB/s", "B/s"])
  }
}
