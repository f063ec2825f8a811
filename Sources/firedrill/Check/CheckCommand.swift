import ArgumentParser
import Assessment
import Documents
import Glibc
import Rehearsals
import Reporting
import ScenarioLanguage
import Units

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compare scenarios with their thresholds and a committed baseline, for continuous integration.",
    discussion:
      "Holds the strategies that the scenario names under 'check: strategies:' or as 'chosen:', else every one. Lists one "
      + "failure for each cause. A scenario, baseline or waiver that is wrong stops only itself, and stands in every output. "
      + "In GitHub Actions it also prints annotations. Exit codes: 0 held, 1 a threshold is breached or a metric is worse "
      + "than in the baseline, 2 bad input, 3 no baseline, 70 a fault of firedrill.")

  @Argument(help: ArgumentHelp("The scenario files; '-' is standard input.", valueName: "scenario"))
  var files: [String]

  @Option(help: ArgumentHelp("The folder of the baselines to compare with.", valueName: "folder"))
  var baseline: String?

  @Option(
    help: ArgumentHelp("Write the baselines of this run to this folder.", valueName: "folder"))
  var saveBaseline: String?

  @OptionGroup(title: "What is written") var outputs: CheckOutputOptions

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Check this strategy instead of the scenario's own choice. May be repeated.", valueName: "name"))
  var strategy: [String] = []

  @OptionGroup(title: "What is changed in the scenario") var changes: ScenarioChanges

  @Option(
    help: ArgumentHelp("Waivers that end before this day have expired. (default: today)", valueName: "day"),
    transform: Instant.init(day:))
  var date: Instant?

  @Option(
    help: ArgumentHelp(
      "The folder of finished rehearsals. (default: firedrill in the user's cache folder)",
      valueName: "folder"))
  var cache: String?

  @Flag(help: "Rehearse again without the cache.")
  var noCache = false

  @Option(
    help: "The number of drills rehearsed at once; results do not depend on it. (default: one per core)")
  var jobs: Int?

  @OptionGroup var memory: MemoryLimit

  @OptionGroup var verbosity: VerbosityOptions

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("'--jobs \(jobs)' rehearses nothing; write at least 1.") }
  }

  func run() async throws {
    verbosity.apply()
    let outputs = try outputs.files()
    let folder = try saveBaseline.map { path throws(InputError) in try ReportFolder(path, for: []) }
    var checks: [Check] = []
    for path in files { checks.append(await check(path, saving: folder)) }
    let day = date ?? .today
    // The files are written whatever was found; what cannot be written is told after that.
    try outputs.write(checks, on: day)
    let problems = checks.flatMap(\.problems)
    if !problems.isEmpty { complain(problems.map(\.diagnostic)) }
    if self.outputs.json {
      print(CheckJSON(checks).text, terminator: "")
    } else {
      print(CheckListing(checks).text, terminator: "")
    }
    if isGitHubAction { print(CheckAnnotations(checks).text, terminator: "") }
    if let code = Self.exitCode(of: checks) { throw code }
  }

  /// Returns the exit code; errors of the input take precedence over findings.
  private static func exitCode(of checks: [Check]) -> ExitCode? {
    let kinds = checks.flatMap(\.problems).map(\.kind)
    if kinds.contains(where: { $0 != .noBaseline }) { return .badInput }
    if kinds.contains(.noBaseline) { return .noBaseline }
    return checks.allSatisfy(\.isHeld) ? nil : .objectiveMissed
  }

  private var isGitHubAction: Bool { getenv("GITHUB_ACTIONS").map { String(cString: $0) } == "true" }

  /// Checks one scenario; its errors are in the result.
  private func check(_ path: String, saving folder: ReportFolder?) async -> Check {
    do throws(InputError) {
      let file = try readScenario(path, settings: changes.all)
      try refuseUnknown(strategy, in: file)
      let bound = file.scenario.boundStrategies(strategy)
      let candidate = try await candidate(file, bound)
      if let folder {
        _ = try folder.write(
          [ReportFile(name: "\(file.scenario.name).json", text: candidate.baseline(of: bound))])
      }
      let (baseline, problems) = baseline(of: file)
      return Check(
        candidate, of: file, strategies: strategy, baseline: baseline, at: date ?? .today, problems: problems)
    } catch {
      return Check(of: path, scenario: ScenarioFile.name(ofFile: path), failedBy: error)
    }
  }

  private func refuseUnknown(_ names: [String], in file: ScenarioFile) throws(InputError) {
    let known = file.scenario.strategies.map(\.name)
    guard let unknown = names.first(where: { !known.contains($0) }) else { return }
    throw InputError(
      Diagnostic(
        file: "--strategy", message: "\(file.path) has no '\(unknown)'",
        hint: known.suggestion(for: unknown, noun: "strategies")))
  }

  /// Measures the report of the bound strategies, from the cache where possible.
  private func candidate(_ file: ScenarioFile, _ bound: [String]) async throws(InputError) -> MeasuredReport {
    let cache = noCache ? nil : ReportCache(folder: cache)
    let key = try cache.map { _ throws(InputError) in try ReportCache.key(of: file, strategies: bound) }
    if let key, let text = cache?.text(for: key), let report = try? ReportDocument(text: text, name: key) {
      return MeasuredReport(report)
    }
    let plan = RehearsalPlan(file)
    var selection = plan.selection
    selection.strategies = bound
    try memory.admit(
      plan.scenario, selection: selection, jobs: jobs ?? coreCount, path: file.path)
    let line = ProgressLine(label: plan.scenario.name)
    let sweep = Sweep(plan.scenario, provenance: plan.provenance, selection: selection)
    let measured = await sweep.run(jobs: jobs ?? coreCount) { line.show($0) }
    line.clear()
    let report = try measured.priced()
    if let key { cache?.keep(JSONReport(report).text, for: key) }
    return MeasuredReport(report)
  }

  /// Returns the baseline or the problem with it; neither when no baseline is requested.
  private func baseline(of file: ScenarioFile) -> (MeasuredReport?, [Check.Problem]) {
    guard let baseline else { return (nil, []) }
    let path = "\(baseline)/\(file.scenario.name).json"
    guard access(path, F_OK) == 0 else {
      let diagnostic = Diagnostic(
        file: path, message: "there is no baseline here",
        hint: "make one with 'firedrill check \(file.path) --save-baseline \(baseline)' and commit it")
      return (nil, [Check.Problem(.noBaseline, diagnostic)])
    }
    do throws(InputError) {
      let document = try ReportDocument(path: path)
      guard document.scenario == file.scenario.name else {
        throw InputError(
          Diagnostic(
            file: path,
            message:
              "this is a baseline of the scenario '\(document.scenario)', not of '\(file.scenario.name)'",
            hint: "name the folder in which '\(file.scenario.name).json' is its own"))
      }
      return (MeasuredReport(document), [])
    } catch {
      return (nil, error.diagnostics.map { Check.Problem(.badInput, $0) })
    }
  }
}

extension Instant {
  fileprivate init(day text: String) throws {
    do {
      try self.init(parsing: text)
    } catch {
      throw ValidationError("\(error.problem); \(error.hint).")
    }
  }

  /// The present time of the machine's clock, which is a check's only input outside its files.
  fileprivate static var today: Instant {
    Instant(nanoseconds: Int64(time(nil)) * 1_000_000_000)
  }
}
