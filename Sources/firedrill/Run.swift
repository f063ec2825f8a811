import ArgumentParser
import Decision
import Documents
import Rehearsals
import Reporting
import ScenarioLanguage
import Units

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rehearse every disaster of a scenario under every strategy, and report what was achieved.",
    discussion:
      "Writes SCENARIO.md with its figures, SCENARIO.html, SCENARIO.csv, SCENARIO-drills.csv and SCENARIO.json. The same scenario and seed give "
      + "the same bytes, for any number of jobs. A run of a part, or of a changed scenario, has its options in the names of "
      + "its files, and never replaces the full report.")

  @Argument(help: ArgumentHelp("The scenario files; '-' is standard input.", valueName: "scenario"))
  var files: [String]

  @Option(help: ArgumentHelp("The folder for the reports, created if missing.", valueName: "folder"))
  var out = "reports"

  @Option(
    name: .customLong("format"),
    help: ArgumentHelp("The formats to write, separated by commas.", valueName: "md,csv,json,html"),
    transform: FormatList.init)
  var formats = FormatList.all

  @Option(
    help: "The number of drills rehearsed at once; results do not depend on it. (default: one per core)")
  var jobs: Int?

  @OptionGroup(title: "What is changed in the scenario")
  var changes: ScenarioChanges

  @OptionGroup(title: "What is rehearsed")
  var part: RehearsedPart

  @Option(
    name: .customLong("what-if"), parsing: .singleValue,
    help: ArgumentHelp(
      "Compare the scenario with itself after this change, and write SCENARIO-what-if.md alone. May be repeated.",
      valueName: "key=value"))
  var whatIf: [String] = []

  @Flag(
    help:
      "Keep the drills of each strategy in the folder until the reports are written, and resume an interrupted run."
  )
  var resume = false

  @OptionGroup(title: "More than one machine")
  var sharding: ShardOption

  @Flag(help: "Print JSON instead of the summary.")
  var json = false

  @OptionGroup var memory: MemoryLimit

  @OptionGroup var verbosity: VerbosityOptions

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("'--jobs \(jobs)' rehearses nothing; write at least 1.") }
    guard whatIf.isEmpty || (files.count == 1 && sharding.shard == nil && part.arguments.isEmpty) else {
      throw ValidationError(
        "'--what-if' compares one whole scenario; give one file, and leave out '--shard', '--strategy', '--disaster' and '--at'."
      )
    }
    guard !resume || (whatIf.isEmpty && sharding.shard == nil) else {
      throw ValidationError("'--resume' goes with neither '--shard' nor '--what-if'; leave one of them out.")
    }
  }

  func run() async throws {
    verbosity.apply()
    let rehearsals = try RehearsalPlan.plans(for: files, changes: changes, part: part)
    for plan in rehearsals {
      try memory.admit(
        plan.scenario, selection: plan.selection, jobs: jobs ?? coreCount, path: plan.provenance.arguments[0])
    }
    if !whatIf.isEmpty { return try await compare() }
    if let shard = sharding.shard { return try await run(shard, of: rehearsals) }
    let names = rehearsals.flatMap { plan in
      formats.formats.flatMap { $0.fileNames(of: plan.scenario, plan.provenance) }
    }
    let folder = try ReportFolder(out, for: names)
    if resume { try refuseBatches(rehearsals) }
    var isEveryObjectiveMet = true
    var summary = RunSummary(isJSON: json)
    for rehearsal in rehearsals {
      let parts = resume ? ResumedRun(rehearsal, in: folder, settings: changes.all) : nil
      let measured =
        if let parts { try await parts.report(rehearse) } else { await rehearse(rehearsal) }
      let report = try measured.priced()
      let written = try folder.write(formats.formats.flatMap { $0.files(of: report) })
      parts?.remove()
      summary.add(report, written: written)
      if report.verdict > .met { isEveryObjectiveMet = false }
    }
    summary.end()
    if !isEveryObjectiveMet { throw ExitCode.objectiveMissed }
  }

  /// Compares the scenario with its changed version.
  private func compare() async throws {
    let path = files[0]
    let before = try readScenario(path, settings: changes.all)
    let after = try ScenarioFile(path: path, settings: changes.all + whatIf)
    let study = ComparisonStudy(
      before: before, after: after,
      names: (before: relativeToHere(path), after: whatIf.joined(separator: ", ")),
      jobs: jobs ?? coreCount)
    let name = "\(before.scenario.name)-what-if.md"
    if try await study.write(to: name, out: out) { throw ExitCode.objectiveMissed }
  }

  /// Rehearses a shard of each scenario. Objectives are judged when the shards are merged.
  private func run(_ shard: Shard, of rehearsals: [RehearsalPlan]) async throws {
    try refuseBatches(rehearsals)
    let names = rehearsals.map { ShardOption.fileName(of: $0.scenario.name, "run", shard) }
    let folder = try ReportFolder(out, for: names)
    for (rehearsal, name) in zip(rehearsals, names) {
      let report = await rehearse(rehearsal, shard: shard)
      let provenance = rehearsal.provenance
      let origin = ShardFile.Origin(
        command: "run", arguments: provenance.arguments, settings: changes.all, digest: provenance.digest,
        program: ReportCache.programName)
      let file = ShardFile(origin: origin, shard: shard, payload: RunShard(report))
      print("wrote \(try folder.write(file.bytes, to: name))")
    }
  }

  private func refuseBatches(_ rehearsals: [RehearsalPlan]) throws(InputError) {
    guard let rehearsal = rehearsals.first(where: { $0.scenario.precision != nil }) else { return }
    throw InputError(
      Diagnostic(
        file: rehearsal.provenance.arguments.first ?? "",
        message: "'precision' decides by all drills whether more are needed, so no part of them can",
        hint: "remove 'precision', and state how many 'strikes' are enough"))
  }

  private func rehearse(_ rehearsal: RehearsalPlan, shard: Shard? = nil) async -> SweepReport {
    let line = ProgressLine(label: rehearsal.scenario.name)
    line.show("drawing workloads")
    var sweep = Sweep(
      rehearsal.scenario, provenance: rehearsal.provenance, selection: rehearsal.selection)
    if let shard { sweep = sweep.restricted(to: shard) }
    let report = await sweep.run(jobs: jobs ?? coreCount) { line.show($0) }
    line.clear()
    return report
  }
}

/// The formats of an option such as `--format md,csv`.
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
