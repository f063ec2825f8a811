import Decision
import Documents
import ScenarioLanguage
import Testing
import Units

@Suite struct RiskInputTests {
  private func refusal(_ file: ScenarioFile) throws -> String {
    let error = try #require(throws: InputError.self) { try RiskInput(file) }
    return error.description
  }

  @Test func aDisasterWithoutARateIsNamedWithItsLine() throws {
    let text = SmallShop.text.replacing("perYear: 0.25, ", with: "")
    let message = try refusal(try SmallShop.file(text: text))
    #expect(message.contains("'array-failure' does not say how often it is expected"))
    #expect(message.contains("shop.yaml:44:3"))
  }

  @Test func missingPenaltiesAreToldBeforeAnythingIsRehearsed() throws {
    let text = SmallShop.text.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.contains("penalties") }.joined(separator: "\n")
    #expect(try refusal(try SmallShop.file(text: text)).contains("what an outage costs the business"))
  }

  @Test func anIntervalGivesTheYearlyRate() throws {
    let text = SmallShop.text.replacing(
      "perYear: 0.25", with: "interval: { exponential: { mean: 730 d } }, cluster: { mean: 1, within: 2 d }")
    let disaster = try SmallShop.file(text: text).scenario.disasters[1]
    #expect(disaster.perYear == .one)
    #expect(abs((Hazard(disaster)?.perYear ?? 0) - 1) < 1e-9)
  }

  @Test func aRateAndAnIntervalExcludeEachOther() throws {
    let text = SmallShop.text.replacing("perYear: 0.25", with: "perYear: 1, interval: 30 d")
    #expect(throws: InputError.self) { try SmallShop.file(text: text) }
  }
}

@Suite struct MeasuredRecoveryTests {
  @Test func theCopiesAndTheirEndAreThoseOfTheScenario() throws {
    let scenario = try SmallShop.file().scenario
    let nightly = StrategyCopies(of: scenario.strategies[0], in: scenario)
    #expect(nightly.names == ["production", "vault vault"])
    #expect(nightly.destroyed(by: scenario.disasters[0]) == 0b01)
    #expect(nightly.destroyed(by: scenario.disasters[1]) == 0b01)
    let hot = StrategyCopies(of: scenario.strategies[1], in: scenario)
    #expect(hot.names == ["production", "standby at there"])
    // A deletion is replicated; the loss of the array makes the standby take over.
    #expect(hot.destroyed(by: scenario.disasters[0]) == 0b11)
    #expect(hot.destroyed(by: scenario.disasters[1]) == 0b01)
    #expect(hot.consumed(by: scenario.disasters[1]) == 0b10)
  }

  @Test func secondDisastersAreRehearsedInTheMiddleOfTheFirstRecovery() async throws {
    let scenario = try SmallShop.file().scenario
    let recoveries = MeasuredRecoveries(try await scenario.rehearsed(jobs: 2))
    let overlaps = Overlap.all(in: scenario, recoveries, years: 100_000)
    #expect(overlaps.first == overlaps.max { $0.expected < $1.expected })
    let both = scenario.rehearsing(Array(overlaps.prefix(1)), recoveries, strikes: 3)
    let measured = MeasuredOverlaps(MeasuredRecoveries(try await both.rehearsed(jobs: 2)))
    let drills = measured.recoveries(
      of: "nightly", first: overlaps[0].first, second: overlaps[0].second)?.drills
    #expect(drills?.count == 3)
  }

  @Test func aTableIsReadWithItsQuotes() throws {
    let text = "a,b\r\n\"x, \"\"y\"\"\",\r\n\"\",\"2\n3\"\r\n"
    let table = try CommaSeparatedTable(SourceText(name: "t", text: text))
    #expect(table.columns == ["a", "b"])
    #expect(table.rows == [["x, \"y\"", ""], ["", "2\n3"]])
  }
}
