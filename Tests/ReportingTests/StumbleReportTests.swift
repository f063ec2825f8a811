import Assessment
import Documents
import Reporting
import ScenarioLanguage
import Testing
import Units

/// Attempts that failed stand in every report, and a report without any says nothing of them.
@Suite struct StumbleReportTests {
  /// The first restore of a drill took the wrong point for 2 h.
  private func report() throws -> Report {
    var report = try SmallReport.report()
    var disaster = report.strategies[0].disasters[0]
    for place in disaster.drills.indices {
      let drill = disaster.drills[place]
      let index = try #require(drill.timeline.firstIndex { $0.phase == .restoreData })
      var failed = drill.timeline[index]
      failed.end = failed.start + .hours(2)
      failed.hasFailed = true
      disaster.drills[place].timeline[index] = failed
    }
    report.strategies[0].disasters[0] = disaster
    let stumble = Stumble(chance: .percent(20), retryChance: .percent(10), attempts: 3, lost: nil)
    report.scenario.strategies[0].recovery.stumbles[.restoreData] = stumble
    report.strategies[0].strategy = report.scenario.strategies[0]
    return report
  }

  /// The Markdown with single spaces.
  private func unpadded(_ report: Report) throws -> String {
    MarkdownReport(report).text.split(separator: " ").joined(separator: " ")
  }

  @Test func theReportCountsThem() throws {
    let text = try unpadded(report())
    #expect(text.contains("Steps that failed and were repeated"))
    #expect(text.contains("| `deletion` | 3 of 3 | 3 | 1 | 2 h |"))
    #expect(text.contains("| `nightly` | `restore_data` | 20 % | 10 % | 3 | as long as the step takes |"))
    let without = try unpadded(SmallReport.report())
    #expect(!without.contains("repeated attempt") && !without.contains("were repeated"))
  }

  @Test func theStepsNameThem() throws {
    let document = JSONReport(try report()).text
    #expect(document.contains("\"has_failed\": true"))
    let explanation = try Explanation(
      of: "strategies.nightly.disasters.deletion.rto.achieved.max",
      in: try ReportDocument(SourceText(name: "report.json", text: document)))
    #expect(explanation.text.contains("restore_data web, attempt 1 failed"), "\(explanation.text)")
    #expect(!JSONReport(try SmallReport.report()).text.contains("has_failed"))
  }
}
