import ArgumentParser

struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Rehearse two scenarios with one seed, and list the changed values and verdicts.",
    discussion:
      "Writes A-B-compare.md, which fits a pull request. Strategies and disasters are compared by their names. Exit codes: "
      + "0, no verdict turned for the worse; 1, one did.")

  @Argument(help: ArgumentHelp("The scenario file before.", valueName: "a"))
  var before: String

  @Argument(help: ArgumentHelp("The scenario file after.", valueName: "b"))
  var after: String

  @Option(help: ArgumentHelp("The folder for the report, created if missing.", valueName: "folder"))
  var out = "reports"

  @Option(
    help: "The number of drills rehearsed at once; results do not depend on it. (default: one per core)")
  var jobs: Int?

  @OptionGroup(title: "What is changed in both scenarios")
  var changes: ScenarioChanges

  @OptionGroup var memory: MemoryLimit

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("'--jobs \(jobs)' rehearses nothing; write at least 1.") }
  }

  func run() async throws {
    let old = try readScenario(before, settings: changes.all)
    let seed = changes.seed == nil ? ["seed=\(old.scenario.seed)"] : []
    let new = try readScenario(after, settings: changes.all + seed)
    for file in [old, new] {
      try memory.admit(file.scenario, jobs: jobs ?? coreCount, path: file.path)
    }
    let names = (before: relativeToHere(before), after: relativeToHere(after))
    let study = ComparisonStudy(before: old, after: new, names: names, jobs: jobs ?? coreCount)
    let name = "\(old.scenario.name)-\(new.scenario.name)-compare.md"
    if try await study.write(to: name, out: out) { throw ExitCode.objectiveMissed }
  }
}
