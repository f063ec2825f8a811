import Testing
import Units

@Suite("A text that is no quantity says why, and what to write instead")
struct QuantityErrorTests {
  private func error<Q: Quantity>(_ type: Q.Type, _ text: String) -> QuantityError? {
    do {
      _ = try Q(parsing: text)
      return nil
    } catch {
      return error
    }
  }

  private func expect<Q: Quantity>(
    _ type: Q.Type, _ text: String, _ problem: String, _ hint: String,
    at location: SourceLocation = #_sourceLocation
  ) {
    let error = error(type, text)
    #expect(error?.problem == problem, sourceLocation: location)
    #expect(error?.hint.contains(hint) == true, "\(error?.hint ?? "")", sourceLocation: location)
  }

  @Test func durations() {
    expect(Duration.self, "", "a quantity is missing", "'15 min'")
    expect(Duration.self, "soon", "'soon' does not begin with a number", "'15 min'")
    expect(Duration.self, "-", "'-' does not begin with a number", "'15 min'")
    expect(Duration.self, "15", "'15' has no unit", "write the unit of the time, for example '15 min'")
    expect(
      Duration.self, "15 fortnights", "'fortnights' is not a unit of time", "w, d, h, min, s, ms, us, ns")
    expect(
      Duration.self, "1 month", "'month' is not a unit of time: months and years differ in length", "'30 d'")
    expect(Duration.self, "P1Y", "'P1Y' is not a duration of ISO 8601 without months and years", "'PT15M'")
    expect(Duration.self, "7 min 6 h", "the parts of '7 min 6 h' do not fall in size", "'6 h 7 min'")
    expect(Duration.self, "1 s 2 s", "the parts of '1 s 2 s' do not fall in size", "largest unit first")
    expect(Duration.self, "1 h -5 min", "'h -' is not a unit of time", "use one of")
    expect(Duration.self, "0.5 ns", "'0.5 ns' is finer than the smallest unit", "fewer digits")
    expect(Duration.self, "16000 w", "'16000 w' is too large", "2^63")
    expect(Duration.self, "106751 d 24 h", "'106751 d 24 h' is too large", "292 years")
  }

  @Test func numbersWithoutEnd() {
    let zeros = "0." + String(repeating: "0", count: 60) + "1 s"
    let nines = String(repeating: "9", count: 40) + " B"
    expect(Duration.self, zeros, "'\(zeros)' has more digits than a quantity can hold", "at most 18")
    expect(ByteCount.self, nines, "'\(nines)' has more digits than a quantity can hold", "larger")
    expect(ByteCount.self, "9999999999999999999 PiB", "'9999999999999999999 PiB' is too large", "2^63")
    expect(ByteCount.self, "1\u{308} B", "'1\u{308} B' has more digits than a quantity can hold", "digits")
    expect(ByteCount.self, "½ B", "'½ B' does not begin with a number", "'4 GiB'")
  }

  @Test func byteCountsAndRates() {
    expect(ByteCount.self, "4 qb", "'qb' is not a unit of bytes", "GiB, GB")
    expect(ByteCount.self, "4 gb", "'gb' is ambiguous", "write '4 GB' for powers of 1,000 or '4 GiB'")
    expect(ByteCount.self, "1 T", "'T' is ambiguous", "write '1 TB' for powers of 1,000 or '1 TiB'")
    expect(ByteCount.self, "0.5 B", "'0.5 B' is finer than the smallest unit", "fewer digits")
    expect(ByteCount.self, "8192 PiB", "'8192 PiB' is too large", "2^63")
    expect(ByteRate.self, "5", "'5' has no unit", "'60 Mbit/s'")
    expect(ByteRate.self, "5 MB", "'MB' is not a unit of rate", "'5 MB/s' or '5 MB/d'")
    expect(ByteRate.self, "5 MB/fortnight", "'MB/fortnight' is not a unit of rate", "'30 GiB/d'")
    expect(ByteRate.self, "5 MB/s/s", "'MB/s/s' is not a unit of rate", "per time")
    expect(ByteRate.self, "9000 PiB/s", "'9000 PiB/s' is too large", "2^63")
  }

  @Test func theLargestAmountPerDayDoesNotTrap() throws {
    #expect(try ByteRate(parsing: "9223372036854775.807 B/d").millibytesPerSecond == 106_751_991_167_301)
  }

  @Test func ratiosMoneyScalesAndInstants() {
    expect(Ratio.self, "3 percent", "'percent' is not a unit of a ratio", "'3 %'")
    expect(Ratio.self, "", "a quantity is missing", "'3 %'")
    expect(Money.self, "12.50", "'12.50' does not begin with a currency", "'EUR 12.50'")
    expect(Money.self, "eur 12.50", "'eur 12.50' does not begin with a currency", "'EUR 12.50'")
    expect(Money.self, "EUR", "a quantity is missing", "'EUR 12.50'")
    expect(Money.self, "EUR 12.50 net", "'net' stands behind the amount", "currency first")
    expect(Money.self, "EUR 12.505", "'EUR 12.505' is finer than the smallest unit", "fewer digits")
    for text in ["", "0", "2", "1/", "1/0", "1/1000000001", "1/2/3", "2/3", "1/-4", "1/4.5"] {
      expect(Scale.self, text, "'\(text)' is not a scale", "'1/4096'")
    }
    for text in [
      "", "yesterday", "2026-13-01", "2026-00-01", "2026-02-29", "2026-03-32", "1699-12-31", "2251-01-01",
      "2026-03-02T", "2026-03-02T14:30Z", "2026-03-02T14:30:00", "2026-03-02T24:00:00Z",
      "2026-03-02T14:60:00Z", "2026-03-02T14:30:60Z", "2026-03-02T14:30:00.Z",
      "2026-03-02T14:30:00.1234567890Z", "2026-03-02T14:30:00+01:00", "2026-03-02T14:30:00ZT", "-2026-03-02",
      "２０２６-03-02",
    ] {
      expect(Instant.self, text, "'\(text)' is not an instant", "'2026-03-02T14:30:00Z'")
    }
  }

  @Test func currencies() {
    #expect(Currency(code: "EUR")?.description == "EUR")
    for code in ["", "EU", "EURO", "eur", "E R", "ÄÖ"] { #expect(Currency(code: code) == nil) }
  }
}
