import Decision
import Documents
import Testing
import Units

@Suite struct ThresholdTests {
  private static func search(
    _ threshold: Int64, from guess: Int64, range: ClosedRange<Int64> = 1_000...1_000_000_000_000
  ) async throws -> (found: ThresholdSearch.Threshold, trials: Int) {
    var trials = 0
    let found = try await ThresholdSearch(range: range).threshold(from: guess) {
      (amount: Int64) async throws(InputError) -> Bool in
      trials += 1
      return amount >= threshold
    }
    return (found, trials)
  }

  @Test(arguments: [1_001, 70_000, 123_456_789, 999_000_000_000])
  func bothSidesOfAThresholdWereTriedAndAreNear(_ threshold: Int64) async throws {
    for guess in [1, 125_000_000, 5_000_000_000_000] as [Int64] {
      let (found, trials) = try await Self.search(threshold, from: guess)
      let enough = try #require(found.enough)
      let tooLittle = try #require(found.tooLittle)
      #expect(tooLittle < threshold && threshold <= enough)
      #expect(Double(enough - tooLittle) <= 0.02 * Double(enough) || enough == tooLittle + 1)
      #expect(trials <= 32)
    }
  }

  @Test func aRangeThatIsAllEnoughHasNoOtherSide() async throws {
    let (found, _) = try await Self.search(1, from: 4, range: 2...8)
    #expect(found == ThresholdSearch.Threshold(enough: 2, tooLittle: nil))
  }

  @Test func aRangeThatIsNowhereEnoughSaysSo() async throws {
    let (found, _) = try await Self.search(9, from: 4, range: 2...8)
    #expect(found == ThresholdSearch.Threshold(enough: nil, tooLittle: 8))
  }

  @Test func peopleAreCountedOneByOne() async throws {
    let (found, _) = try await Self.search(7, from: 2, range: 1...12)
    #expect(found == ThresholdSearch.Threshold(enough: 7, tooLittle: 6))
  }
}
