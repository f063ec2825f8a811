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

  private func check(_ arguments: String...) throws -> Command {
    let cache = try #require(Self.cache).path
    return try Command(
      running: Command.executable,
      ["check", "shop.yaml", "--cache", cache, "--date", "2026-06-01"] + arguments,
      in: folder.path)
  }

  /// What the scenario gives now becomes the baseline.
  private func makeBaseline() throws {
    let cache = try #require(Self.cache).path
    _ = try Command(running: Command.executable, ["check", "shop.yaml", "--cache", cache], in: folder.path)
    let reports = try FileManager.default.contentsOfDirectory(atPath: cache).filter { $0.hasSuffix(".json") }
    // The newest one is that of the scenario as it is.
    let newest = try #require(
      reports.max { a, b in
        let dates = [a, b].map { name in
          (try? FileManager.default.attributesOfItem(atPath: "\(cache)/\(name)")[.modificationDate] as? Date)
            ?? .distantPast
        }
        return dates[0] < dates[1]
      })
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/baseline", withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: "\(cache)/\(newest)", toPath: "\(folder.path)/baseline/shop.json")
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

  @Test func anUntouchedScenarioHoldsAndItsSummaryIsEmpty() throws {
    try makeBaseline()
    let command = try check(
      "--baseline", "baseline", "--junit", "j.xml", "--sarif", "s.sarif", "--summary", "s.md")
    #expect(command.status == 0, "\(command.output)\(command.errors)")
    #expect(command.output.hasPrefix("shop: held ("))
    #expect(try text("s.md").isEmpty)
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

  /// What SARIF 2.1.0 requires: version, runs, tool.driver.name; of a result message, and where it is.
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

  /// What readers of JUnit XML require: counts that are right, and a name and class of every case.
  private func checkJUnit(_ text: String) throws {
    #expect(text.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "))
    let cases = text.split(separator: "<testcase ").dropFirst()
    #expect(cases.allSatisfy { $0.contains("classname=\"shop.nightly\"") && $0.contains("name=\"") })
    let failed = text.split(separator: "<failure ").count - 1
    #expect(failed > 0)
    #expect(text.contains("<testsuite name=\"shop\" tests=\"\(cases.count)\" failures=\"\(failed)\""))
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

  @Test func whoseWaiverExpiredIsToldToMendIt() throws {
    let section = "check:\n  waivers:\n    - { owner: ops, expires: 2026-05-31, reason: later }\n"
    try folder.write(SmallScenario.text + section, to: "shop.yaml")
    let command = try check("--sarif", "s.sarif")
    #expect(command.status == 2)
    #expect(command.errors.contains("error: the waiver of ops expired on 2026-05-31"))
    #expect(command.errors.contains("hint: mend what it excuses"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/s.sarif"))
  }

  @Test func withoutABaselineTheCodeIsThree() throws {
    let command = try check("--baseline", "nowhere")
    #expect(command.status == 3)
    #expect(command.errors.contains("nowhere/shop.json: error: there is no baseline here"))
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
  func aBaselineThatIsNoneIsBadInput(_ text: String, _ message: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/baseline", withIntermediateDirectories: true)
    try folder.write(text, to: "baseline/shop.json")
    let command = try check("--baseline", "baseline", "--summary", "s.md")
    #expect(command.status == 2)
    #expect(command.errors.contains(message) && command.errors.contains("hint: "))
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/s.md"))
  }
}
