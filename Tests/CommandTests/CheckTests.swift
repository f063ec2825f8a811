import Foundation
import Testing

/// `firedrill check` as a CI job runs it; everything that was rehearsed once comes from the cache of the suite.
@Suite(.serialized) struct CheckTests {
  private static let cache = try? ScratchFolder()
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write(SmallScenario.text, to: "shop.yaml")
  }

  private func check(_ arguments: String..., environment: [String: String] = [:]) throws -> Command {
    let cache = try #require(Self.cache).path
    return try Command(
      running: Command.executable,
      ["check", "shop.yaml", "--cache", cache, "--date", "2026-06-01"] + arguments, in: folder.path,
      environment: environment)
  }

  /// The present results become the baseline.
  private func makeBaseline() throws {
    let command = try check("--save-baseline", "baseline")
    #expect(command.status == 0, "\(command.output)\(command.errors)")
  }

  private func change(_ old: String, to new: String) throws {
    #expect(SmallScenario.text.contains(old))
    let text = SmallScenario.text.split(separator: old, omittingEmptySubsequences: false).joined(
      separator: new)
    try folder.write(text, to: "shop.yaml")
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
  }

  @Test func anUntouchedScenarioHoldsAndItsSummarySaysSoInOneLine() throws {
    try makeBaseline()
    let command = try check(
      "--baseline", "baseline", "--junit", "j.xml", "--sarif", "s.sarif", "--summary", "s.md")
    #expect(command.status == 0, "\(command.output)\(command.errors)")
    #expect(command.output.hasPrefix("shop: held ("))
    #expect(try text("s.md").hasPrefix("`shop`: unchanged, held ("))
    #expect(try text("s.md").split(separator: "\n").count == 1)
    let sarif = try #require(
      try JSONSerialization.jsonObject(with: Data(text("s.sarif").utf8)) as? [String: Any])
    let run = try #require((sarif["runs"] as? [[String: Any]])?.first)
    #expect((run["results"] as? [Any])?.isEmpty == true)
  }

  /// The rule stands in line 49 of the scenario: whoever made it daily instead of hourly is shown that line.
  @Test func aLengthenedIntervalFailsAtTheLineThatWasChanged() throws {
    try makeBaseline()
    try change(
      "FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0", to: "FREQ=DAILY;INTERVAL=2;BYHOUR=1;BYMINUTE=0;BYSECOND=0")
    let command = try check(
      "--baseline", "baseline", "--junit", "j.xml", "--sarif", "s.sarif", "--summary", "s.md")
    #expect(command.status == 1, "\(command.output)\(command.errors)")
    let lines = SmallScenario.text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0.contains("FREQ=DAILY") }) + 1
    #expect(command.output.contains("shop.yaml:\(line): failed: rpo."))
    #expect(command.output.contains("strategies.nightly.backups.0.schedule changed from"))
    try checkSARIF(text("s.sarif"), line: line)
    try checkJUnit(text("j.xml"))
    #expect(try text("s.md").contains("Changed in the scenario"))
  }

  /// The members that SARIF 2.1.0 requires: version, runs, tool.driver.name; of a result message, and where it is.
  private func checkSARIF(_ text: String, line: Int) throws {
    let sarif = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(sarif["version"] as? String == "2.1.0")
    #expect((sarif["$schema"] as? String)?.contains("sarif-schema-2.1.0.json") == true)
    let run = try #require((sarif["runs"] as? [[String: Any]])?.first)
    let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
    #expect(driver["name"] as? String == "firedrill")
    let rules = try #require(driver["rules"] as? [[String: Any]]).compactMap { $0["id"] as? String }
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(!results.isEmpty)
    for result in results {
      #expect(((result["message"] as? [String: Any])?["text"] as? String)?.isEmpty == false)
      #expect(rules.contains(result["ruleId"] as? String ?? ""))
      let location = try #require(
        (result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any])
      #expect((location["artifactLocation"] as? [String: Any])?["uri"] as? String == "shop.yaml")
      #expect((location["region"] as? [String: Any])?["startLine"] as? Int == line)
    }
  }

  /// The attributes that readers of JUnit XML require: counts that are right, and a name and class of every case.
  private func checkJUnit(_ text: String) throws {
    #expect(text.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "))
    let cases = text.split(separator: "<testcase ").dropFirst()
    #expect(cases.allSatisfy { $0.contains("classname=\"shop.nightly\"") && $0.contains("name=\"") })
    let failed = text.split(separator: "<failure ").count - 1
    #expect(failed > 0)
    #expect(text.contains("<testsuite name=\"shop\" tests=\"\(cases.count)\" failures=\"\(failed)\""))
    // Jenkins' schema has no 'skipped' on the root element.
    #expect(text.split(separator: "\n").dropFirst().first?.contains("skipped") == false)
  }

  @Test func aThresholdThatIsNotKeptIsAFailureAtItsLine() throws {
    let section = "check:\n  thresholds:\n    - { metric: rto.max, disaster: deletion, atMost: 1 min }\n"
    try folder.write(SmallScenario.text + section, to: "shop.yaml")
    let command = try check()
    let line = SmallScenario.text.split(separator: "\n", omittingEmptySubsequences: false).count + 2
    #expect(command.status == 1)
    #expect(command.output.contains("shop.yaml:\(line): failed: rto.max of nightly against deletion is"))
    #expect(command.output.contains("and the threshold asks for at most 1 min"))
    let waiver =
      "  waivers:\n    - { metric: rto.max, owner: operations, expires: 2026-06-01, reason: new array in July }\n"
    try folder.write(SmallScenario.text + section + waiver, to: "shop.yaml")
    let waived = try check()
    #expect(waived.status == 0, "\(waived.output)\(waived.errors)")
    #expect(waived.output.contains("waived by operations: rto.max of nightly"))
  }

  /// The scenario has no penalties, so no loss is measured; a gate that holds nothing would always be green.
  @Test func aThresholdThatChecksNoValueIsBadInputAtItsLine() throws {
    let section = "check:\n  thresholds:\n    - { metric: loss.expected, atMost: USD 0.01 }\n"
    try folder.write(SmallScenario.text + section, to: "shop.yaml")
    let command = try check("--junit", "j.xml")
    let line = SmallScenario.text.split(separator: "\n", omittingEmptySubsequences: false).count + 2
    #expect(command.status == 2, "\(command.output)\(command.errors)")
    #expect(
      command.errors.contains(
        "shop.yaml:\(line): error: this threshold checks no value: the run did not measure loss.expected"))
    #expect(!command.output.contains("held"))
    #expect(try text("j.xml").contains("errors=\"1\""))
  }

  @Test func anExpiredWaiverIsAProblemInEveryOutputAndStopsNothingElse() throws {
    let section = "check:\n  waivers:\n    - { owner: ops, expires: 2026-05-31, reason: later }\n"
    try folder.write(SmallScenario.text + section, to: "shop.yaml")
    let command = try check("--sarif", "s.sarif", "--junit", "j.xml", "--summary", "s.md")
    #expect(command.status == 2)
    #expect(command.errors.contains("error: the waiver of ops expired on 2026-05-31"))
    #expect(command.errors.contains("hint: mend what it excuses"))
    #expect(command.output.contains("shop: 1 problem"))
    #expect(try text("s.sarif").contains("\"waiver-current\""))
    #expect(try text("j.xml").contains("<error type=\"waiver-current\""))
    #expect(try text("s.md").contains("Could not be checked"))
  }

  @Test func withoutABaselineTheCodeIsThreeAndThresholdsAreStillHeld() throws {
    let command = try check("--baseline", "nowhere", "--junit", "j.xml")
    #expect(command.status == 3)
    #expect(command.errors.contains("nowhere/shop.json: error: there is no baseline here"))
    #expect(command.errors.contains("--save-baseline nowhere"))
    #expect(try text("j.xml").contains("errors=\"1\"") && text("j.xml").contains("name=\"rto\""))
  }

  @Test(
    arguments: [
      (
        "{\"format\": \"firedrill report 1\"}",
        "this is a 'firedrill report 1', and 'firedrill report 2' is read here"
      ),
      (
        "{\"format\": \"firedrill report 2\", \"scenario\": \"bank\"}",
        "this is a baseline of the scenario 'bank', not of 'shop'"
      ),
      ("RPO: 4 h", "this is not JSON as firedrill writes it"),
    ])
  func aBaselineThatIsNoneIsBadInputAndStandsInTheSummary(_ content: String, _ message: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/baseline", withIntermediateDirectories: true)
    try folder.write(content, to: "baseline/shop.json")
    let command = try check("--baseline", "baseline", "--summary", "s.md")
    #expect(command.status == 2)
    #expect(command.errors.contains(message) && command.errors.contains("hint: "))
    #expect(try text("s.md").contains("Could not be checked"))
  }

  @Test func aBadScenarioStopsOnlyItself() throws {
    try folder.write("title: A\n", to: "bad.yaml")
    let command = try check("bad.yaml", "--sarif", "s.sarif")
    #expect(command.status == 2)
    #expect(command.output.contains("shop: held (") && command.output.contains("bad: "))
    #expect(try text("s.sarif").contains("\"uri\": \"bad.yaml\""))
  }

  /// An RTO that is too long shows in p50, p95, p99, maximum and mean, against both disasters: one change, one failure.
  @Test func oneCauseIsOneFailureInEveryOutput() throws {
    try makeBaseline()
    try change("declare: 10 min", to: "declare: 9 h")
    let command = try check("--baseline", "baseline", "--junit", "j.xml", "--sarif", "s.sarif", "--json")
    #expect(command.status == 1)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(command.output.utf8)) as? [String: Any])
    let check = try #require((json["checks"] as? [[String: Any]])?.first)
    let findings = try #require(check["findings"] as? [[String: Any]])
    #expect(findings.count == 1 && findings[0]["aspect"] as? String == "rto")
    #expect(findings[0]["disasters"] as? [String] == ["deletion", "array-failure"])
    #expect(try text("j.xml").contains("failures=\"1\""))
    #expect(try text("s.sarif").split(separator: "\"ruleId\"").count == 2)
  }

  @Test func theObjectivesBindTheChosenStrategyAndNoOther() throws {
    let other = SmallScenario.text.replacing(
      "objectives: { rpo: 30 h", with: "chosen: nightly\nobjectives: { rpo: 30 h")
    let second = """
        hopeless:
          title: Nothing at all
          recovery:
            replace: { disk: 4 h, host: 1 h, device: 24 h }
            redirect: 5 min
            scanRate: 200 MB/s

      """
    try folder.write(other + second, to: "shop.yaml")
    let bound = try check()
    #expect(bound.status == 0, "\(bound.output)\(bound.errors)")
    #expect(bound.output.contains("of 1 strategy checked"))
    let free = try check("--strategy", "hopeless")
    #expect(free.status == 1)
    #expect(free.output.contains("unrecoverable.share of hopeless"))
    #expect(try check("--strategy", "hopless").errors.contains("did you mean 'hopeless'?"))
  }

  @Test func inGitHubActionsEveryFindingIsAnAnnotation() throws {
    let command = try check("--set", "objectives.rto=1 h", environment: ["GITHUB_ACTIONS": "true"])
    #expect(command.status == 1)
    #expect(command.output.contains("\n::error file=shop.yaml,line="))
    #expect(
      try !check("--set", "objectives.rto=1 h", environment: ["GITHUB_ACTIONS": ""]).output.contains(
        "::error"))
  }

  @Test func aTrendGrowsByALineAndIsDrawn() throws {
    _ = try check("--trend", "trend.csv")
    _ = try check("--trend", "trend.csv", "--seed", "8")
    let lines = try text("trend.csv").split(whereSeparator: \.isNewline)
    #expect(lines.count == 3 && lines[1].hasPrefix("2026-06-01,shop,nightly,"))
    #expect(try text("trend.svg").contains("<title id=\"trend-title\">Trend of checks</title>"))
  }
}
