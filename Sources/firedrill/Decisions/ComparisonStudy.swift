import Assessment
import Decision
import Documents
import Rehearsals
import Reporting
import ScenarioLanguage
import Units

/// Rehearses two scenarios with one seed and compares them.
struct ComparisonStudy {
  /// The number of simulated years for each side's risk.
  private static let riskYears = 20_000

  let before: ScenarioFile
  let after: ScenarioFile
  let names: (before: String, after: String)
  let jobs: Int

  func comparison() async throws(InputError) -> ScenarioComparison {
    let reports = (try await report(before), try await report(after))
    let risks = (await risks(before, reports.0), await risks(after, reports.1))
    let hasRisks = risks.0 != nil && risks.1 != nil
    return ScenarioComparison(
      reports.0, reports.1, names: names,
      risks: hasRisks ? (risks.0 ?? [], risks.1 ?? []) : ([], []),
      riskYears: hasRisks ? Self.riskYears : 0)
  }

  private func report(_ file: ScenarioFile) async throws(InputError) -> Report {
    let line = ProgressLine(label: file.scenario.name)
    let plan = RehearsalPlan(file)
    let sweep = Sweep(plan.scenario, provenance: plan.provenance)
    let report = await sweep.run(jobs: jobs) { line.show($0) }
    line.clear()
    return try report.priced()
  }

  /// Returns the risks; `nil` where the scenario lacks rates or penalties.
  private func risks(_ file: ScenarioFile, _ report: Report) async -> [StrategyRisk]? {
    guard let input = try? RiskInput(file) else { return nil }
    let recoveries = MeasuredRecoveries(report)
    let model = RiskModel(
      file.scenario, penalties: input.penalties, recoveries: recoveries, overlaps: nil)
    let lifetimes = Self.riskYears / model.lifetimeYears
    let outcome = await model.outcome(lifetimes: 0..<lifetimes, splitting: 0..<lifetimes / 40, jobs: jobs)
    return model.risks(from: outcome, recoveries, file.scenario)
  }

  /// Writes and prints the comparison; returns whether a verdict became worse.
  func write(to path: String, out: String) async throws -> Bool {
    let folder = try ReportFolder(out, for: [path])
    let comparison = try await comparison()
    let text = ComparisonMarkdown(comparison).text
    let written = try folder.write([ReportFile(name: path, text: text)])
    print(text)
    print("wrote \(written.joined(separator: ", "))")
    return comparison.isWorse
  }
}
