import Reporting
import Testing

@Suite struct CheckSummaryTests {
  @Test func nothingToSayIsAnEmptyText() {
    #expect(CheckSummary([]).text.isEmpty)
    #expect(CheckListing([]).text.isEmpty)
  }

  @Test func aReportWithoutChecksIsStillWhole() {
    #expect(JUnitReport([]).text.contains("<testsuites name=\"firedrill check\" tests=\"0\""))
    #expect(SARIFReport([], version: "1.0.0").text.contains("\"version\": \"2.1.0\""))
  }
}
