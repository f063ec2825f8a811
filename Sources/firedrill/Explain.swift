import ArgumentParser
import Assessment
import Reporting

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the chain of events, or the formula and its inputs, behind a number of a report.",
    discussion:
      "A path is made of the keys and names in the JSON report, joined by points: "
      + "strategies.nightly.disasters.fire.rto.achieved.max")

  @Argument(help: ArgumentHelp("A report that 'firedrill run' wrote.", valueName: "report.json"))
  var report: String

  @Argument(help: ArgumentHelp("The path to the number.", valueName: "path"))
  var path: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let explanation = try Explanation(of: path, in: ReportDocument(path: report))
    print(json ? explanation.json : explanation.text, terminator: "")
  }
}
