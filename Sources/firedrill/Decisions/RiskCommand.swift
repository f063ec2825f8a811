import ArgumentParser
import Decision
import Planning
import Reporting
import Units

struct RiskCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "risk",
    abstract: "Simulate many years of disasters, and report the annual cost under each strategy.",
    discussion:
      "Disasters arrive by the rates of the scenario; each recovery is one of the rehearsed drills. Writes "
      + "SCENARIO-risk.md, SCENARIO-risk.json and two figures. The same scenario, seed and years give the same bytes, "
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

  @OptionGroup(title: "What is changed in the scenario")
  var changes: ScenarioChanges

  @OptionGroup(title: "More than one machine")
  var sharding: ShardOption

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("'--jobs \(jobs)' does nothing; write at least 1.") }
    guard 1...100_000_000 ~= years else {
      throw ValidationError("'--years \(years)' cannot be simulated; write 1 to 100000000.")
    }
    guard 0...10_000 ~= overlaps else {
      throw ValidationError("'--overlaps \(overlaps)' is out of range; write 0 to 10000.")
    }
    if sharding.shard != nil, from == nil {
      throw ValidationError("'--shard' needs '--from', so that the drills are not rehearsed by each shard.")
    }
  }

  func run() async throws {
    let input = try RiskInput(try readScenario(file, settings: changes.all))
    let stored = try from.map { try StoredRecoveries(path: $0, madeFrom: input.file) }
    let study = RiskStudy(
      input, arguments: arguments, years: years, overlapDrills: overlaps, jobs: jobs ?? coreCount)
    if let shard = sharding.shard {
      let origin = ShardFile.Origin(
        command: "risk", arguments: arguments, settings: changes.all, digest: "\(input.file.digest)",
        program: ReportCache.programName, source: from ?? "")
      return try await study.write(shard, origin: origin, recoveries: stored?.recoveries, to: out)
    }
    let folder = try ReportFolder(out, for: RiskReport.fileNames(of: input.file.scenario.name))
    let basis = try await study.basis(stored: stored?.recoveries)
    let outcome = await study.outcome(of: basis, shard: nil)
    try study.write(study.report(basis, outcome), to: folder)
  }

  /// The arguments as typed, without those that change no result.
  private var arguments: [String] {
    [relativeToHere(file)] + changes.arguments
      + (years == 100_000 ? [] : ["--years", "\(years)"])
      + (overlaps == 20 ? [] : ["--overlaps", "\(overlaps)"])
  }
}
