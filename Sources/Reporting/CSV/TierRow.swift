import Rehearsals
import Units

/// A step of the return of a tier's services after one disaster.
struct TierRow {
  typealias Column = CSVTable<TierRow>.Column

  let scenario: String
  let strategy: String
  let disaster: String
  let tier: TierReport
  let step: TierReport.Step

  static var columns: [Column] {
    [
      Column(name: "scenario") { .text($0.scenario) },
      Column(name: "strategy") { .text($0.strategy) },
      Column(name: "disaster") { .text($0.disaster) },
      Column(name: "tier") { .text($0.tier.tier.name) },
      Column(name: "rto_objective_s") { .seconds($0.tier.tier.rto) },
      Column(name: "rto_verdict") { .text($0.tier.verdict.name) },
      Column(name: "services") { .count($0.tier.tier.services.count) },
      Column(name: "services_back") { .count($0.step.count) },
      Column(name: "share_ratio") {
        .ratio(Ratio(billionths: Int64($0.step.count) * 1_000_000_000 / Int64($0.tier.tier.services.count)))
      },
      Column(name: "time_p50_s") { .seconds($0.step.p50.duration) },
      Column(name: "time_p95_s") { .seconds($0.step.p95.duration) },
      Column(name: "time_max_s") { .seconds($0.step.maximum.duration) },
    ]
  }
}

extension CSVReport {
  /// The table with a row per strategy, disaster, tier and number of services that are back.
  public var tiers: String {
    let rows = report.strategies.flatMap { strategy in
      strategy.disasters.flatMap { disaster in
        disaster.tiers.flatMap { tier in
          tier.steps.map {
            TierRow(
              scenario: report.scenario.name, strategy: strategy.strategy.name,
              disaster: disaster.disaster.name, tier: tier, step: $0)
          }
        }
      }
    }
    return CSVTable(columns: TierRow.columns).text(of: rows)
  }
}
