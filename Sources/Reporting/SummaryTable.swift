import Planning

/// A report in a few lines for a terminal: a row per strategy and disaster.
public struct SummaryTable: Sendable {
  let report: Report

  public init(_ report: Report) { self.report = report }

  public var text: String {
    let header = ["strategy", "disaster", "drills", "verdict", "RPO p95", "RPO max", "RTO p95", "RTO max"]
    let rows = report.strategies.flatMap { strategy in
      strategy.disasters.map { row($0, of: strategy) }
    }
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
    let lines = ([header] + rows).map { cells in
      let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      var line = Substring(padded.joined(separator: "  "))
      while line.last == " " { line.removeLast() }
      return line
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func row(_ disaster: DisasterReport, of strategy: StrategyReport) -> [String] {
    let unrecoverable = disaster.unrecoverableCount
    return [
      strategy.strategy.name, disaster.disaster.name, disaster.drills.count.grouped,
      disaster.verdict.name + (unrecoverable == 0 ? "" : " in \(unrecoverable.grouped)"),
      (disaster.rpo?.p95.value).forTerminal, (disaster.rpo?.maximum).forTerminal,
      (disaster.rto?.p95.value).forTerminal, (disaster.rto?.maximum).forTerminal,
    ]
  }
}

extension Achieved? {
  /// A dash where there is no number.
  fileprivate var forTerminal: String { self?.duration?.forReading ?? "-" }
}
