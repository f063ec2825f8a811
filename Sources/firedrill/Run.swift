import ArgumentParser
import Planning
import Reporting
import Units

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rehearse every disaster of a scenario under every strategy, and report what was achieved.",
    discussion:
      "Writes SCENARIO.md with its figures, SCENARIO.html, SCENARIO.csv, SCENARIO-drills.csv and SCENARIO.json. The same scenario and seed give "
      + "the same bytes, for any number of jobs.")

  @Argument(help: ArgumentHelp("The scenario files.", valueName: "scenario"))
  var files: [String]

  @Option(help: ArgumentHelp("The folder for the reports; made when it is missing.", valueName: "folder"))
  var out = "reports"

  @Option(
    name: .customLong("format"),
    help: ArgumentHelp("What to write, separated by commas.", valueName: "md,csv,json,html"),
    transform: FormatList.init)
  var formats = FormatList.all

  @Option(
    help: "How many drills are rehearsed at once; no result depends on it. (default: one for each core)")
  var jobs: Int?

  @OptionGroup(title: "What is changed in the scenario")
  var changes: ScenarioChanges

  @OptionGroup(title: "What is rehearsed")
  var part: RehearsedPart

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("'--jobs \(jobs)' rehearses nothing; write at least 1.") }
  }

  func run() async throws {
    let rehearsals = try RehearsalPlan.plans(for: files, changes: changes, part: part)
    let names = rehearsals.flatMap { plan in formats.formats.flatMap { $0.fileNames(of: plan.scenario) } }
    let folder = try ReportFolder(out, for: names)
    var isEveryObjectiveMet = true
    for rehearsal in rehearsals {
      let report = try await rehearse(rehearsal).priced()
      let written = try folder.write(formats.formats.flatMap { $0.files(of: report) })
      print(summary(of: report, written: written))
      if report.verdict > .met { isEveryObjectiveMet = false }
    }
    if !isEveryObjectiveMet { throw ExitCode.objectiveMissed }
  }

  private func rehearse(_ rehearsal: RehearsalPlan) async -> Report {
    let line = ProgressLine(label: rehearsal.scenario.name)
    line.show("drawing workloads")
    let sweep = Sweep(
      rehearsal.scenario, provenance: rehearsal.provenance, selection: rehearsal.selection)
    let report = await sweep.run(jobs: jobs ?? coreCount) { progress in
      line.show("\(progress.strategy), \(progress.drillsDone) of \(progress.drillsTotal) drills")
    }
    line.clear()
    return report
  }

  private func summary(of report: Report, written: [String]) -> String {
    """
    \(report.scenario.name): \(report.scenario.title)

    \(SummaryTable(report).text)
    wrote \(written.joined(separator: ", "))

    """
  }
}

/// The formats of `--format md,csv`.
struct FormatList {
  let formats: [ReportFormat]

  static let all = FormatList(formats: ReportFormat.allCases)

  private init(formats: [ReportFormat]) { self.formats = formats }

  init(_ text: String) throws {
    formats = try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
      guard let format = ReportFormat(rawValue: String(name)) else {
        let known = ReportFormat.allCases.map(\.rawValue).joined(separator: ",")
        throw ValidationError("'\(name)' is not a format; write one or more of \(known).")
      }
      return format
    }
  }
}
