import Assessment
import Rehearsals
import Statistics

/// A report as a few lines for a terminal, with a row per strategy and disaster and the conclusion. With many
/// rows, there is one per strategy.
public struct SummaryTable: Sendable {
  let report: Report

  public init(_ report: Report) { self.report = report }

  /// The largest number of rows on a screen.
  private static let rowsMaximum = 40

  public var text: String {
    let content = ReportContent(report)
    let count = report.strategies.reduce(0) { $0 + $1.disasters.count }
    let table = count > Self.rowsMaximum ? short(content) : long
    return table + "\n" + content.answers.map { $0.plain + "\n" }.joined() + troubles
      + (content.coverage.map { $0.plain + "\n" } ?? "")
  }

  /// A line for each strategy whose backups failed or were skipped.
  private var troubles: String {
    report.strategies.compactMap { strategy in
      strategy.protection.troubleWording.map { "\(strategy.strategy.name): \($0).\n" }
    }.joined()
  }

  private var long: String {
    let header = ["strategy", "disaster", "drills", "verdict", "RPO p95", "RPO max", "RTO p95", "RTO max"]
    return table(
      header, report.strategies.flatMap { strategy in strategy.disasters.map { row($0, of: strategy) } })
  }

  private func short(_ content: ReportContent) -> String {
    let table = content.strategies
    return self.table(
      table.columns.map(\.name.plain),
      table.rows.map { row in
        row.map { cell in
          cell.text.plain.isEmpty ? cell.chip ?? cell.verdict?.name ?? "" : cell.text.plain
        }
      })
  }

  private func table(_ header: [String], _ rows: [[String]]) -> String {
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
    let lines = ([header] + rows).map { cells in
      let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      var line = Substring(padded.joined(separator: "  "))
      while line.last == " " { line.removeLast() }
      return line
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func verdict(_ disaster: DisasterReport) -> Cell {
    let objectives = report.scenario.objectives
    return Cell(
      disaster.verdict, met: disaster.metCount(objectives), of: disaster.drills.count,
      level: disaster.isMetAtLevel(objectives) ? objectives.level : nil)
  }

  private func row(_ disaster: DisasterReport, of strategy: StrategyReport) -> [String] {
    [
      strategy.strategy.name, disaster.disaster.name, disaster.drills.count.grouped,
      verdict(disaster).chip ?? disaster.verdict.name,
      (disaster.rpo?.p95.value).forTerminal, (disaster.rpo?.maximum).forTerminal,
      (disaster.rto?.p95.value).forTerminal, (disaster.rto?.maximum).forTerminal,
    ]
  }
}

extension Achieved? {
  /// The number, or a dash where there is none.
  fileprivate var forTerminal: String { self?.duration?.forReading ?? "-" }
}
