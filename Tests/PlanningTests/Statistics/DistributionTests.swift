import Statistics
import Testing
import Units

@Suite struct DistributionTests {
  static let families: [Distribution.Family] = [
    .constant(.minutes(15)),
    .uniform(from: .minutes(5), to: .minutes(25)),
    .exponential(mean: .hours(1_000)),
    .weibull(shape: 0.5, scale: .hours(1)),
    .weibull(shape: 3, scale: .days(400)),
    .lognormal(median: .minutes(15), p95: .hours(1)),
    .gamma(shape: 0.05, mean: .hours(2)),
    .gamma(shape: 4, mean: .hours(2)),
    .gamma(shape: 10_000, mean: .hours(2)),
  ]

  @Test(arguments: [
    (Distribution.Family.constant(.minutes(15)), 0.3, 900.0),
    (.uniform(from: .minutes(5), to: .minutes(25)), 0.25, 600.0),
    (.lognormal(median: .minutes(15), p95: .hours(1)), 0.5, 900.0),
    (.lognormal(median: .minutes(15), p95: .hours(1)), 0.95, 3_600.0),
    // -ln(1/2), twice over in shape 0.5.
    (.exponential(mean: .hours(1)), 0.5, 2_495.329850016),
    (.weibull(shape: 0.5, scale: .hours(1)), 0.5, 1_729.630850106),
    // The median of a sum of two exponential steps of mean 1 is 1.678346990.
    (.gamma(shape: 2, mean: .seconds(2)), 0.5, 1.678346990),
  ])
  func aDrawIsTheQuantileOfItsUniformNumber(
    family: Distribution.Family, uniform: Double, seconds: Double
  ) throws {
    let draw = try Distribution(family).draw(uniform: uniform)
    #expect(abs(draw.seconds - seconds) < 2e-9)
  }

  @Test(arguments: families)
  func aLargerUniformNumberNeverGivesAShorterTime(family: Distribution.Family) throws {
    let distribution = try Distribution(family)
    let tails = [0x1p-54, 1e-12, 1e-6]
    let grid = tails + (1..<200).map { Double($0) / 200 } + tails.reversed().map { 1 - $0.nextUp }
    let draws = grid.map { distribution.draw(uniform: $0) }
    #expect(draws.allSatisfy { $0 >= .zero })
    #expect(zip(draws, draws.dropFirst()).allSatisfy { $0 <= $1 })
  }

  /// Over a fine grid of uniform numbers the draws average to the mean (the midpoint rule of the quantile function).
  @Test(arguments: families)
  func theMeanIsTheAverageOfTheDraws(family: Distribution.Family) throws {
    let distribution = try Distribution(family)
    let cells = 40_000
    let sum = (0..<cells).reduce(0.0) { sum, cell in
      sum + distribution.draw(uniform: (Double(cell) + 0.5) / Double(cells)).seconds
    }
    let ratio = sum / Double(cells) / distribution.mean.seconds
    #expect(abs(ratio - 1) < 0.002, "\(distribution): \(ratio)")
  }

  @Test func aDrawBeyondTheRangeIsTheLongestDuration() throws {
    let distribution = try Distribution(.exponential(mean: .days(36_500)))
    #expect(distribution.draw(uniform: 0.99) == .max)
  }

  @Test(arguments: [
    Distribution.Family.constant(.seconds(-1)),
    .uniform(from: .minutes(5), to: .minutes(5)),
    .uniform(from: .minutes(-5), to: .minutes(5)),
    .exponential(mean: .zero),
    .weibull(shape: 0, scale: .hours(1)),
    .weibull(shape: .nan, scale: .hours(1)),
    .weibull(shape: 2, scale: .zero),
    .lognormal(median: .hours(1), p95: .hours(1)),
    .lognormal(median: .zero, p95: .hours(1)),
    .lognormal(median: .nanoseconds(1), p95: .max),
    .gamma(shape: .infinity, mean: .hours(1)),
    .gamma(shape: 2, mean: .seconds(-1)),
  ])
  func parametersThatMakeNoSenseAreRefusedWithAHint(family: Distribution.Family) {
    let error = #expect(throws: QuantityError.self) { try Distribution(family) }
    #expect(error?.hint.isEmpty == false)
  }
}
