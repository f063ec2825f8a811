import Documents
import Rehearsals
import ScenarioLanguage
import Units

extension JSONReport {
  /// Returns the objectives of the tiers; nothing without tiers.
  func tiers(_ objectives: Objectives) -> [(String, JSON)] {
    if objectives.tiers.isEmpty { return [] }
    let tiers = objectives.tiers.map { tier in
      JSON.object([
        ("name", .string(tier.name)), ("rto_ns", .duration(tier.rto)),
        ("services", .array(tier.services.map { .string($0) })),
      ])
    }
    return [("tiers", .array(tiers))]
  }

  /// Returns the return of each tier's services; nothing without tiers.
  func tiers(_ disaster: DisasterReport) -> [(String, JSON)] {
    if disaster.tiers.isEmpty { return [] }
    return [("tiers", .array(disaster.tiers.map(tier)))]
  }

  private func tier(_ tier: TierReport) -> JSON {
    .object([
      ("name", .string(tier.tier.name)),
      ("verdict", .string(tier.verdict.name)),
      ("level", level(tier.level)),
      (
        "steps",
        .array(
          tier.steps.map { step in
            .object([
              ("services_back", .integer(Int64(step.count))), ("p50", .achieved(step.p50)),
              ("p95", .achieved(step.p95)), ("max", .achieved(step.maximum)),
            ])
          })
      ),
    ])
  }
}
