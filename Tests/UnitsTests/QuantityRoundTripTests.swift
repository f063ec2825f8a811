import Testing
import Units

@Suite("A description parses to the value that it describes")
struct QuantityRoundTripTests {
  /// Values of every magnitude, both signs, and the ends of the range.
  private func values(seed: UInt64) -> [Int64] {
    var random = RandomStream(seed: seed, stream: "round trips")
    let drawn = (0..<500).map { _ in Int64(truncatingIfNeeded: random.next()) >> Int64(random.below(64)) }
    let round = (0..<200).map { _ in Int64(random.below(1_000)) * Int64(powerOfTen(random.below(15))) }
    return drawn + round + [0, 1, -1, .max, .min]
  }

  private func powerOfTen(_ exponent: UInt64) -> UInt64 {
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }

  private func check<Q: Quantity & Equatable>(seed: UInt64, _ make: (Int64) -> Q?) throws {
    for quantity in values(seed: seed).compactMap(make) {
      #expect(try Q(parsing: quantity.description) == quantity, "seed \(seed): \(quantity)")
      #expect(try Q(parsing: "  \(quantity) ") == quantity, "seed \(seed): \(quantity)")
    }
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func ofEveryQuantity(seed: UInt64) throws {
    try check(seed: seed) { Duration(nanoseconds: $0) }
    try check(seed: seed) { ByteCount($0) }
    try check(seed: seed) { ByteRate(millibytesPerSecond: $0) }
    try check(seed: seed) { Ratio(billionths: $0) }
    try check(seed: seed) { Distance(metres: $0) }
    let euro = try #require(Currency(code: "EUR"))
    try check(seed: seed) { Money(minorUnits: $0, currency: euro) }
    try check(seed: seed) { (1...1_000_000_000).contains($0) ? Scale(denominator: $0) : nil }
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func ofInstantsFrom1700To2250(seed: UInt64) throws {
    let first = CivilTime(year: 1700, month: 1, day: 1).instant
    let last = CivilTime(year: 2251, month: 1, day: 1).instant - .nanoseconds(1)
    try check(seed: seed) {
      let instant = Instant(nanoseconds: $0)
      return instant >= first && instant <= last ? instant : nil
    }
    for instant in [first, last] { #expect(try Instant(parsing: instant.description) == instant) }
  }
}

@Suite("Quantities as people write them")
struct QuantityParsingTests {
  @Test(arguments: [
    ("15 min", 900_000_000_000), ("6 h 7 min", 22_020_000_000_000), ("6h7min", 22_020_000_000_000),
    ("1.5 s", 1_500_000_000), ("1 s 500 ms", 1_500_000_000), ("2 ms 3 us 4 ns", 2_003_004), ("0 s", 0),
    ("1 w", 604_800_000_000_000), ("-1 h 30 min", -5_400_000_000_000), ("1_000 ns", 1_000),
    ("+3 d", 259_200_000_000_000), ("1h30m", 5_400_000_000_000), ("PT15M", 900_000_000_000),
    ("P1DT2H", 93_600_000_000_000), ("2 weeks", 1_209_600_000_000_000), ("1 day", 86_400_000_000_000),
    ("90 minutes", 5_400_000_000_000),
  ])
  func durations(text: String, nanoseconds: Int64) throws {
    #expect(try Duration(parsing: text).nanoseconds == nanoseconds)
  }

  @Test(arguments: [
    ("4 GiB", 4 << 30), ("4 GB", 4_000_000_000), ("1.5 KiB", 1_536), ("1.2 MB", 1_200_000), ("7 B", 7),
    ("1 PiB", 1 << 50), ("3 kB", 3_000),
  ])
  func byteCounts(text: String, bytes: Int64) throws {
    #expect(try ByteCount(parsing: text).bytes == bytes)
  }

  @Test(arguments: [
    ("1.2 MB/s", 1_200_000_000), ("60 Mbit/s", 7_500_000_000), ("8 bit/s", 1_000), ("60 B/min", 1_000),
    ("10 GiB/d", 124_275_674), ("1 GiB/h", 298_261_618), ("-10 GiB/d", -124_275_674),
  ])
  func byteRates(text: String, millibytesPerSecond: Int64) throws {
    #expect(try ByteRate(parsing: text).millibytesPerSecond == millibytesPerSecond)
  }

  @Test func ratiosMoneyScalesAndInstants() throws {
    #expect(try Ratio(parsing: "3 %") == Ratio(parsing: "0.03"))
    #expect(try Ratio(parsing: "3 %") == .percent(3))
    #expect(try Money(parsing: "EUR 12.5").minorUnits == 1_250)
    #expect(try Money(parsing: "CHF -0.05").description == "CHF -0.05")
    #expect(try Scale(parsing: "1/4096").denominator == 4_096)
    #expect(try Scale(parsing: "1") == .full)
    #expect(try Instant(parsing: "2026-03-02").description == "2026-03-02T00:00:00Z")
    #expect(try Instant(parsing: "1970-01-01T00:00:00.000000001Z").nanoseconds == 1)
    #expect(try Instant(parsing: "1969-12-31T23:59:59.5Z").nanoseconds == -500_000_000)
  }

  @Test func descriptionsAreExactAndShort() {
    #expect(Duration.seconds(22_020).description == "6 h 7 min")
    #expect(Duration.milliseconds(1_500).description == "1.5 s")
    #expect((Duration.zero - .minutes(90)).description == "-1 h 30 min")
    #expect(ByteCount.gibibytes(4).description == "4 GiB")
    #expect(ByteCount(1_536).description == "1.5 KiB")
    #expect(ByteCount(1_000_000_001).description == "1000000001 B")
    #expect(ByteRate.bytesPerSecond(1_200_000).description == "1.2 MB/s")
    #expect(Ratio(billionths: 1).description == "0.0000001 %")
    #expect(Distance.kilometres(120).description == "120 km")
    #expect(Distance(metres: 850).description == "850 m")
    #expect(Scale.full.description == "1")
  }
}
