import Rehearsals
import Reporting
import Testing
import Units

/// Unrecoverable is a state that reaches every aggregate, and no number stands for it anywhere.
@Suite struct UnrecoverableTests {
  @Test func oneUnrecoverableDrillIsTheVerdictOfEverything() throws {
    let report = try SmallReport.report()
    #expect(report.strategies[1].disasters[1].verdict == .unrecoverable)
    #expect(report.verdict == .unrecoverable)
  }

  @Test func theTableLeavesTheCellsOfAnUnrecoverableDrillEmpty() throws {
    let table = try StrictCSV(CSVReport(try SmallReport.report()).drills)
    for column in ["achieved_rpo_s", "achieved_rto_s", "lost_writes", "lost_bytes"] {
      for (cell, verdict) in zip(table[column], table["verdict"]) {
        #expect(cell.isEmpty == (verdict == "unrecoverable"))
      }
    }
  }

  @Test func theTableCountsUnrecoverableDrills() throws {
    let table = try StrictCSV(CSVReport(try SmallReport.report()).disasters)
    #expect(table["unrecoverable_drills"] == ["0", "3", "0", "1"])
    #expect(table["achieved_rpo_max_s"] == ["82800", "", "0", ""])
    #expect(table["achieved_rpo_p50_s"] == ["43200", "", "0", "3000"])
  }

  /// A table is sorted by its keys, and a CSV by `verdict_rank`.
  @Test func unrecoverableSortsBehindEveryNumber() throws {
    let report = try SmallReport.report()
    let page = HTMLReport(report).text
    let row = try #require(page.split(separator: "\n").first { $0.contains("<code>replicated</code>") })
    #expect(row.contains("data-key=\"\(Int64.max)\">unrecoverable (others 0 s)"))
    #expect(row.contains("data-key=\"\(Int64.max)\">unrecoverable (others 16 min 2 s)"))
    #expect(row.contains("<span class=\"chip unrecoverable\">unrecoverable, 66.6 % met</span>"))
    let table = try StrictCSV(CSVReport(report).disasters)
    #expect(table["verdict_rank"] == ["3", "4", "1", "4"])
    #expect(table["met_drills"] == ["2", "0", "3", "1"])
  }

  @Test func everyReasonIsInWordsWithItsCause() throws {
    let text = CSVReport(try SmallReport.report()).drills
    #expect(!text.contains("(pages:") && !text.contains("Optional("))
    #expect(text.contains("every copy was lost with site frankfurt: no recovery point of database survived"))
  }

  @Test func everyNullOfWhatWasAchievedBearsItsFlagInJSON() throws {
    let lines = JSONReport(try SmallReport.report()).text.split(separator: "\n")
    for (line, next) in zip(lines, lines.dropFirst()) where line.contains("\"ns\":") {
      #expect(next.contains("\"unrecoverable\": \(line.contains("null"))"))
    }
    #expect(lines.contains { $0.contains("\"unrecoverable\": true") })
  }

  @Test func peopleReadHowManyDrillsAndWhy() throws {
    let text = MarkdownReport(try SmallReport.report()).text
    #expect(text.contains("cannot recover from `fire`"))
    #expect(text.contains("cannot always recover from `fire` (1 of 3 drills)"))
    #expect(
      text.contains(
        "- `fire`, nothing came back in 1 of 3 drills: every copy was lost with site frankfurt: no recovery point of database survived."
      ))
  }

  @Test func aDisasterThatNeverStrikesIsNotAssessed() throws {
    var report = try SmallReport.report()
    let fire = report.strategies[1].disasters[1]
    report.strategies[1].disasters[1] = DisasterReport(
      fire.disaster, drills: [], objectives: report.scenario.objectives, estimate: fire.estimate)
    let table = try StrictCSV(CSVReport(report).disasters)
    #expect(table["verdict"].last == "not_assessed")
    #expect(table["achieved_rto_max_s"].last == "")
    #expect(MarkdownReport(report).text.contains("**not_assessed**"))
    #expect(JSONReport(report).text.contains("\"achieved\": null"))
    #expect(SummaryTable(report).text.contains("not_assessed"))
  }
}
