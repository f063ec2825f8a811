import Rehearsals
import ScenarioLanguage
import Units

extension ReportContent {
  /// The section of the return by tier; `nil` without tiers.
  var tiers: Section? {
    guard !objectives.tiers.isEmpty else { return nil }
    return Section(
      id: "tiers", name: "How each tier comes back",
      blocks: [
        .paragraph(
          "The time from the start of the outage until half, nine tenths and all of a tier's services were back, "
            + "rounded up to whole services, whichever were first: the median and the 95th percentile of all drills. "
            + "An earlier tier is restored first, after the services that it depends on."),
        .list(objectives.tiers.map(wording)),
      ] + report.strategies.map { .table(table($0)) })
  }

  /// The objectives of the tiers, for the question of the report; empty without any.
  var tierObjectives: String {
    let parts = objectives.tiers.compactMap { tier in
      tier.rto.map { "the tier \(tier.name) within \($0.forReading)" }
    }
    return parts.isEmpty ? "" : ", \(parts.listed)"
  }

  private func wording(_ tier: ServiceTier) -> Prose {
    let objective = tier.rto.map { "back within \($0.forReading)" } ?? "no objective of its own"
    return "\(name: tier.name), \(objective): \(Prose.names(tier.services))"
  }

  private func table(_ strategy: StrategyReport) -> Table {
    let shares = [50, 90, 100].map { Ratio.percent($0) }
    let rows = strategy.disasters.flatMap { disaster in
      disaster.tiers.map { tier -> [Cell] in
        [.name(disaster.disaster.name), .name(tier.tier.name), cell(tier)]
          + shares.flatMap { share -> [Cell] in
            let step = tier.step(for: share)
            return [.time(step?.p50), .time(step?.p95)]
          }
      }
    }
    return Table(
      "\(name: strategy.strategy.name): time until a share of each tier's services was back",
      [.words("disaster"), .words("tier"), .words("objective")]
        + ["50 %", "90 %", "100 %"].flatMap { [Table.Column.number("\($0) back, p50"), .number("p95")] },
      rows)
  }

  private func cell(_ tier: TierReport) -> Cell {
    guard let level = tier.level else { return .text("none") }
    return Cell(tier.verdict, met: level.drillsMet, of: level.drills)
  }
}
