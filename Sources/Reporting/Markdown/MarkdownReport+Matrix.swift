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

  /// What of the strategies' differences is more than chance.
  var differences: [String] {
    guard let reference = Comparison(report).reference, report.strategies.count > 1 else { return [] }
    func cell(_ difference: PairedDifference?) -> String {
      guard let difference else { return "no pair came back" }
      let bounds = difference.interval.map { " (\($0.lower.forReading) to \($0.upper.forReading))" } ?? ""
      return difference.mean.forReading + bounds
    }
    let rows = report.differences(from: reference).map { pair in
      [Markdown.code(pair.disaster), Markdown.code(pair.strategy), cell(pair.rpo), cell(pair.rto)]
    }
    return [
      "## Differences from one strategy, instant by instant",
      "Each strategy less \(Markdown.code(reference)), at the same instants of the same run: the mean over the pairs in which "
        + "both came back, and where the true mean lies with 95 % confidence (Student). An interval without zero is more "
        + "than chance.",
      Markdown.table(["disaster", "strategy", "RPO", "RTO"], rows),
    ]
  }

  /// How precisely it is known, when that was asked for.
  var precision: [String] {
    guard let precision = report.precision else { return [] }
    let goals = [("RPO", precision.goal.rpo), ("RTO", precision.goal.rto)].compactMap { name, width in
      width.map { "\($0.forReading) for the \(name)" }
    }
    let outcome =
      precision.open.isEmpty
      ? "reached against every disaster"
      : "not reached against \(precision.open.map(Markdown.code).listed) when the budget of "
        + "\(precision.goal.drillsMaximum.of("drill")) was spent"
    return [
      "Asked for: 95 % confidence intervals of the 95th percentiles no wider than \(goals.listed). Rehearsed in "
        + "\(precision.batches.of("batch", "batches")); the goal is \(outcome)."
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
