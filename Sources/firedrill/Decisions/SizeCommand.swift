import ArgumentParser
import Decision
import Reporting
import Units

struct SizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "size",
    abstract:
      "Find the smallest link, buffer, journal, vault, restore rate and staff that keep an objective.",
    discussion:
      "Each amount is searched for by rehearsals, for all, 95 % and 90 % of the drills, with all else as the scenario "
      + "states it; an amount that is enough and one that is too little are rehearsed. Also says which RPO the "
      + "links as stated achieve, when the first copy is there, and how far back the journal reaches. Writes "
      + "SCENARIO-size.md, .json and .csv. Exit codes: 0, every stated amount is enough; 1, one is not.")

  @Argument(help: ArgumentHelp("The scenario file.", valueName: "scenario"))
  var file: String

  @Option(help: ArgumentHelp("The strategy; may be left out where there is one.", valueName: "name"))
  var strategy: String?

  @Option(help: ArgumentHelp("The disaster; may be left out where there is one.", valueName: "name"))
  var disaster: String?

  @Option(
    name: .customLong("resource"),
    help: ArgumentHelp(
      "The resources to size, separated by commas. (default: all of the strategy's)",
      valueName: SizedResource.allCases.map(\.rawValue).joined(separator: ",")),
    transform: ResourceList.init)
  var resources: ResourceList?

  @Option(
    help: ArgumentHelp(
      "The required reach of a journal. (default: the longest dwell time of the disasters)",
      valueName: "time"),
    transform: { try Duration(quantity: $0) })
  var reach: Duration?

  @Option(help: ArgumentHelp("The folder for the reports, created if missing.", valueName: "folder"))
  var out = "reports"

  @Option(help: "The number of drills rehearsed at once. (default: one per core)")
  var jobs: Int?

  @OptionGroup(title: "What is changed in the scenario")
  var changes: ScenarioChanges

  @OptionGroup var memory: MemoryLimit

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("'--jobs \(jobs)' rehearses nothing; write at least 1.") }
    if let reach, reach <= .zero { throw ValidationError("'--reach' is no time; write for example '24 h'.") }
  }

  func run() async throws {
    let file = try readScenario(file, settings: changes.all)
    try memory.admit(file.scenario, jobs: jobs ?? coreCount, path: file.path)
    let scenario = file.scenario
    let strategies = scenario.strategies.map(\.name)
    let disasters = scenario.disasters.map(\.name)
    let strategy = try file.place(of: strategy, among: strategies, "strategies", option: "--strategy")
    let disaster = try file.place(of: disaster, among: disasters, "disasters", option: "--disaster")
    let folder = try ReportFolder(out, for: SizeMarkdown.fileNames(of: scenario.name))
    var study = SizeStudy(
      file, settings: changes.all, strategy: strategies[strategy], disaster: disasters[disaster],
      reach: reach, jobs: jobs ?? coreCount)
    if let resources { study.resources = resources.resources }
    let line = ProgressLine(label: scenario.name)
    let report = try await study.run(arguments: arguments) { line.show("trying \($0)") }
    line.clear()
    let markdown = SizeMarkdown(report)
    let written = try folder.write(markdown.files)
    print("\(markdown.answer)\n\nwrote \(written.joined(separator: ", "))")
    if !report.isEnough { throw ExitCode.objectiveMissed }
  }

  /// The arguments as typed, without those that change no result.
  private var arguments: [String] {
    let options = [
      ("--strategy", strategy), ("--disaster", disaster), ("--resource", resources?.text),
      ("--reach", reach.map { "\($0)" }),
    ]
    return [relativeToHere(file)] + changes.arguments
      + options.flatMap { option, value in value.map { [option, $0] } ?? [] }
  }
}

/// The resources of `--resource link,buffer`.
struct ResourceList {
  let resources: [SizedResource]

  var text: String { resources.map(\.rawValue).joined(separator: ",") }

  init(_ text: String) throws {
    resources = try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
      guard let resource = SizedResource(rawValue: String(name)) else {
        let known = SizedResource.allCases.map(\.rawValue).joined(separator: ",")
        throw ValidationError("'\(name)' is not a resource; write one or more of \(known).")
      }
      return resource
    }
  }
}
