import Assessment
import ScenarioLanguage
import Testing
import Units

@Suite struct MetricTests {
  @Test func unrecoverableIsWorseThanEveryTime() {
    #expect(MetricValue.time(.days(3_000)) < .unrecoverable)
    #expect(MetricValue.share(.percent(2)) < .share(.percent(3)))
  }

  @Test func aReportReadsBackWhatItSays() throws {
    let text = """
      {"format": "firedrill report 2", "scenario": "shop", "settings": {"seed": "7"},
       "costs": {"currency": "USD"},
       "strategies": [{"name": "a.b", "costs": {"protection_cost_minor": 1234, "protection_ratio": "0.018"},
         "disasters": [{"name": "fire", "drills": 4, "met_drills": 3, "unrecoverable_drills": 1,
           "rpo": {"achieved": {"p95": {"ns": 60000000000, "unrecoverable": false}, "max": {"ns": null, "unrecoverable": true}}}}]}]}
      """
    let report = try ReportDocument(text: text, name: "shop.json")
    func value(_ metric: Metric, _ disaster: String?) -> MetricValue? {
      report.value(of: metric, strategy: "a.b", disaster: disaster)
    }
    #expect(value(.rpoP95, "fire") == .time(.minutes(1)))
    #expect(value(.rpoMax, "fire") == .unrecoverable)
    #expect(value(.metShare, "fire") == .share(.percent(75)))
    #expect(value(.unrecoverableShare, "fire") == .share(.percent(25)))
    #expect(value(.protectionRatio, nil) == .share(Ratio(billionths: 18_000_000)))
    #expect(value(.protectionCost, nil) == .money(try Money(parsing: "USD 12.34")))
    #expect(value(.rtoP95, "fire") == nil)
    #expect(report.settings.map(\.path) == ["seed"])
  }

  @Test(
    arguments: [
      ("{", "this is not JSON"), ("[1.5]", "a number is not whole"),
      ("[]", "this is not a report of firedrill"),
      (
        "{\"format\": \"firedrill report 1\"}",
        "this is a 'firedrill report 1', and 'firedrill report 2' is read here"
      ),
      ("{} x", "something stands behind the end"),
      (String(repeating: "[", count: 5_000), "it is nested too deeply"),
      ("\"\\ud800\"", "an escape is unknown"), ("nul", "a value is missing"),
      ("{\"a\" 1}", "a colon is missing"),
    ])
  func whatIsNoReportIsTold(_ text: String, _ message: String) {
    #expect {
      try ReportDocument(text: text, name: "x.json")
    } throws: { error in
      "\(error)".contains(message) && "\(error)".contains("hint: ")
    }
  }
}
