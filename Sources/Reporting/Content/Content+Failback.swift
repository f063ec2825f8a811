import Planning
import Units

extension ReportContent {
  /// How the services came home after the failovers of a strategy; `nil` when no drill went on so far.
  func failbacks(_ strategy: StrategyReport) -> [Block] {
    let summaries = strategy.disasters.compactMap { disaster in
      FailbackSummary(of: disaster.drills).map { (disaster.disaster.name, $0) }
    }
    guard !summaries.isEmpty else { return [] }
    let failures = summaries.flatMap { name, summary in
      summary.failures.map { reason, count -> Prose in
        "\(name: name), not home in \(count.grouped) of \(summary.count.of("drill")): \(reason)"
      }
    }
    return [.table(failbackTable(summaries))] + (failures.isEmpty ? [] : [.list(failures)])
  }

  private func failbackTable(_ summaries: [(String, FailbackSummary)]) -> Table {
    let rows = summaries.map { name, summary -> [Cell] in
      let home = summary.returned.count
      return [
        .name(name), Cell("\(home.grouped) of \(summary.count.grouped)", key: Int64(home)),
        .time(summary.unprotectedWindow.p50.value), .time(summary.unprotectedWindow.maximum),
        .time(.duration(summary.longestResynchronization)),
        Cell(
          Prose(summary.mostResynchronizedBytes.forReading), key: summary.mostResynchronizedBytes.bytes),
        .time(summary.downtime.p50.value), .time(summary.downtime.maximum),
        .time(.duration(summary.worstRPO)),
      ]
    }
    return Table(
      "The way back: the unprotected window is from the outage until a copy is in sync again; then the planned move home",
      [
        .words("disaster"), .number("came home"), .number("unprotected p50"), .number("unprotected worst"),
        .number("resynchronization"), .number("sent"), .number("downtime p50"), .number("downtime worst"),
        .number("RPO of the move"),
      ], rows)
  }
}
