import Planning
import Units

extension HTMLPage {
  /// The four numbers of every strategy against every disaster, folded up.
  var evidence: HTMLSection {
    let blocks = report.strategies.flatMap { strategy -> [HTMLBlock] in
      [.heading("\(strategy.strategy.title) (\(strategy.strategy.name))")]
        + strategy.disasters.map { disaster in
          .folded(
            summary: "\(disaster.disaster.name): \(disaster.verdict.name)",
            paragraphs: paragraphs(disaster, strategy), numbers(disaster, strategy))
        }
    }
    return HTMLSection(
      id: "evidence", name: "The evidence",
      blocks: [
        .paragraph(
          "Objective is what was asked for, published what somebody promised or observed, estimate a formula's worst case, "
            + "achieved what the rehearsal measured, in brackets its 95 % confidence interval. None stands in for another."
        )
      ] + blocks)
  }

  private func paragraphs(_ disaster: DisasterReport, _ strategy: StrategyReport) -> [String] {
    let lead = "\(report.scenario.wording(of: disaster.disaster)); \(disaster.drills.count.of("drill"))."
    let reasons = disaster.unrecoverableReasons.map { "\($0.count.of("drill")): \($0.reason)." }
    let published = [disaster.disaster.published, strategy.strategy.published].compactMap { $0 }.map {
      "Published: \($0.scope) (\($0.source))"
    }
    return [lead] + reasons + published
  }

  private func numbers(_ disaster: DisasterReport, _ strategy: StrategyReport) -> HTMLTable {
    let published = disaster.disaster.published ?? strategy.strategy.published
    let objectives = report.scenario.objectives
    func row(_ name: String, _ rpo: String, _ rto: String) -> [HTMLCell] {
      [.text(name), .text(rpo), .text(rto)]
    }
    var rows = [row("objective", objectives.rpo.forReading, objectives.rto.forReading)]
    if let published {
      rows.append(row("published", published.rpo?.forReading ?? "none", published.rto?.forReading ?? "none"))
    }
    rows.append(row("estimate", disaster.estimate.rpo.forReading, disaster.estimate.rto.forReading))
    let levels: [(String, KeyPath<Summary, Estimated>)] = [("p50", \.p50), ("p95", \.p95), ("p99", \.p99)]
    for (name, level) in levels {
      rows.append(
        row(
          "achieved, \(name)", disaster.rpo?[keyPath: level].forReading ?? "-",
          disaster.rto?[keyPath: level].forReading ?? "-"))
    }
    rows.append(
      row("achieved, worst", disaster.rpo?.maximum.forReading ?? "-", disaster.rto?.maximum.forReading ?? "-")
    )
    rows.append(row("verdict", disaster.rpoVerdict.name, disaster.rtoVerdict.name))
    return HTMLTable(
      caption: "\(strategy.strategy.name) against \(disaster.disaster.name)",
      columns: [("", false), ("RPO", false), ("RTO", false)], rows: rows)
  }

  /// What production and protection cost, and at which prices.
  var costs: HTMLSection? {
    guard let costs = report.costs else { return nil }
    let used = CostComponent.allCases.filter { component in
      costs.strategies.contains {
        ($0.steady.total(of: component) + $0.drill.total(of: component)).minorUnits != 0
      }
    }
    let rows = zip(report.strategies, costs.strategies).map { strategy, cost -> [HTMLCell] in
      [.text(strategy.strategy.name)]
        + used.map { .money(cost.steady.total(of: $0) + cost.drill.total(of: $0)) }
        + [.money(cost.protection), .ratio(cost.band.ratio), loss(cost.expectedLoss), .money(cost.totalCost)]
    }
    let years = report.scenario.costs.years
    let columns =
      [("a year", false)] + used.map { ($0.rawValue, true) }
      + [
        ("total", true), ("of production", true), ("expected loss", true),
        ("\(years.of("year")), present value", true),
      ]
    let findings = zip(report.strategies, costs.strategies).map {
      "\($0.strategy.name) \($1.bandSentence(costs.production))."
    }
    return HTMLSection(
      id: "costs", name: "What protection costs",
      blocks: [
        .paragraph(denominator(costs)),
        .table(HTMLTable(caption: "Cost by component, in a year", columns: columns, rows: rows)),
        .list(findings),
        .folded(summary: "The bill, line by line", paragraphs: [], bill(costs)),
        .folded(summary: "The prices and where they are from", paragraphs: [], prices(costs)),
      ])
  }

  private func denominator(_ costs: CostReport) -> String {
    let parts = CostComponent.allCases.filter { costs.production.total(of: $0).minorUnits != 0 }.map {
      "\($0.rawValue) \(costs.production.total(of: $0).forReading)"
    }
    return
      "The production system costs \(costs.production.total.forReading) a year without any protection: \(parts.listed). "
      + "That is the denominator of every share."
  }

  private func loss(_ loss: ExpectedLoss?) -> HTMLCell {
    switch loss?.total {
    case .money(let money): .money(money)
    case .unrecoverable: HTMLCell(text: Verdict.unrecoverable.name, key: "\(Int64.max)")
    case nil: HTMLCell(text: "not asked", key: "-1")
    }
  }

  private func bill(_ costs: CostReport) -> HTMLTable {
    func rows(_ name: String, _ statement: CostStatement) -> [[HTMLCell]] {
      statement.lines.filter { $0.cost.minorUnits != 0 }.map { line in
        [
          .text(name), .text(line.usage.subject), .text(line.usage.item),
          .text(line.usage.forReading(per: line.price.unit)),
          .text(line.price.amount), .money(line.cost),
        ]
      }
    }
    let all =
      rows("production", costs.production)
      + zip(report.strategies, costs.strategies).flatMap {
        rows($0.strategy.name, $1.steady) + rows("\($0.strategy.name), drill", $1.drill)
      }
    return HTMLTable(
      caption: "Quantity times price, each rounded to the cent once",
      columns: [
        ("for", false), ("of", false), ("item", false), ("quantity in a year", true), ("price", true),
        ("cost", true),
      ],
      rows: all)
  }

  private func prices(_ costs: CostReport) -> HTMLTable {
    let rows = costs.items.map { item -> [HTMLCell] in
      let basis =
        switch item.basis {
        case .listPrice(let source, let date): "\(source); \(date)"
        case .assumption(let reason): "assumed: \(reason)"
        }
      return [.text(item.name), .text("\(item.price)"), .words(basis)]
    }
    return HTMLTable(
      caption: "Prices in \(costs.book.currency)",
      columns: [("item", false), ("list price", false), ("where it is from", false)], rows: rows)
  }
}
