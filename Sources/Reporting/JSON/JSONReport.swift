import Assessment
import Documents
import Estate
import Rehearsals
import ScenarioLanguage
import Units

/// A report as JSON, its members always in the same order.
///
/// Times are whole nanoseconds (`_ns`), sizes whole bytes (`_bytes`), ratios decimal strings, instants ISO 8601 in UTC. What was
/// achieved is an object of `ns` and `unrecoverable`: when nothing came back `ns` is null and the flag is true. The drills
/// one by one stand in the table `<scenario>-drills.csv`.
public struct JSONReport: Sendable {
  let report: Report

  public init(_ report: Report) { self.report = report }

  public var text: String { json.text() + "\n" }

  /// The JSON Schema of a JSON report (draft 2020-12).
  public static var schema: String { String(decoding: PackageResources.report_schema_json, as: UTF8.self) }

  private var json: JSON {
    let content = ReportContent(report)
    return json(content)
  }

  private func json(_ content: ReportContent) -> JSON {
    .object([
      ("format", .string(ReportDocument.format)),
      ("scenario", .string(report.scenario.name)),
      ("title", .string(report.scenario.title)),
      ("verdict", .string(report.verdict.name)),
      ("answers", .array(content.answers.map { .string($0.plain) })),
      ("coverage", content.coverage.map { .string($0.plain) } ?? .null),
      ("chosen", report.scenario.chosen.map { .string($0) } ?? .null),
      ("objectives", objectives),
      ("provenance", provenance),
      ("costs", costs),
      ("differences", differences),
      ("precision", precision),
      ("settings", .object(report.provenance.settings.map { ($0.path, .string($0.text)) })),
      ("strategies", .array(report.strategies.indices.map(strategy))),
    ])
  }

  private var objectives: JSON {
    .object(
      [
        ("rpo_ns", .duration(report.scenario.objectives.rpo)),
        ("rto_ns", .duration(report.scenario.objectives.rto)),
      ] + tiers(report.scenario.objectives))
  }

  private var provenance: JSON {
    .object([
      ("version", .string(report.provenance.version)),
      ("scenario_sha256", .string(report.provenance.digest)),
      ("arguments", .array(report.provenance.arguments.map { .string($0) })),
      ("seed", .string("\(report.scenario.seed)")),
      ("scale", .string("\(report.scenario.scale)")),
      ("resolution_ns", .duration(report.resolution)),
      ("start", .string("\(report.scenario.start)")),
      ("window_start", .string("\(report.scenario.windowStart)")),
      ("window_end", .string("\(report.scenario.windowEnd)")),
    ])
  }

  private func strategy(_ place: Int) -> JSON {
    let strategy = report.strategies[place]
    return .object(
      [
        ("name", .string(strategy.strategy.name)),
        ("title", .string(strategy.strategy.title)),
        ("verdict", .string(strategy.verdict.name)),
        ("published", published(strategy.strategy.published)),
        ("protection", protection(strategy.protection)),
        ("vaults", .array(strategy.vaults.map(growth))),
      ] + fill(strategy.fill) + disasterRecovery(strategy.strategy) + [
        ("replication", replication(strategy)),
        ("overhead", overhead(strategy.overhead)),
        ("costs", costs(ofStrategyAt: place)),
        ("disasters", .array(strategy.disasters.map { disaster($0, of: strategy.strategy) })),
      ])
  }

  private func protection(_ protection: ProtectionReport) -> JSON {
    .object(
      [
        ("snapshots_taken", .integer(Int64(protection.snapshotsTaken))),
        ("backups_taken", .integer(Int64(protection.backupsTaken))),
        ("slots_swallowed", .integer(Int64(protection.slotsSwallowed))),
        ("backups_failed", .integer(Int64(protection.backupsFailed))),
        (
          "backup_failures",
          .array(
            protection.failures.map {
              .object([("reason", .string($0.reason)), ("backups", .integer(Int64($0.count)))])
            })
        ),
        ("longest_backup_ns", .duration(protection.longestBackup)),
        ("vault_bytes", .integer(protection.vaultBytes.bytes)),
        ("trace", .string(protection.trace)),
      ] + (protection.backupsContinued.map { [("backups_continued", .integer(Int64($0)))] } ?? [])
        + (protection.logArchive.map { [("log_archive", logArchive($0))] } ?? []))
  }

