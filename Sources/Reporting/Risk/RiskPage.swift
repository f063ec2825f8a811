import Assessment
import Decision
import Units

/// A scenario's risk for people: the conclusion, the curves, and each strategy's losses by disaster.
struct RiskPage {
  let report: RiskReport

  var page: SectionedPage {
    SectionedPage(
      title: "Risk: \(report.title)", answers: [Prose(RiskSummary(report).conclusion)],
      question: method,
      sections: [strategies, figures] + report.strategies.map(details) + [reproduction])
  }

  private var method: Prose {
    let lifetimes = report.years.of("year")
    return
      "\(lifetimes) were simulated, in lifetimes of ten years or more. Disasters arrive by their rates; each "
      + "recovery's outage and loss is that of a rehearsed drill, and a second disaster can strike during a "
      + "recovery. "
      + (report.overlapDrills > 0
        ? "Second disasters that are frequent enough were rehearsed in \(report.overlapDrills.of("drill")) each. "
        : "Recoveries with a second disaster are composed of single drills. ")
      + "All lost means that nothing usable came back, or that no copy was left."
  }

  private var strategies: Section {
    let tables = RiskTables(report)
    return Section(
      id: "strategies", name: "Every strategy",
      blocks: [
        .table(
          Table(
            "Costs and losses", [.words("strategy")] + tables.header.dropFirst().map { .number(Prose($0)) },
            rows)),
        .paragraph(
          "One year in 20 (in 100) loses at least the amount of its column: the 95th (99th) percentile. The "
            + "expected loss is the mean; the cost is the present value of protection and expected losses."),
      ])
  }

  private var rows: [[Cell]] {
    report.strategies.map { risk in
      [
        .name(risk.strategy), .money(risk.protection), .loss(risk.expected.value), .loss(risk.p95.value),
        .loss(risk.p99.value),
        Cell(Prose(risk.totalLoss.forReading), key: Int64(risk.totalLoss.probability * 1e15)),
        .loss(risk.totalCost.mean),
      ]
    }
  }

  private var figures: Section {
    Section(
      id: "figures", name: "Figures",
      blocks: [
        .drawing(
          caption: "Loss exceedance: the share of years that lose more than an amount",
          svg: ExceedanceFigure(report: report).svg, file: "\(report.scenario)-risk-exceedance.svg"),
        .drawing(
          caption: "The assumptions that matter most, each halved and doubled",
          svg: TornadoFigure(report: report).svg, file: "\(report.scenario)-risk-tornado.svg"),
      ])
  }

  // MARK: One strategy

  private func details(_ risk: StrategyRisk) -> Section {
    Section(
      id: "strategy-\(risk.strategy)", name: risk.strategy,
      blocks: [
        .paragraph(
          "Expected loss a year: \(interval(risk.expected)). "
            + "95th percentile: \(interval(risk.p95)). 99th percentile: \(interval(risk.p99)). "
            + "Greatest simulated: \(risk.greatest.forReading). Outage in a year: \(risk.outage.forReading) in the "
            + "mean. Everything is lost within ten years with a probability of \(risk.totalLoss.forReading): "
            + "\(risk.totalLoss.evidence)."),
        .table(
          Table(
            "Losses by disaster",
            [.words("disaster")]
              + [
                "a year", "during a recovery", "all lost", "expected loss a year", "of it outage",
                "lost data",
                "work", "total losses",
              ].map { .number($0) }, risk.shares.map(row))),
      ])
  }

  private func row(_ share: HazardShare) -> [Cell] {
    let (tally, currency) = (share.tally, share.expected.currency)
    func yearly(_ amount: Int64) -> Cell {
      let mean = Int64((Int128(amount)).roundedQuotient(Int128(report.years)))
      return .money(Money(minorUnits: mean, currency: currency))
    }
    let rate = Ratio(
      billionths: Int64(
        (Int128(tally.occurrences) * 1_000_000_000).roundedQuotient(Int128(report.years))))
    return [
      .name(share.hazard), Cell(Prose(rate.asNumber), key: rate.billionths), .count(Int(tally.overlaps)),
      .count(Int(tally.totalLosses)), .money(share.expected), yearly(tally.outagePrice),
      yearly(tally.dataLossPrice), yearly(tally.workPrice), yearly(tally.totalLossPrice),
    ]
  }

  private func interval(_ estimate: LossEstimate) -> String {
    guard let lower = estimate.lower, let upper = estimate.upper else { return estimate.value.forReading }
    return "\(estimate.value.forReading) (\(lower.forReading) to \(upper.forReading))"
  }

  private var reproduction: Section {
    Section(
      id: "again", name: "How to get this report again",
      blocks: [
        .code(
          "firedrill risk " + report.arguments.map(ReproductionCommand.shellQuoted).joined(separator: " "))
      ])
  }
}

extension Cell {
  /// A loss, of which one without a price sorts last.
  fileprivate static func loss(_ loss: Loss) -> Cell {
    if case .money(let money) = loss { return .money(money) }
    return Cell(Prose(loss.forReading), key: .max)
  }
}
