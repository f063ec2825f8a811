import Planning
import Units

/// The contents of the page, in the order in which somebody decides: what is fit, what it costs, then the evidence.
struct HTMLPage {
  let report: Report
  private let comparison: Comparison

  init(_ report: Report) {
    self.report = report
    comparison = Comparison(report)
  }

  var context: [String: Any] {
    let sections = [glance, choice, matrix, figures] + [costs].compactMap { $0 } + [evidence, reproduction]
    return [
      "title": report.scenario.title, "overall": overall, "asked": asked,
      "contents": sections.map { ["id": $0.id, "name": $0.name] }, "sections": sections.map(\.context),
      "version": report.provenance.version, "seed": "\(report.scenario.seed)",
      "scale": "\(report.scenario.scale)",
    ]
  }

  private var overall: String {
    if let best = comparison.cheapestFit, let cost = best.cost {
      return
        "The cheapest strategy that meets every objective in every drill is \(best.strategy), at \(cost.forReading) a year."
    }
    guard let best = comparison.cheapestRecovering, let cost = best.cost else {
      return "No strategy meets every objective, and none comes back in every drill."
    }
    return
      "No strategy meets every objective in every drill. The cheapest that always comes back is \(best.strategy), at "
      + "\(cost.forReading) a year."
  }

  private var asked: String {
    let objectives = report.scenario.objectives
    return
      "Asked for: at most \(objectives.rpo.forReading) of lost data (RPO), and the entire system back within "
      + "\(objectives.rto.forReading) (RTO). \(report.strategies.count.of("strategy", "strategies")) against "
      + "\(report.disasters.count.of("disaster")), in \(report.drillCount.of("drill")) on the same workload and instants."
  }

  // MARK: Sections

  private var glance: HTMLSection {
    let rows = zip(report.strategies, comparison.standings).enumerated().map { place, pair -> [HTMLCell] in
      let (strategy, standing) = pair
      let band = report.costs?.strategies[place].band
      return [
        HTMLCell(
          text: strategy.strategy.name,
          notes: ["\(strategy.strategy.family.wording): \(strategy.strategy.family.purpose)"]),
        HTMLCell(
          text: strategy.verdict.name, key: "\(Verdict.allCases.firstIndex(of: strategy.verdict) ?? 0)",
          chip: strategy.verdict),
        .money(standing.cost), share(band), .time(standing.rpo), .time(standing.rto),
        .words(names(strategy.protectedAgainst)), .words(names(strategy.missedAgainst)),
        .words(names(strategy.unprotectedAgainst)),
      ]
    }
    let table = HTMLTable(
      caption: "Purpose, scenario and cost of each strategy, measured",
      columns: [
        ("strategy", false), ("verdict", false), ("cost a year", true), ("of production", true),
        ("RPO", true),
        ("RTO", true), ("protects against", false), ("misses an objective against", false),
        ("not always back from", false),
      ], rows: rows)
    return HTMLSection(
      id: "glance", name: "At a glance",
      blocks: [
        .table(table),
        .paragraph(
          "RPO and RTO: 95 % of the drills against the strategy's worst disaster achieved this or better. Cost: a steady "
            + "year and its practised recoveries, without disasters."),
      ])
  }

  private func share(_ band: BandVerdict?) -> HTMLCell {
    var cell = HTMLCell.ratio(band?.ratio)
    cell.notes = band.map { ["\($0.position.rawValue) \($0.family.bandWording)"] } ?? []
    return cell
  }

  private func names(_ names: [String]) -> String {
    names.isEmpty
      ? "-"
      : names.count == report.disasters.count && names.count > 1
        ? "every disaster" : names.joined(separator: ", ")
  }

  private var choice: HTMLSection {
    let reasons = zip(comparison.standings, report.strategies).map { standing, strategy in
      let dominated = standing.dominatedBy.map {
        "; \($0) costs no more and is no worse against any disaster"
      }
      return "\(standing.strategy) \(comparison.plainReason(for: standing, strategy))\(dominated ?? "")."
    }
    return HTMLSection(
      id: "choice", name: "Which one, and why not the others",
      blocks: [
        .list(reasons),
        .paragraph(
          "No other beats \(comparison.front.map(\.strategy).listed) in cost and against every disaster (the Pareto front)."
        ),
      ])
  }

  private var matrix: HTMLSection {
    let columns = [("disaster", false)] + report.strategies.map { ($0.strategy.name, false) }
    let rows = report.disasters.map { disaster -> [HTMLCell] in
      [.text(disaster.name)]
        + report.strategies.map { strategy in
          strategy.disasters.first { $0.disaster.name == disaster.name }.map(cell) ?? .text("not rehearsed")
        }
    }
    return HTMLSection(
      id: "matrix", name: "Every strategy against every disaster",
      blocks: [
        .table(
          HTMLTable(
            caption: "Verdict; then what 95 % of the drills achieved at most, and the worst drill",
            columns: columns, rows: rows)
        )
      ])
  }

  private func cell(_ disaster: DisasterReport) -> HTMLCell {
    var notes: [String] = []
    let lost = disaster.unrecoverableCount
    if lost > 0 { notes.append("in \(lost.grouped) of \(disaster.drills.count.of("drill"))") }
    for (name, summary) in [("RPO", disaster.rpo), ("RTO", disaster.rto)] {
      guard let summary, summary.p95.value != .unrecoverable else { continue }
      notes.append("\(name) \(summary.p95.value.forReading) / \(summary.maximum.forReading)")
    }
    return HTMLCell(
      text: disaster.verdict.name, key: "\(Verdict.allCases.firstIndex(of: disaster.verdict) ?? 0)",
      chip: disaster.verdict,
      notes: notes)
  }

  private var figures: HTMLSection {
    HTMLSection(
      id: "figures", name: "Figures",
      blocks: Figure.allCases.map { .figure(caption: $0.caption, svg: $0.svg(of: report)) })
  }

  private var reproduction: HTMLSection {
    HTMLSection(
      id: "reproduction", name: "How to reproduce it",
      blocks: [
        .code(ReproductionCommand(report).text),
        .paragraph("SHA-256 of the scenario and its files: \(report.provenance.digest)."),
      ])
  }
}
