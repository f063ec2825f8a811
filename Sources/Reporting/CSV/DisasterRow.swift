import Assessment
import Rehearsals
import ScenarioLanguage
import Statistics
import Units

/// The results of one strategy against one disaster.
struct DisasterRow {
  typealias Column = CSVTable<DisasterRow>.Column

  let report: Report
  let strategy: StrategyReport
  let disaster: DisasterReport

  static var columns: [Column] {
    subject + level + expectations + achieved("rpo", \.rpo) + achieved("rto", \.rto) + losses + protection
      + replication + copies + costs + provenance + shipping
  }

  private static var subject: [Column] {
    [
      Column(name: "scenario") { .text($0.report.scenario.name) },
      Column(name: "strategy") { .text($0.strategy.strategy.name) },
      Column(name: "disaster") { .text($0.disaster.disaster.name) },
      Column(name: "cause") { .text($0.disaster.disaster.cause.reportName) },
      Column(name: "verdict") { .text($0.disaster.verdict.name) },
      Column(name: "verdict_rank") { .count($0.disaster.verdict.severity) },
      Column(name: "rpo_verdict") { .text($0.disaster.rpoVerdict.name) },
      Column(name: "rto_verdict") { .text($0.disaster.rtoVerdict.name) },
      Column(name: "drills") { .count($0.disaster.drills.count) },
      Column(name: "met_drills") { .count($0.disaster.metCount($0.report.scenario.objectives)) },
      Column(name: "unrecoverable_drills") { .count($0.disaster.unrecoverableCount) },
    ]
  }

  private static var expectations: [Column] {
    [
      Column(name: "rpo_objective_s") { .duration($0.report.scenario.objectives.rpo) },
      Column(name: "rto_objective_s") { .duration($0.report.scenario.objectives.rto) },
      Column(name: "rpo_published_s") { .seconds($0.published(\.rpo)) },
      Column(name: "rto_published_s") { .seconds($0.published(\.rto)) },
      Column(name: "rpo_estimate_s") { .seconds($0.disaster.estimate.rpo.duration) },
      Column(name: "rto_estimate_s") { .seconds($0.disaster.estimate.rto.duration) },
    ]
  }

  private static func achieved(_ name: String, _ summary: KeyPath<DisasterReport, Summary?>) -> [Column] {
    func estimated(_ level: String, _ value: KeyPath<Summary, Estimated>) -> [Column] {
      func bound(_ side: KeyPath<ConfidenceInterval, Achieved?>) -> (DisasterRow) -> CSVCell {
        { .seconds($0.disaster[keyPath: summary]?[keyPath: value].interval?[keyPath: side]?.duration) }
      }
      return [
        Column(name: "achieved_\(name)_\(level)_s") {
          .seconds($0.disaster[keyPath: summary]?[keyPath: value].value.duration)
        },
        Column(name: "achieved_\(name)_\(level)_lower_s", cell: bound(\.lower)),
        Column(name: "achieved_\(name)_\(level)_upper_s", cell: bound(\.upper)),
      ]
    }
    return estimated("p50", \.p50) + estimated("p95", \.p95) + estimated("p99", \.p99)
      + estimated("mean", \.mean)
      + [
        Column(name: "achieved_\(name)_max_s") {
          .seconds($0.disaster[keyPath: summary]?.maximum.duration)
        }
      ]
  }

  private static var losses: [Column] {
    [
      Column(name: "rpo_at_least_mean_s") { .seconds($0.disaster.rpoAtLeast?.mean.value.duration) },
      Column(name: "rpo_at_least_max_s") { .seconds($0.disaster.rpoAtLeast?.maximum.duration) },
      Column(name: "rpo_resolution_s") { .seconds($0.disaster.resolution) },
      Column(name: "confidence_ratio") {
        $0.disaster.rpo?.mean.interval.map { .ratio($0.confidence) } ?? .none
      },
      Column(name: "lost_writes_max") { $0.disaster.mostLostWrites.map { .count($0) } ?? .none },
      Column(name: "lost_transactions_max") { $0.disaster.mostLostTransactions.map { .count($0) } ?? .none },
      Column(name: "lost_bytes_max") { $0.disaster.mostLostBytes.map { .bytes($0) } ?? .none },
    ]
  }

  private static var protection: [Column] {
    [
      Column(name: "snapshots_taken") { .count($0.strategy.protection.snapshotsTaken) },
      Column(name: "backups_taken") { .count($0.strategy.protection.backupsTaken) },
      Column(name: "slots_swallowed") { .count($0.strategy.protection.slotsSwallowed) },
      Column(name: "backups_failed") { .count($0.strategy.protection.backupsFailed) },
      Column(name: "backup_failures") { .text($0.strategy.protection.failuresWording) },
      Column(name: "longest_backup_s") { .seconds($0.strategy.protection.longestBackup) },
      Column(name: "journal_window_min_s") { .seconds($0.disaster.shortestJournalWindow?.length) },
      Column(name: "journal_history") { .text($0.disaster.shortestJournalWindow?.historyWord ?? "") },
      Column(name: "vault_bytes") { .bytes($0.strategy.protection.vaultBytes) },
    ]
  }

  /// The columns of the strategy's annual costs without disasters.
  private static var costs: [Column] {
    [
      Column(name: "currency") { .text($0.costs.map { "\($0.protection.currency)" } ?? "") },
      Column(name: "protection_cost_minor") {
        $0.costs.map { .count(Int($0.protection.minorUnits)) } ?? .none
      },
      Column(name: "protection_ratio") { $0.costs.map { .ratio($0.protectionRatio) } ?? .none },
      Column(name: "band") { .text($0.costs?.band.position.rawValue ?? "") },
    ]
  }

  private var costs: StrategyCosts? {
    zip(report.strategies, report.costs.strategies)
      .first { $0.0.strategy.name == strategy.strategy.name }?.1
  }

  private static var provenance: [Column] {
    [
      Column(name: "resolution_s") { .duration($0.report.resolution) },
      Column(name: "seed") { .identifier($0.report.scenario.seed) },
      Column(name: "scale") { .text("\($0.report.scenario.scale)") },
      Column(name: "scenario_sha256") { .text($0.report.provenance.digest) },
      Column(name: "version") { .text($0.report.provenance.version) },
    ]
  }

  /// Returns a published figure of a real incident of this kind if known, else of the strategy.
  private func published(_ value: KeyPath<Published, Duration?>) -> Duration? {
    (disaster.disaster.published ?? strategy.strategy.published)?[keyPath: value]
  }
}
