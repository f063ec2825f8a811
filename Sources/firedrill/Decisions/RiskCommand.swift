import ArgumentParser
import Decision
import Reporting
import ScenarioLanguage
import Units

struct RiskCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "risk",
    abstract: "Simulate many years of disasters, and report the annual cost under each strategy.",
    discussion:
      "Disasters arrive by the rates of the scenario; each recovery is one of the rehearsed drills. Writes "
      + "SCENARIO-risk.md, .html, .json and two figures. The same scenario, seed and years give the same bytes, "
      + "for any number of jobs.")

  @Argument(help: ArgumentHelp("The scenario file.", valueName: "scenario"))
  var file: String

  @Option(
    help: ArgumentHelp(
      "Take the drills from this report of 'firedrill run', which has its '-drills.csv' beside it.",
      valueName: "report.json"))
  var from: String?

  @Option(help: "The number of simulated years, rounded up to whole lifetimes of at least ten years.")
  var years = 100_000

  @Option(
    help: ArgumentHelp(
      "The number of rehearsals of each frequent second disaster during a recovery; 0 composes such recoveries.",
      valueName: "drills"))
  var overlaps = 20

  @Option(help: ArgumentHelp("The folder for the reports, created if missing.", valueName: "folder"))
  var out = "reports"

  @Option(help: "The number of parallel jobs; results do not depend on it. (default: one per core)")
  var jobs: Int?

  @Flag(
    help:
      "Keep the drills of each strategy in the folder until the reports are written, and resume an interrupted command."
  )
  var resume = false

  @OptionGroup(title: "What is changed in the scenario")
  var changes: ScenarioChanges

  @OptionGroup(title: "More than one machine")
  var sharding: ShardOption

  @OptionGroup var memory: MemoryLimit

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("'--jobs \(jobs)' does nothing; write at least 1.") }
    guard 1...100_000_000 ~= years else {
      throw ValidationError("'--years \(years)' cannot be simulated; write 1 to 100000000.")
    }
    guard 0...10_000 ~= overlaps else {
      throw ValidationError("'--overlaps \(overlaps)' is out of range; write 0 to 10000.")
    }
    guard !resume || sharding.shard == nil else {
      throw ValidationError("'--resume' does not go with '--shard'; leave one of them out.")
    }
    if sharding.shard != nil, from == nil {
      throw ValidationError("'--shard' needs '--from', so that the drills are not rehearsed by each shard.")
    }
  }

  func run() async throws {
    let input = try RiskInput(try readScenario(file, settings: changes.all))
    try memory.admit(input.file.scenario, jobs: jobs ?? coreCount, path: input.file.path)
    let stored = try from.map { try StoredRecoveries(path: $0, madeFrom: input.file) }
    if let shard = sharding.shard {
      return try await study(input, kept: nil).write(
        shard, origin: origin(input.file), recoveries: stored?.recoveries, to: out)
    }
    let name = input.file.scenario.name
    let folder = try ReportFolder(out, for: RiskReport.fileNames(of: name))
    let kept =
      resume ? KeptProgress("\(folder.path)/\(name)-risk.progress", origin: origin(input.file)) : nil
    let study = study(input, kept: kept)
    let basis = try await study.basis(stored: stored?.recoveries)
    let outcome = await study.outcome(of: basis, shard: nil)
    try study.write(study.report(basis, outcome), to: folder)
    kept?.remove()
  }

  private func study(_ input: RiskInput, kept: KeptProgress?) -> RiskStudy {
    RiskStudy(
      input, arguments: arguments, years: years, overlapDrills: overlaps, jobs: jobs ?? coreCount, kept: kept)
  }

  private func origin(_ file: ScenarioFile) -> ShardFile.Origin {
    ShardFile.Origin(
      command: "risk", arguments: arguments, settings: changes.all, digest: "\(file.digest)",
      program: ReportCache.programName, source: from ?? "")
  }

  /// The arguments as typed, without those that change no result.
  private var arguments: [String] {
    [relativeToHere(file)] + changes.arguments
      + (years == 100_000 ? [] : ["--years", "\(years)"])
      + (overlaps == 20 ? [] : ["--overlaps", "\(overlaps)"])
  }
}
