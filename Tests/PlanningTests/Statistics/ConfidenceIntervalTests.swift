import Statistics
import Testing
import Units

@Suite struct ConfidenceIntervalTests {
  private func sample(_ seconds: [Int64]) throws -> Sample {
    try #require(Sample(seconds.map { .duration(.seconds($0)) }))
  }

  /// The median of ten values lies between the second and the ninth with probability 1 - 22 / 1024 = 97.9 %, between the
  /// third and the eighth with 1 - 112 / 1024 = 89.1 %. For 95 % the bound lies 2.5 % - 11 / 1024 of the 45 / 1024 between
  /// the ranks 2 and 3 up, on Hettmansperger and Sheather's curve (n - r) I / (r + (n - 2 r) I).
  @Test func theIntervalOfTheMedianOfTenIsInterpolatedAsInThePaper() throws {
    let interval = try #require(try sample(Array(1...10)).interval(ofQuantile: .percent(50)))
    let share = (0.025 - 11.0 / 1_024) / (45.0 / 1_024)
    let lower = 2 + 8 * share / (2 + 6 * share)
    #expect(abs((interval.lower?.duration?.seconds ?? 0) - lower) < 2e-9)
    #expect(abs((interval.upper?.duration?.seconds ?? 0) - (11 - lower)) < 2e-9)
    #expect(interval.confidence == .percent(95))
  }

  @Test func anExtremeQuantileOfAFewDrillsHasNoUpperBound() throws {
    let interval = try #require(try sample(Array(1...200)).interval(ofQuantile: .percent(99)))
    #expect(interval.upper == nil)
    #expect(try #require(interval.lower) > .duration(.seconds(190)))
    let low = try #require(try sample(Array(1...200)).interval(ofQuantile: .percent(1)))
    #expect(low.lower == nil && low.upper != nil)
  }

  @Test func aSampleThatBoundsNothingHasNoInterval() throws {
    #expect(try sample([1]).interval(ofQuantile: .percent(50)) == nil)
    #expect(try sample([1, 2]).interval(ofQuantile: .percent(50)) == nil)
    #expect(try sample([1]).intervalOfMean() == nil)
  }

  @Test func equalValuesHaveAnIntervalOfNoWidth() throws {
    let same = try sample([Int64](repeating: 7, count: 30))
    for interval in [same.interval(ofQuantile: .percent(50)), same.intervalOfMean()] {
      #expect(interval?.lower == .duration(.seconds(7)) && interval?.upper == .duration(.seconds(7)))
    }
  }

  /// Student's t of 97.5 % with 4 degrees of freedom is 2.776445105; the standard error of 1...5 is the root of 1/2.
  @Test func theIntervalOfTheMeanIsStudents() throws {
    let interval = try #require(try sample([1, 2, 3, 4, 5]).intervalOfMean())
    let reach = 2.776445105198 * 0.5.squareRoot()
    #expect(abs((interval.lower?.duration?.seconds ?? 0) - (3 - reach)) < 2e-9)
    #expect(abs((interval.upper?.duration?.seconds ?? 0) - (3 + reach)) < 2e-9)
  }

  /// 1,000 experiments of 200 drills each. The share of intervals that hold the truth has a standard error of 0.7 points.
  @Test(arguments: [50, 95, 99] as [Int64])
  func about95Of100IntervalsHoldTheTrueQuantile(percent: Int64) throws {
    let families: [Distribution.Family] = [
      .exponential(mean: .hours(1)), .uniform(from: .zero, to: .hours(1)),
      .lognormal(median: .minutes(15), p95: .hours(4)),
    ]
    for (index, family) in families.enumerated() {
      let distribution = try Distribution(family)
      let truth = Achieved.duration(distribution.draw(uniform: Double(percent) / 100))
      let hits = try (0..<1_000).count { experiment in
        var stream = RandomStream(
          seed: 1, stream: "coverage", entity: UInt32(index), index: UInt32(experiment))
        let drills = (0..<200).map { _ in Achieved.duration(distribution.draw(from: &stream)) }
        let interval = try #require(Sample(drills)?.interval(ofQuantile: .percent(percent)))
        return interval.contains(truth)
      }
      #expect((932...968).contains(hits), "\(distribution): \(hits)")
    }
  }

  @Test func about95Of100IntervalsHoldTheTrueMean() throws {
    let distribution = try Distribution(.uniform(from: .zero, to: .hours(1)))
    let hits = try (0..<1_000).count { experiment in
      var stream = RandomStream(seed: 3, stream: "mean", index: UInt32(experiment))
      let drills = (0..<200).map { _ in Achieved.duration(distribution.draw(from: &stream)) }
      return try #require(Sample(drills)?.intervalOfMean()).contains(.duration(distribution.mean))
    }
    #expect((932...968).contains(hits), "\(hits)")
  }
}
