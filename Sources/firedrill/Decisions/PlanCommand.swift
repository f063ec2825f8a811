import ArgumentParser
import Decision
import Reporting
import Units

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Find the cheapest design that meets every objective.",
    discussion:
      "The scenario names the designs under 'choose': values to choose from by their paths, values that belong together, "
      + "and the strategies to start from. Closed forms and a few strikes leave designs out, and a rehearsal of every "
      + "strike certifies the answer. Writes SCENARIO-plan.md, .html, .json, .csv and a figure, and scenarios that run: "
      + "SCENARIO-plan.yaml, -plan-fastest.yaml and, with 'choose.baseline', -plan-least-change.yaml.")

  @Argument(help: ArgumentHelp("The scenario file.", valueName: "scenario"))
  var file: String

  @Option(help: ArgumentHelp("The folder for the reports, created if missing.", valueName: "folder"))
  var out = "reports"

  @Option(
    help: "The number of drills rehearsed at once; results do not depend on it. (default: one per core)")
  var jobs: Int?

  @Flag(help: "Resume an interrupted search kept in the folder.")
  var resume = false

  @OptionGroup(title: "What is changed in the scenario")
  var changes: ScenarioChanges

  @OptionGroup var memory: MemoryLimit

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("'--jobs \(jobs)' rehearses nothing; write at least 1.") }
  }

  func run() async throws {
    let file = try readScenario(file, settings: changes.all)
    try memory.admit(file.scenario, jobs: jobs ?? coreCount, path: file.path)
    let name = file.scenario.name
    let line = ProgressLine(label: name)
    let catalog = try DesignCatalog(file) { line.show("reading design \($0)") }
    let folder = try ReportFolder(out, for: DesignPage.fileNames(of: name))
    let kept = KeptProgress(
      "\(folder.path)/\(name)-plan.progress",
      origin: ShardFile.Origin(
        command: "plan", arguments: arguments, settings: changes.all, digest: "\(file.digest)",
        program: ReportCache.programName))
    var records = resume ? try kept.results([TrialRecord].self) ?? [] : []
    var study = DesignStudy(
      catalog, jobs: jobs ?? coreCount, resuming: records,
      keep: { record in
        records.append(record)
        // Trials that cannot be kept are rehearsed again.
        if record.isCostly || records.count % 16 == 0 { try? kept.keep(records) }
      }, progress: { line.show($0) })
    let report = try await study.run(arguments: arguments)
    line.clear()
    let page = DesignPage(report)
    let written = try folder.write(page.files(origin: PageOrigin(file)))
    kept.remove()
    print("\(page.answer)\n\nwrote \(written.joined(separator: ", "))")
  }

  /// The arguments as typed, without those that change no result.
  private var arguments: [String] { [relativeToHere(file)] + changes.arguments }
}
