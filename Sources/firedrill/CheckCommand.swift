import ArgumentParser
import Glibc
import Planning
import Reporting
import Units

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Hold scenarios to their thresholds and to a committed baseline, for continuous integration.",
    discussion:
      "Lists every failure. The baseline is a folder of reports that 'firedrill run --out' wrote. Exit codes: 0 held, 1 a "
      + "threshold is breached or a metric is worse than in the baseline, 2 bad input, 3 no baseline, 70 a fault of firedrill."
  )

  @Argument(help: ArgumentHelp("The scenario files.", valueName: "scenario"))
  var files: [String]

  @Option(help: ArgumentHelp("The folder of the reports to compare with.", valueName: "folder"))
  var baseline: String?

  @Option(help: ArgumentHelp("Write JUnit XML here.", valueName: "file"))
  var junit: String?

  @Option(help: ArgumentHelp("Write SARIF 2.1.0 here.", valueName: "file"))
  var sarif: String?

  @Option(
    help: ArgumentHelp("Append a summary in Markdown here; empty when nothing changed.", valueName: "file"))
  var summary: String?

  @Option(
    help: ArgumentHelp("Waivers that end before this day have expired. (default: today)", valueName: "day"),
    transform: Instant.init(day:))
  var date: Instant?

  @Option(
    help: ArgumentHelp(
      "Where finished rehearsals are kept. (default: firedrill in the user's cache folder)",
      valueName: "folder"))
  var cache: String?

  @Flag(help: "Rehearse anew, and keep nothing.")
  var noCache = false

  @Option(
    help: "How many drills are rehearsed at once; no result depends on it. (default: one for each core)")
  var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("'--jobs \(jobs)' rehearses nothing; write at least 1.") }
  }

  func run() async throws {
    let day = date ?? .today
    let outputs = try CheckOutputs(junit: junit, sarif: sarif, summary: summary)
    let scenarios = try ScenarioFile.all(files)
    let baselines = try self.baselines(for: scenarios)
    var checks: [Check] = []
    var diagnostics: [Diagnostic] = []
    for (file, baseline) in zip(scenarios, baselines) {
      // Whatever is wrong with the input is told before hours are spent on it.
      do throws(InputError) { try Check.validate(file, baseline: baseline, at: day) } catch {
        diagnostics += error.diagnostics
      }
    }
    guard diagnostics.isEmpty else { throw InputError(diagnostics) }
    for (file, baseline) in zip(scenarios, baselines) {
      checks.append(try Check(try await candidate(file), of: file, baseline: baseline, at: day))
    }
    try outputs.write(checks)
    print(CheckListing(checks).text, terminator: "")
    if checks.contains(where: { !$0.isHeld }) { throw ExitCode.objectiveMissed }
  }

  /// The report of the scenario as it is now, from the cache when it was made before.
  private func candidate(_ file: ScenarioFile) async throws -> ReportDocument {
    let cache = noCache ? nil : ReportCache(folder: cache)
    let key = try cache.map { _ in try ReportCache.key(of: file) }
    if let key, let text = cache?.text(for: key), let report = try? ReportDocument(text: text, name: key) {
      return report
    }
    let plan = RehearsalPlan(file)
    let line = ProgressLine(label: plan.scenario.name)
    let sweep = Sweep(plan.scenario, provenance: plan.provenance, selection: plan.selection)
    let report = await sweep.run(jobs: jobs ?? coreCount) { progress in
      line.show("\(progress.strategy), \(progress.drillsDone) of \(progress.drillsTotal) drills")
    }
    line.clear()
    let text = JSONReport(try report.priced()).text
    if let key { cache?.keep(text, for: key) }
    return try ReportDocument(text: text, name: file.path)
  }

  /// One per scenario, `nil` for all when none is asked for.
  private func baselines(for scenarios: [ScenarioFile]) throws -> [ReportDocument?] {
    guard let baseline else { return scenarios.map { _ in nil } }
    let paths = scenarios.map { "\(baseline)/\($0.scenario.name).json" }
    let missing = paths.filter { access($0, F_OK) != 0 }
    guard missing.isEmpty else {
      complain(
        missing.map {
          Diagnostic(
            file: $0, message: "there is no baseline here",
            hint: "make one with 'firedrill run SCENARIO --out \(baseline) --format json' and commit it")
        })
      throw ExitCode.noBaseline
    }
    return try paths.map { try ReportDocument(path: $0) }
  }
}

/// The files that a check writes; each is found before anything is rehearsed.
private struct CheckOutputs {
  let junit: OutputFile?
  let sarif: OutputFile?
  let summary: OutputFile?

  init(junit: String?, sarif: String?, summary: String?) throws(InputError) {
    self.junit = try junit.map { path throws(InputError) in try OutputFile(path) }
    self.sarif = try sarif.map { path throws(InputError) in try OutputFile(path) }
    self.summary = try summary.map { path throws(InputError) in try OutputFile(path, .append) }
  }

  func write(_ checks: [Check]) throws(InputError) {
    try junit?.write(JUnitReport(checks).text)
    try sarif?.write(SARIFReport(checks, version: Firedrill.version).text)
    try summary?.write(CheckSummary(checks).text)
  }
}

extension ScenarioFile {
  /// Reads all files; throws every error of all of them at once.
  fileprivate static func all(_ paths: [String]) throws(InputError) -> [ScenarioFile] {
    var files: [ScenarioFile] = []
    var diagnostics: [Diagnostic] = []
    for path in paths {
      do throws(InputError) { files.append(try ScenarioFile(path: path)) } catch {
        diagnostics += error.diagnostics
      }
    }
    guard diagnostics.isEmpty else { throw InputError(diagnostics) }
    return files
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

  /// By the machine's clock: the only thing of a check that is not in its files.
  fileprivate static var today: Instant {
    Instant(nanoseconds: Int64(time(nil)) * 1_000_000_000)
  }
}
