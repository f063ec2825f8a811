import Planning
import Testing

/// A baseline holds what a check compares, exactly, and little else.
@Suite struct BaselineTests {
  private static let reports =
    "\(#filePath)".split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" } + "/reports"

  @Test func theBaselineOfTheDefaultScenarioIsSmall() throws {
    let report = try ReportDocument(path: "\(Self.reports)/backup-and-dr.json")
    let one = report.baseline(of: ["pilot-light-and-backup"])
    #expect(one.utf8.count < 60_000)
    let all = report.baseline(of: ["pilot-light-and-backup", "locked-vault", "nightly-backup"])
    #expect(all.utf8.count < 60_000)
  }

  @Test func whatABaselineHoldsComesBackAsItWas() throws {
    let report = try ReportDocument(path: "\(Self.reports)/backup.json")
    let baseline = try ReportDocument(text: report.baseline(of: ["locked-vault"]), name: "baseline")
    #expect(baseline.scenario == "backup" && baseline.digest == report.digest)
    #expect(baseline.measurements.count > 50)
    for measurement in baseline.measurements {
      #expect(
        report.value(
          of: measurement.metric, strategy: measurement.strategy, disaster: measurement.disaster)
          == measurement.value)
    }
  }
}
