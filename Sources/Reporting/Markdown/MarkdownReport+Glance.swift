import Planning
import Units

extension MarkdownReport {
  /// The first screen: the seed's table of purpose, scenario and cost, with measured cells.
  var glance: [String] {
    let comparison = Comparison(report)
    let header = [
      "strategy", "purpose", "met every objective against", "came back, but missed one, against",
      "did not always come back from", "RPO", "RTO", "cost a year", "of production", "band",
    ]
    let rows = zip(report.strategies, comparison.standings).enumerated().map { index, pair in
      let (strategy, standing) = pair
      let costs = report.costs?.strategies[index]
      return [
        Markdown.code(strategy.strategy.name),
        "\(strategy.strategy.family.wording): \(strategy.strategy.family.purpose)",
        names(strategy.protectedAgainst), names(strategy.missedAgainst), names(strategy.unprotectedAgainst),
        standing.rpo?.forReading ?? "-", standing.rto?.forReading ?? "-",
        costs?.protection.forReading ?? "-", costs?.band.ratio.asPercent ?? "-",
        costs.map { "\($0.band.position.rawValue) \($0.band.family.bandWording)" } ?? "-",
      ]
    }
    return [
      Markdown.table(header, rows),
      "RPO and RTO: 95 % of the drills against the strategy's worst disaster achieved this or better. Cost: the steady "
        + "year and its practised recoveries, without disasters; what production costs is listed under "
        + "[What protection costs](#what-protection-costs).",
    ]
  }

  private func names(_ names: [String]) -> String {
    names.isEmpty
      ? "-"
      : names.count == report.disasters.count && names.count > 1
        ? "every disaster" : names.map(Markdown.code).joined(separator: ", ")
  }
}
