import Reporting
import Testing

@Suite struct GoldenReportTests {
  @Test(arguments: ReportFormat.allCases)
  func everyFormatOfTheSmallReportIsAsItWasReviewed(_ format: ReportFormat) throws {
    for file in format.files(of: try SmallReport.report()) { Golden.check(file.text, file.name) }
  }

  @Test func theSummaryOfTheSmallReportIsAsItWasReviewed() throws {
    Golden.check(SummaryTable(try SmallReport.report()).text, "summary.txt")
  }
}
