import Statistics
import Testing
import Units

@Suite struct PairedDifferenceTests {
  /// Differences 1, 2, 3, 4, 5 min: mean 3, standard error sqrt(2.5 / 5), Student's 97.5 % point of 4 degrees 2.776445.
  @Test func theIntervalIsStudentsOfTheDifferences() throws {
    let values = [11, 12, 13, 14, 15].map { Achieved.duration(.minutes($0)) }
    let others = [10, 10, 10, 10, 10].map { Achieved.duration(.minutes($0)) }
    let difference = try #require(PairedDifference(values, minus: others))
    #expect(difference.mean == .minutes(3) && difference.pairs == 5)
    let reach = 2.776_445_105 * (2.5 / 5.0).squareRoot() * 60
    let interval = try #require(difference.interval)
    #expect(abs(interval.lower.seconds - (180 - reach)) < 1e-5)
    #expect(abs(interval.upper.seconds - (180 + reach)) < 1e-5)
  }

  @Test func aPairThatDidNotComeBackIsCountedAndNotAveraged() throws {
    let difference = try #require(
      PairedDifference(
        [.unrecoverable, .duration(.minutes(5))], minus: [.duration(.zero), .duration(.minutes(7))]))
    #expect(difference.mean == .minutes(-2) && difference.pairs == 1 && difference.unrecoverablePairs == 1)
    #expect(difference.interval == nil)
    #expect(PairedDifference([.unrecoverable], minus: [.duration(.zero)]) == nil)
  }

  /// The common part of both drills cancels out: the paired interval is narrow although the values vary wildly.
  @Test func commonRandomNumbersMakeTheIntervalNarrow() throws {
    var stream = RandomStream(seed: 5, stream: "pairs")
    let shared = (0..<200).map { _ in Int64(stream.below(36_000)) }
    let values = shared.map {
      Achieved.duration(.seconds($0 + 60) + .milliseconds(Int64(stream.below(2_000))))
    }
    let others = shared.map { Achieved.duration(.seconds($0)) }
    let interval = try #require(PairedDifference(values, minus: others)?.interval)
    #expect(interval.lower > .seconds(60) && interval.upper < .seconds(62))
  }
}
