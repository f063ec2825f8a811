import Reporting
import Testing
import Units

/// The copies at another site over time, in every format.
@Suite struct ReplicationReportTests {
  private func file(_ name: String, _ format: ReportFormat) throws -> String {
    let files = format.files(of: try ReplicatedReport.report())
    return try #require(files.first { $0.name == name }).text
  }

  @Test func lagOverTimeIsAFigureWithWords() throws {
    Golden.check(try file("shop-lag.svg", .md), "shop-lag.svg")
  }

  @Test func aScenarioWithoutCopiesHasNoFigureOfThem() throws {
    let report = try SmallReport.report()
    #expect(!ReportFormat.md.fileNames(of: report.scenario, report.provenance).contains("shop-lag.svg"))
    #expect(!MarkdownReport(report).text.contains("Replication over time"))
  }

  @Test func peopleReadHowFarCopiesWereBehind() throws {
    let text = try file("shop.md", .md)
    let rows = text.split(separator: "\n").map { line in
      line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
    #expect(rows.contains("| `replicated` | 1.3 s | 5 s | 100 % | 0 | 0 | 0 |"))
    #expect(text.contains("3 trial failovers"))
    #expect(text.contains("**in 1 the copy was further behind than its source claimed**"))
    #expect(rows.contains("| `replicated` | 5 ms | 4 ms | 8 ms | 36 ms | 1 |"))
    #expect(
      rows.contains(
        "| `fire` | unrecoverable | 75 % | 2 | 20 min | 0 s | 1 | 0 | 1.5 s | 2 | 21 min; not in 1 of 3 drills |"
      ))
  }

  @Test func tablesHaveAColumnWithAUnitForEach() throws {
    let disasters = try StrictCSV(try file("shop.csv", .csv))
    let drills = try StrictCSV(try file("shop-drills.csv", .csv))
    #expect(disasters["lag_mean_s"] == ["", "", "1.25", "1.25"])
    #expect(disasters["added_wait_mean_ms"] == ["0.001", "0.001", "4.001", "4.001"])
    #expect(disasters["drill_unprotected_max_s"] == ["", "", "", "1200"])
    #expect(disasters["drill_lag_peak_s"] == ["", "", "", ""])
    #expect(drills["rpo_violations"].suffix(4) == ["", "2", "2", "2"])
    #expect(drills["pages_resent"].suffix(2) == ["39", "39"])
    #expect(drills["protected_again_s"].suffix(3) == ["1260", "1260", ""])
    #expect(drills["writes_not_issued"].suffix(3) == ["0", "1", "2"])
  }
}
