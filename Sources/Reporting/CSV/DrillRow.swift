import Estate
import Rehearsals
import ScenarioLanguage

/// The results of one strategy against one disaster at one instant.
struct DrillRow {
  typealias Column = CSVTable<DrillRow>.Column

  let scenario: Scenario
  let strategy: Strategy
  let disaster: Disaster
  let drill: Drill

  static var columns: [Column] {
    subject + achieved + phases + recovery + protection + takeover + failback + shipping
  }

  private static var subject: [Column] {
    [
      Column(name: "scenario") { .text($0.scenario.name) },
      Column(name: "strategy") { .text($0.strategy.name) },
      Column(name: "disaster") { .text($0.disaster.name) },
      Column(name: "instant") { .instant($0.drill.strike) },
      Column(name: "outage_start") { .instant($0.drill.outageStart) },
    ]
  }

  private static var achieved: [Column] {
    [
      Column(name: "verdict") { .text($0.drill.verdict($0.scenario.objectives).name) },
      Column(name: "verdict_rank") { .count($0.drill.verdict($0.scenario.objectives).severity) },
      Column(name: "rpo_verdict") { .text($0.drill.rpoVerdict($0.scenario.objectives).name) },
      Column(name: "rto_verdict") { .text($0.drill.rtoVerdict($0.scenario.objectives).name) },
      Column(name: "achieved_rpo_s") { .seconds($0.drill.achievedRPO.duration) },
      Column(name: "rpo_at_least_s") { .seconds($0.drill.achievedRPOAtLeast.duration) },
      Column(name: "achieved_rto_s") { .seconds($0.drill.achievedRTO.duration) },
      Column(name: "recovery_point_age_s") { .seconds($0.drill.recoveryPointAge) },
      Column(name: "lost_writes") { $0.drill.recovered.map { .count($0.lostWrites) } ?? .none },
      Column(name: "lost_transactions") { $0.drill.recovered.map { .count($0.lostTransactions) } ?? .none },
      Column(name: "lost_bytes") { $0.drill.recovered.map { .bytes($0.lostBytes) } ?? .none },
    ]
  }

  /// The columns of the critical path; empty for phases that are not on it.
  private static var phases: [Column] {
    Phase.ofRecovery.map { phase in
      Column(name: "\(phase.reportName)_s") { row in
        .seconds(row.drill.criticalPhases.first { $0.phase == phase }?.time)
      }
    }
  }

  private static var recovery: [Column] {
    [
      Column(name: "attempts") { .count($0.drill.attempts) },
      Column(name: "source") { .text($0.source) },
      Column(name: "candidates_tried") { .count($0.drill.candidatesTried) },
      Column(name: "journal_window_s") { .seconds($0.drill.journalWindow?.length) },
      Column(name: "journal_history") { .text($0.drill.journalWindow?.historyWord ?? "") },
      Column(name: "reason") { row in
        let reasons = UnrecoverableReason(row.strategy, row.disaster, in: row.scenario)
        return .text(row.drill.reason.map(reasons.wording) ?? "")
      },
    ]
  }

  /// The source of the data, as in `database: vault local-vault; files: local snapshot`.
  private var source: String {
    drill.restored.map { restored in
      let blueprint = scenario.blueprint
      return "\(blueprint.services[restored.service].name): \(blueprint.name(of: restored.source))"
    }.joined(separator: "; ")
  }
}
