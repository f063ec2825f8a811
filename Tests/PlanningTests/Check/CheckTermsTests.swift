import Documents
import ScenarioLanguage
import Testing
import Units

@Suite struct CheckTermsTests {
  private func complaint(_ section: String) -> String {
    do {
      _ = try ScenarioFile(SourceText(name: "shop.yaml", text: Shop.text + section + "\n"))
      return "nothing"
    } catch {
      return "\(error)"
    }
  }

  @Test func thresholdsAreReadInTheUnitOfTheirMetric() throws {
    let file = try ScenarioFile(
      SourceText(
        name: "shop.yaml",
        text: Shop.text + """
          check:
            tolerance: 5 %
            thresholds:
              - { metric: rpo.p95, strategy: hourly, disaster: fire, atMost: 2 h }
              - { metric: protection.ratio, atMost: 40 % }
              - { metric: protection.cost, atMost: USD 5000 }
              - { metric: met.share, atLeast: 90 % }

          """))
    let thresholds = file.scenario.check.thresholds
    #expect(
      thresholds.map(\.bound) == [
        .time(.hours(2)), .share(.percent(40)), .money(try Money(parsing: "USD 5000")), .share(.percent(90)),
      ])
    #expect(thresholds.map(\.isUpperBound) == [true, true, true, false])
    let lines = Shop.text.split(separator: "\n", omittingEmptySubsequences: false).count
    #expect(thresholds.map(\.line) == (3...6).map { lines + $0 })
  }

  @Test(
    arguments: [
      (
        "check: { thresholds: [{ metric: rpo.p96, atMost: 2 h }] }", "there is no metric 'rpo.p96'",
        "did you mean 'rpo.p9"
      ),
      (
        "check: { thresholds: [{ metric: rpo.p95, atMost: 20 % }] }", "'%' is not a unit of time",
        "use one of"
      ),
      (
        "check: { thresholds: [{ metric: rpo.p95 }] }", "a threshold has one bound",
        "give 'atMost' or 'atLeast'"
      ),
      (
        "check: { thresholds: [{ metric: rpo.p95, strategy: hurly, atMost: 2 h }] }",
        "there is no strategy 'hurly'", "did you mean 'hourly'?"
      ),
      (
        "check: { thresholds: [{ metric: protection.cost, disaster: fire, atMost: USD 1 }] }",
        "'protection.cost' is measured of a strategy", "remove 'disaster'"
      ),
      (
        "check: { thresholds: [{ metric: protection.cost, atMost: EUR 1 }] }",
        "the threshold is in EUR, the price book in USD", "write the threshold in USD"
      ),
      (
        "check: { waivers: [{ owner: ops, expires: soon, reason: r }] }", "'soon' is not an instant",
        "write UTC time"
      ),
      (
        "costs: { penalties: { outagePerHour: EUR 1, dataLossPerHour: USD 1 } }",
        "these amounts are in several currencies", "write all of them in EUR"
      ),
      (
        "costs: { penalties: { outagePerHour: EUR 1, dataLossPerHour: EUR 1 } }",
        "the penalties are in EUR, the price book in USD", "write the penalties in USD"
      ),
      ("prices: nowhere.yaml", "there is no such file", "check the path"),
      ("precision: { drillsMaximum: 100 }", "nothing is to be known precisely", "give 'rpo' or 'rto'"),
    ])
  func whatMakesNoSenseIsToldWithItsMend(_ section: String, _ message: String, _ hint: String) {
    let text = complaint(section)
    #expect(text.contains(message))
    #expect(text.contains("hint: ") && text.contains(hint))
  }
}
