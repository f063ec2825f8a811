import Testing
import Units

@Suite("Arithmetic of quantities")
struct ArithmeticTests {
  @Test func movingRoundsUpAndMovedRoundsDown() {
    let rate = ByteRate.bytesPerSecond(3)
    #expect(rate.time(for: ByteCount(1)) == .nanoseconds(333_333_334))
    #expect(rate.time(for: ByteCount(3)) == .seconds(1))
    #expect(rate.time(for: .zero) == .zero)
    #expect(rate.bytes(in: .nanoseconds(333_333_333)) == .zero)
    #expect(rate.bytes(in: .nanoseconds(333_333_334)) == ByteCount(1))
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func theTimeForBytesMovesThemAndANanosecondLessDoesNot(seed: UInt64) {
    var random = RandomStream(seed: seed, stream: "rate")
    for _ in 0..<500 {
      let rate = ByteRate(millibytesPerSecond: 1_000 + Int64(random.below(1 << (1 + random.below(40)))))
      let count = ByteCount(1 + Int64(random.below(1 << (1 + random.below(30)))))
      let time = rate.time(for: count)
      #expect(rate.bytes(in: time) >= count, "seed \(seed): \(rate), \(count)")
      #expect(rate.bytes(in: time - .nanoseconds(1)) < count, "seed \(seed): \(rate), \(count)")
    }
  }

  @Test func aShareRoundsDown() {
    #expect(Ratio.percent(3).of(ByteCount(100)) == ByteCount(3))
    #expect(Ratio.percent(50).of(ByteCount(3)) == ByteCount(1))
    #expect(Ratio.one.of(ByteCount(Int64.max)) == ByteCount(Int64.max))
    #expect(Ratio.percent(150).of(ByteCount(2)) == ByteCount(3))
  }

  @Test func secondsThatAreNoDurationAreRefused() {
    #expect(Duration(seconds: 1.5) == .milliseconds(1_500))
    #expect(Duration(seconds: 0.000_000_000_4) == .zero)
    for seconds in [Double.nan, .infinity, -.infinity, 1e10, -1e10] {
      #expect(Duration(seconds: seconds) == nil)
    }
  }

  @Test func twoCurrenciesHaveNoSum() async {
    await #expect(processExitsWith: .failure) {
      guard let euro = Currency(code: "EUR"), let franc = Currency(code: "CHF") else { return }
      _ = Money(minorUnits: 1, currency: euro) + Money(minorUnits: 1, currency: franc)
    }
  }
}

@Suite("Scale")
struct ScaleTests {
  @Test func sizesAreDividedAndRoundedUpToWholeGranules() {
    let scale = Scale(denominator: 4_096)
    #expect(scale.applied(to: .gibibytes(4)) == .mebibytes(1))
    #expect(scale.applied(to: ByteCount(1)) == ByteCount(1))
    #expect(scale.applied(to: ByteCount(4_097)) == ByteCount(2))
    #expect(scale.applied(to: ByteCount(1), granule: .kibibytes(4)) == .kibibytes(4))
    #expect(scale.applied(to: .mebibytes(17), granule: .kibibytes(4)) == .kibibytes(8))
  }

  @Test func nothingScalesToNothingExceptNothing() {
    let scale = Scale(denominator: 1_000_000_000)
    #expect(scale.applied(to: ByteRate(millibytesPerSecond: 1)) == ByteRate(millibytesPerSecond: 1))
    #expect(scale.applied(to: ByteCount(1)) == ByteCount(1))
    #expect(scale.applied(to: ByteRate.zero) == .zero)
    #expect(scale.applied(to: ByteCount.zero) == .zero)
  }

  @Test func ratesRoundToTheNearest() {
    let scale = Scale(denominator: 4)
    #expect(scale.applied(to: ByteRate(millibytesPerSecond: 9)) == ByteRate(millibytesPerSecond: 2))
    #expect(scale.applied(to: ByteRate(millibytesPerSecond: 10)) == ByteRate(millibytesPerSecond: 3))
  }

  @Test func atFullScaleNothingChanges() {
    #expect(Scale.full.applied(to: ByteCount(12_345)) == ByteCount(12_345))
    #expect(Scale.full.applied(to: ByteRate(millibytesPerSecond: 7)) == ByteRate(millibytesPerSecond: 7))
    #expect(Scale(denominator: 8).unscaled(ByteCount(5)) == ByteCount(40))
  }

  /// Sizes and rates are divided alike, so the time to move a whole number of granules is the same at every scale.
  @Test(arguments: [1, 2, 256, 4_096] as [Int64])
  func timesDoNotScale(denominator: Int64) {
    let scale = Scale(denominator: denominator)
    let time = scale.applied(to: ByteRate.bytesPerSecond(256_000_000)).time(
      for: scale.applied(to: .gibibytes(64)))
    #expect(time == ByteRate.bytesPerSecond(256_000_000).time(for: .gibibytes(64)))
  }
}
