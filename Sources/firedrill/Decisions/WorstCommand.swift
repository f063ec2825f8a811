import ArgumentParser
import Decision
import Documents
import Reporting
import ScenarioLanguage
import Units

struct WorstCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worst",
    abstract: "Search for the instant and circumstance at which a disaster does the most harm.",
    discussion:
      "Halves the interval that can still hold a greater loss until none can. Writes SCENARIO-worst.md, .html, the "
      + "figure, and SCENARIO-worst.yaml: the least scenario that still shows the loss. Exit codes: 0, the worst case meets its "
      + "objective; 1, it does not.")

  @Argument(help: ArgumentHelp("The scenario file.", valueName: "scenario"))
  var file: String

  @Option(help: ArgumentHelp("The strategy; may be left out where there is one.", valueName: "name"))
  var strategy: String?

  @Option(help: ArgumentHelp("The disaster; may be left out where there is one.", valueName: "name"))
  var disaster: String?

  @Option(help: ArgumentHelp("The value to maximise.", valueName: "rpo|rto"))
  var measure = WorstSearch.Measure.rpo

  @Option(
    help: ArgumentHelp("Dwell times to try, separated by commas.", valueName: "times"),
    transform: { try $0.split(separator: ",").map { try Duration(quantity: String($0)) } })
  var dwell: [Duration]?

  @Option(
    help: ArgumentHelp(
      "A second disaster that may follow, early, late or in the middle of an hour-long recovery. May be repeated.",
      valueName: "name"))
  var second: [String] = []

  @Option(
    help: ArgumentHelp(
      "The slowness of people: 99 means that 99 % of the draws are faster. (default: as drawn)",
      valueName: "percent"))
  var people: Int?

  @Option(help: "The largest number of rehearsals.")
  var budget = 200

  @Flag(help: "Omit the reduced scenario, which takes rehearsals of its own.")
  var noReproducer = false

  @Flag(help: "Resume an interrupted search kept in the folder.")
  var resume = false

  @Option(help: ArgumentHelp("The folder for the reports, created if missing.", valueName: "folder"))
  var out = "reports"

  @OptionGroup(title: "What is changed in the scenario")
  var changes: ScenarioChanges

  @OptionGroup var memory: MemoryLimit

  func validate() throws {
    guard 10...100_000 ~= budget else {
      throw ValidationError("'--budget \(budget)' is out of range; write 10 to 100000.")
    }
    if let people, !(1...99 ~= people) {
      throw ValidationError("'--people \(people)' is out of range; write 1 to 99.")
    }
  }

  func run() throws {
    let file = try readScenario(file, settings: changes.all)
    try memory.admit(file.scenario, jobs: 1, path: file.path)
    var search = try search(file)
    let names = WorstPage.fileNames(of: file.scenario.name, reproducer: !noReproducer)
    let folder = try ReportFolder(out, for: names)
    let progress = try WorstProgress(
      at: "\(folder.path)/\(file.scenario.name)-worst.progress", origin: origin(file), resume: resume)
    let line = ProgressLine(label: file.scenario.name)
    search.known = progress.probes
    search.keep = { progress.add($0) }
    let finding = search.run { count, worst in
      line.show("\(count) of at most \(budget) rehearsals, worst so far \(worst)")
    }
    let reproducer = noReproducer ? nil : reduced(file, finding, progress, line)
    line.clear()
    let objectives = file.scenario.objectives
    let objective = measure == .rpo ? objectives.rpo : objectives.rto
    let page = WorstPage(
      finding, title: file.scenario.title, objective: objective, reproducer: reproducer)
    let written = try folder.write(page.files(origin: PageOrigin(file)))
    progress.remove()
    print("\(page.answer)\n\nwrote \(written.joined(separator: ", "))")
    if finding.value > .duration(objective) { throw ExitCode.objectiveMissed }
  }

  private func reduced(
    _ file: ScenarioFile, _ finding: WorstFinding, _ progress: WorstProgress, _ line: ProgressLine
  ) -> Reproducer.Result? {
    var reproducer = Reproducer(file, of: finding)
    reproducer.known = progress.reductions
    reproducer.keep = { progress.add($0) }
    return reproducer.reduce { drills, values in
      line.show("reducing the scenario: \(values) values left after \(drills) rehearsals")
    }
  }

  /// The origin of kept progress, with the options that change the search.
  private func origin(_ file: ScenarioFile) -> ShardFile.Origin {
    let options = [
      strategy ?? "", disaster ?? "", measure.rawValue, (dwell ?? []).map { "\($0)" }.joined(separator: ","),
      second.joined(separator: ","), people.map { "\($0)" } ?? "", "\(budget)",
    ]
    return ShardFile.Origin(
      command: "worst", arguments: [relativeToHere(self.file)] + changes.arguments + options,
      settings: changes.all, digest: "\(file.digest)", program: ReportCache.programName)
  }

  private func search(_ file: ScenarioFile) throws(InputError) -> WorstSearch {
    let scenario = file.scenario
    let strategy = try file.place(
      of: strategy, among: scenario.strategies.map(\.name), "strategies", option: "--strategy")
    let disaster = try file.place(
      of: disaster, among: scenario.disasters.map(\.name), "disasters", option: "--disaster")
    for name in second {
      _ = try file.place(
        of: name, among: scenario.disasters.map(\.name), "disasters", option: "--second")
    }
    var search = WorstSearch(
      scenario, strategy: scenario.strategies[strategy], disaster: scenario.disasters[disaster],
      circumstances: circumstances(of: scenario.disasters[disaster]))
    (search.measure, search.budget) = (measure, budget)
    return search
  }

  /// Returns every combination of dwell time and second disaster.
  private func circumstances(of disaster: Disaster) -> [Circumstance] {
    let level = people.map { Ratio.percent(Int64($0)) }
    let seconds: [(disaster: String, after: Duration)?] =
      [nil]
      + second.flatMap { name in
        [Duration.minutes(1), .minutes(20), .minutes(60)].map { (disaster: name, after: $0) }
      }
    return (dwell ?? [disaster.dwell]).flatMap { dwell in
      seconds.map { Circumstance(dwell: dwell, second: $0, peopleLevel: level) }
    }
  }
}

extension WorstSearch.Measure: ExpressibleByArgument {}
