import ArgumentParser
import Assessment
import Reporting

struct DifferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show the differences between two stored JSON reports: settings, verdicts and every value.",
    discussion: "Baselines are reports too. Exit codes: 0, nothing differs; 1, something does; 2, bad input.")

  @Argument(help: ArgumentHelp("The earlier report.", valueName: "a.json"))
  var before: String

  @Argument(help: ArgumentHelp("The later report.", valueName: "b.json"))
  var after: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let difference = ReportDifference(
      from: try ReportDocument(path: before), to: try ReportDocument(path: after))
    print(json ? difference.json : difference.text, terminator: "")
    if !difference.isEmpty { throw ExitCode.objectiveMissed }
  }
}
