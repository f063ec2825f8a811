import Reporting
import ScenarioLanguage
import Testing
import Units

@Suite struct CSVReportTests {
  @Test func everyLineHasACellForEveryColumn() throws {
    let report = CSVReport(try SmallReport.report())
    for table in [report.disasters, report.drills] {
      let rows = try StrictCSV(table).rows
      #expect(rows.count > 1)
      #expect(rows.allSatisfy { $0.count == rows[0].count })
    }
  }

  @Test func columnsAreDistinctAndInSnakeCase() throws {
    let report = CSVReport(try SmallReport.report())
    for table in [report.disasters, report.drills] {
      let header = try StrictCSV(table).rows[0]
      #expect(Set(header).count == header.count)
      #expect(
        header.allSatisfy {
          $0.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
        })
    }
  }

  @Test(arguments: [
    "plain", "a,b", "say \"now\"", "two\r\nlines", "a\nb", "", "ünïcode 🔥", "a\"", "\"", "tail ",
  ])
  func aTextComesBackFromTheTableAsItWas(_ text: String) throws {
    var report = try SmallReport.report()
    report.strategies[0].disasters[1].drills[0].outcome = .unrecoverable(text)
    #expect(try StrictCSV(CSVReport(report).drills)["reason"][3] == text)
  }

  @Test(arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u{FF1D}1"])
  func aTextIsNeverAFormula(_ text: String) throws {
    var report = try SmallReport.report()
    report.strategies[0].disasters[1].drills[0].outcome = .unrecoverable(text)
    #expect(try StrictCSV(CSVReport(report).drills)["reason"][3] == "'" + text)
  }

  @Test func theInstantOfADrillIsExact() throws {
    let report = try SmallReport.report()
    let drills = report.strategies.flatMap(\.disasters).flatMap(\.drills)
    let instants = try StrictCSV(CSVReport(report).drills)["instant"]
    #expect(try instants.map { try Instant(parsing: $0) } == drills.map(\.strike))
  }

  @Test func thePhasesOfADrillAddUpToItsAchievedRTO() throws {
    let table = try StrictCSV(CSVReport(try SmallReport.report()).drills)
    let phases = Phase.ofRecovery.map { table["\($0.reportName)_s"] }
    let recovered = table["achieved_rto_s"].enumerated().filter { !$0.element.isEmpty }
    #expect(recovered.count == 8)
    for (row, rto) in recovered {
      #expect(phases.compactMap { Double($0[row]) }.reduce(0, +) == Double(rto))
    }
  }

  @Test(arguments: [
    (0, "0"), (1, "0"), (499_999, "0"), (500_000, "0.001"), (1_500_000_000, "1.5"), (59_999_999_999, "60"),
    (1_234_567_890, "1.235"), (86_400_000_000_000, "86400"),
  ])
  func secondsAreRoundedOnceToTheMillisecond(_ nanoseconds: Int64, _ text: String) throws {
    var report = try SmallReport.report()
    report.scenario.objectives.rpo = .nanoseconds(nanoseconds)
    #expect(try StrictCSV(CSVReport(report).disasters)["rpo_objective_s"].first == text)
  }
}
