import Statistics
import Testing
import Units

@Suite struct RenewalProcessTests {
  private let year = Instant.epoch..<Instant.epoch + .days(365)

  @Test func aConstantIntervalFailsAsRegularlyAsAClockAndNotAtTheEndOfTheWindow() throws {
    let process = try RenewalProcess(every: Distribution(.constant(.days(73))))
    let stream = RandomStream(seed: 1, stream: "failures")
    #expect(
      Array(process.arrivals(in: year, from: stream)) == (1...4).map { .epoch + .days(73 * $0) })
  }

  @Test func theSameStreamGivesTheSameFailures() throws {
    let process = try RenewalProcess.poisson(every: .days(10))
    let stream = RandomStream(seed: 7, stream: "failures", entity: 3)
    let first = Array(process.arrivals(in: year, from: stream))
    #expect(first == Array(process.arrivals(in: year, from: stream)))
    #expect(first.allSatisfy(year.contains))
    #expect(zip(first, first.dropFirst()).allSatisfy { $0 < $1 })
  }

  /// The counts of a Poisson process have their variance equal to their mean: 36.5 in a year, here over 4,000 years with
  /// a standard error of 0.096 for the mean and 0.82 for the variance.
  @Test func theFailuresOfAPoissonProcessCountAsPoissonDoes() throws {
    let process = try RenewalProcess.poisson(every: .days(10))
    let counts = (0..<4_000).map { entity in
      let stream = RandomStream(seed: 2_026, stream: "failures", entity: UInt32(entity))
      return Double(process.arrivals(in: year, from: stream).reduce(0) { count, _ in count + 1 })
    }
    let mean = counts.reduce(0, +) / 4_000
    let variance = counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3_999
    #expect(abs(mean - 36.5) < 0.3)
    #expect(abs(variance - 36.5) < 2.5)
  }

  @Test func anIntervalBeyondAllTimeNeverFails() throws {
    let process = try RenewalProcess(every: Distribution(.constant(.max - .seconds(1_000_000_000))))
    let stream = RandomStream(seed: 1, stream: "failures")
    #expect(Array(process.arrivals(in: year, from: stream)).isEmpty)
  }

  @Test func failuresThatLeaveNoTimeBetweenAreRefused() throws {
    let never = try Distribution(.constant(.zero))
    #expect(throws: QuantityError.self) { try RenewalProcess(every: never) }
  }
}
