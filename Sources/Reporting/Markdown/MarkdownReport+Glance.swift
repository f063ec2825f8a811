import Planning
import Units

extension MarkdownReport {
  /// The first screen: the seed's table of purpose, scenario and cost, with measured cells.
  var glance: [String] {
    let comparison = Comparison(report)
    let header = [
      "strategy", "purpose", "cost a year", "of production", "RPO", "RTO", "protects against",
      "misses an objective against", "not always back from",
    ]
    let rows = zip(report.strategies, comparison.standings).enumerated().map { index, pair in
      let (strategy, standing) = pair
      let band = report.costs?.strategies[index].band
      return [
        Markdown.code(strategy.strategy.name),
        "\(strategy.strategy.family.wording): \(strategy.strategy.family.purpose)",
        standing.cost?.forReading ?? "-",
        band.map { "\($0.ratio.asPercent), \($0.position.rawValue) \($0.family.bandWording)" } ?? "-",
        standing.rpo?.forReading ?? "-", standing.rto?.forReading ?? "-", names(strategy.protectedAgainst),
        names(strategy.missedAgainst), names(strategy.unprotectedAgainst),
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
