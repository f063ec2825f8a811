import Decision
import Planning
import Units

/// A scenario's risk for people, in Markdown.
public struct RiskMarkdown: Sendable {
  let report: RiskReport

  public init(_ report: RiskReport) { self.report = report }

  public var text: String {
    let head = [
      "# Risk: \(Markdown.escaped(report.title))", "**\(Markdown.escaped(RiskSummary(report).conclusion))**",
      method, strategies, "![Loss exceedance](\(report.scenario)-risk-exceedance.svg)",
    ]
    let details = report.strategies.flatMap(details)
    let end = ["## How to get this report again", "```sh\n\(command)\n```"]
    return (head + ["![Assumptions that matter most](\(report.scenario)-risk-tornado.svg)"] + details + end)
      .joined(separator: "\n\n") + "\n"
  }

  private var method: String {
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

  private var strategies: String {
    let tables = RiskTables(report)
    return "## Every strategy\n\n" + Markdown.table(tables.header, tables.rows) + "\n\n"
      + "One year in 20 (in 100) loses at least the amount of its column: the 95th (99th) percentile. The "
      + "expected loss is the mean; the cost is the present value of protection and expected losses."
  }

  private func details(_ risk: StrategyRisk) -> [String] {
    [
      "## \(Markdown.code(risk.strategy))",
      "Expected loss a year: \(interval(risk.expected)). "
        + "95th percentile: \(interval(risk.p95)). 99th percentile: \(interval(risk.p99)). "
        + "Greatest simulated: \(risk.greatest.forReading). Outage in a year: \(risk.outage.forReading) in the "
        + "mean. Everything is lost within ten years with a probability of \(risk.totalLoss.forReading): "
        + "\(risk.totalLoss.evidence).",
      Markdown.table(
        [
          "disaster", "a year", "during a recovery", "all lost", "expected loss a year", "of it outage",
          "lost data", "work", "total losses",
        ], risk.shares.map(row)),
    ]
  }

  private func row(_ share: HazardShare) -> [String] {
    let (tally, currency) = (share.tally, share.expected.currency)
    func yearly(_ amount: Int64) -> String {
      let mean = Int64((Int128(amount)).roundedQuotient(Int128(report.years)))
      return Money(minorUnits: mean, currency: currency).forReading
    }
    let rate = Ratio(
      billionths: Int64(
        (Int128(tally.occurrences) * 1_000_000_000).roundedQuotient(Int128(report.years))))
    return [
      Markdown.code(share.hazard), rate.asNumber, tally.overlaps.grouped, tally.totalLosses.grouped,
      share.expected.forReading, yearly(tally.outagePrice), yearly(tally.dataLossPrice),
      yearly(tally.workPrice), yearly(tally.totalLossPrice),
    ]
  }

  private func interval(_ estimate: LossEstimate) -> String {
    guard let lower = estimate.lower, let upper = estimate.upper else { return estimate.value.forReading }
    return "\(estimate.value.forReading) (\(lower.forReading) to \(upper.forReading))"
  }

  private var command: String {
    "firedrill risk " + report.arguments.map(ReproductionCommand.shellQuoted).joined(separator: " ")
  }
}
