import Assessment
import Glibc
import Reporting

/// The results of runs on standard output: a table for people, or JSON.
struct RunSummary {
  private var reports: [(report: Report, written: [String])] = []
  let isJSON: Bool

  init(isJSON: Bool) { self.isJSON = isJSON }

  mutating func add(_ report: Report, written: [String]) {
    reports.append((report, written))
    guard !isJSON, Verbosity.current > .quiet else { return }
    print(Self.text(of: report, written: written))
  }

  /// Prints the parts that need all runs.
  func end() {
    if isJSON { print(RunJSON(reports).text, terminator: "") }
  }

  static func text(of report: Report, written: [String]) -> String {
    let table = SummaryTable(report).text
    return """
      \(report.scenario.name): \(report.scenario.title)

      \(TerminalColour.isUsed(on: STDOUT_FILENO) ? TerminalColour.verdicts(in: table) : table)
      wrote \(written.joined(separator: ", "))

      """
  }
}
