import Statistics
import Testing
import Units

@Suite struct SampleTests {
  private func sample(_ seconds: [Int64], unrecoverable: Int = 0) throws -> Sample {
    let values = seconds.map { Achieved.duration(.seconds($0)) }
    return try #require(Sample(values + [Achieved](repeating: .unrecoverable, count: unrecoverable)))
  }

  private func seconds(_ n: Int64) -> Achieved { .duration(.seconds(n)) }

  @Test func aQuantileIsTheSmallestValueThatTheAskedShareDoesNotExceed() throws {
    let ten = try sample([9, 3, 7, 1, 10, 5, 2, 8, 6, 4])
    #expect(ten.quantile(.percent(50)) == seconds(5))
    #expect(ten.quantile(Ratio(billionths: 500_000_001)) == seconds(6))
    #expect(ten.quantile(.percent(95)) == seconds(10))
    #expect(ten.quantile(.percent(90)) == seconds(9))
    #expect(ten.quantile(Ratio(billionths: 1)) == seconds(1))
    #expect(ten.quantile(.one) == ten.maximum)
    let hundred = try sample(Array(1...100))
    #expect(hundred.quantile(.percent(99)) == seconds(99))
    #expect(try sample([4]).quantile(.percent(50)) == seconds(4))
  }

  @Test func unrecoverableReachesEveryAggregateThatItTouches() throws {
    let summary = Summary(of: try sample(Array(1...18), unrecoverable: 2))
    #expect(summary.count == 20)
    #expect(summary.unrecoverableCount == 2)
    #expect(summary.p50.value == seconds(10))
    #expect(summary.p95.value == .unrecoverable)
    #expect(summary.p99.value == .unrecoverable)
    #expect(summary.maximum == .unrecoverable)
    #expect(summary.mean.value == .unrecoverable)
    #expect(summary.mean.interval?.upper == .unrecoverable)
    #expect(summary.p95.interval?.upper == nil)
    #expect(summary.p50.interval?.upper?.duration != nil)
  }

  @Test func unrecoverableIsBeyondEveryDurationAndNoSumBringsItBack() {
    #expect(Achieved.duration(.max) < .unrecoverable)
    #expect(Achieved.unrecoverable + .duration(.zero) == .unrecoverable)
    #expect(Achieved.duration(.seconds(1)) + .duration(.seconds(2)) == .duration(.seconds(3)))
    #expect("\(Achieved.unrecoverable)" == "unrecoverable")
  }

  @Test func theMeanIsRoundedToTheNearestNanosecond() throws {
    func mean(_ values: [Int64]) -> Achieved? {
      Sample(values.map { .duration(.nanoseconds($0)) })?.mean
    }
    #expect(mean([1, 2, 2]) == .duration(.nanoseconds(2)))
    #expect(mean([1, 1, 2]) == .duration(.nanoseconds(1)))
    #expect(mean([.max, .max]) == .duration(.max))
  }

  @Test func noValuesAreNoSample() {
    #expect(Sample([]) == nil)
  }
}
