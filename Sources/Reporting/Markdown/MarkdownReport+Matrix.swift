import Planning

extension MarkdownReport {
  /// Every strategy against every disaster at a glance.
  var matrix: [String] {
    let header = [""] + report.strategies.map { Markdown.code($0.strategy.name) }
    let rows = report.disasters.map { disaster in
      [Markdown.code(disaster.name)]
        + report.strategies.map { strategy in
          strategy.disasters.first { $0.disaster.name == disaster.name }.map(cell) ?? "not rehearsed"
        }
    }
    return [
      "## Every strategy against every disaster",
      "Each cell: the verdict; then achieved RPO and RTO, 95 % of the drills at most / the worst drill.",
      Markdown.table(header, rows),
    ]
  }

  /// The figures beside the report.
  var figures: [String] {
    Figure.allCases.map { "![\($0.caption)](\($0.fileName(of: report.scenario)))" }
  }

  private func cell(_ disaster: DisasterReport) -> String {
    let lost = disaster.unrecoverableCount
    let verdict = disaster.verdict.emphasised
    guard let rpo = disaster.rpo, let rto = disaster.rto else { return verdict }
    if lost == disaster.drills.count { return "\(verdict)<br>in every drill (\(lost.grouped))" }
    let count = lost == 0 ? nil : "in \(lost.grouped) of \(disaster.drills.count.of("drill"))"
    return [verdict, count, range("RPO", rpo), range("RTO", rto)].compactMap { $0 }
      .joined(separator: "<br>")
  }

  /// `nil` when there is no number to show.
  private func range(_ name: String, _ summary: Summary) -> String? {
    summary.p95.value == .unrecoverable
      ? nil : "\(name) \(summary.p95.value.forReading) / \(summary.maximum.forReading)"
  }
}