  private func logArchive(_ record: LogArchiveRecord) -> JSON {
    .object([
      ("segments", .integer(record.segments)), ("bytes", .integer(record.bytes.bytes)),
      ("failures", .integer(record.failures)), ("longest_delay_ns", .duration(record.longestDelay)),
    ])
  }

  private func disaster(_ disaster: DisasterReport, of strategy: Strategy) -> JSON {
    .object(
      [
        ("name", .string(disaster.disaster.name)),
        ("cause", .string(disaster.disaster.cause.reportName)),
      ] + reach(disaster.disaster) + [
        ("verdict", .string(disaster.verdict.name)),
        ("drills", .integer(Int64(disaster.drills.count))),
        (
          "met_drills",
          .integer(Int64(disaster.drills.count { $0.verdict(report.scenario.objectives) == .met }))
        ),
        ("unrecoverable_drills", .integer(Int64(disaster.unrecoverableCount))),
        ("level", level(disaster.level)),
        ("published", published(disaster.disaster.published)),
        ("rpo", outcome(disaster.rpoVerdict, disaster.estimate.rpo, disaster.rpo)),
        ("rpo_at_least", bounds(disaster)),
        ("rto", outcome(disaster.rtoVerdict, disaster.estimate.rto, disaster.rto)),
        ("worst_loss", disaster.worstLoss.map(drill) ?? .null),
        ("longest_outage", disaster.longestOutage.map(drill) ?? .null),
        ("unrecoverable_reasons", .array(unrecoverable(disaster, of: strategy))),
        ("failback", failback(disaster)),
        ("takeover", takeover(disaster)),
        ("protection", protection(disaster, of: strategy)),
      ] + fullSpeed(disaster) + tiers(disaster))
  }

  private func published(_ published: Published?) -> JSON {
    guard let published else { return .null }
    return .object([
      ("rpo_ns", .duration(published.rpo)),
      ("rto_ns", .duration(published.rto)),
      ("scope", .string(published.scope)),
      ("source", .string(published.source)),
    ])
  }

  /// Returns the failbacks; `null` where none was rehearsed.
  private func failback(_ disaster: DisasterReport) -> JSON {
    guard let findings = FailbackFindings(disaster.drills) else { return .null }
    return .object([
      ("rehearsed", .integer(Int64(findings.rehearsed))),
      ("returned", .integer(Int64(findings.returned.count))),
      ("struck_again", .integer(Int64(findings.struckAgain))),
      ("unprotected_window_max_ns", .duration(findings.longestUnprotected)),
      ("resynchronization_max_ns", .duration(findings.longestResynchronization)),
      ("resynchronized_bytes_max", findings.mostResynchronized.map { .integer($0.bytes) } ?? .null),
      ("downtime_max_ns", .duration(findings.longestDowntime)),
      ("rpo_max_ns", .duration(findings.worstRPO)),
      ("reasons", .array(findings.failures.map(reason))),
    ])
  }

  private func unrecoverable(_ disaster: DisasterReport, of strategy: Strategy) -> [JSON] {
    let reasons = UnrecoverableReason(strategy, disaster.disaster, in: report.scenario)
    return disaster.unrecoverableReasons.map { reason(reasons.wording($0.reason), $0.count) }
  }

  private func reason(_ reason: String, _ count: Int) -> JSON {
    .object([("reason", .string(reason)), ("drills", .integer(Int64(count)))])
  }
}
