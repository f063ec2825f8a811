import Assessment
import Reporting
import ScenarioLanguage
import Testing
import Units

/// A check compares the same values, whether the report was just made or read back from the cache.
@Suite struct MeasuredReportTests {
  @Test func aStoredReportHasTheMeasurementsOfTheReportItself() throws {
    let report = try SmallReport.report()
    let measured = MeasuredReport(report)
    let stored = MeasuredReport(try ReportDocument(text: JSONReport(report).text, name: "small.json"))
    #expect(measured.scenario == stored.scenario && measured.digest == stored.digest)
    #expect(measured.settings.map(\.path) == stored.settings.map(\.path))
    #expect(measured.settings.map(\.value) == stored.settings.map(\.value))
    #expect(measured.measurements == stored.measurements)
    #expect(Set(measured.measurements.map(\.metric)).count >= Metric.allCases.count - 1)
    #expect(measured.measurements.contains { $0.value == .unrecoverable })
  }
}
