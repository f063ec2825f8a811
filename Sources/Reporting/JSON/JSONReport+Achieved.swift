import Documents
import Rehearsals
import Statistics
import Units

extension JSONReport {
  /// Returns the estimated and achieved values of the RPO or RTO, with the verdict.
  func outcome(_ verdict: Verdict, _ estimate: Achieved, _ summary: Summary?) -> JSON {
    .object([
      ("verdict", .string(verdict.name)),
      ("estimate", .achieved(estimate)),
      (
        "achieved",
        summary.map { summary in
          .object([
            ("p50", estimated(summary.p50)),
            ("p95", estimated(summary.p95)),
            ("p99", estimated(summary.p99)),
            ("max", .achieved(summary.maximum)),
            ("mean", estimated(summary.mean)),
          ])
        } ?? .null
      ),
    ])
  }

  /// Returns the lower bounds of the achieved RPOs. The upper bounds are under `rpo`.
  func bounds(_ disaster: DisasterReport) -> JSON {
    .object([
      ("mean", disaster.rpoAtLeast.map { .achieved($0.mean.value) } ?? .null),
      ("p95", disaster.rpoAtLeast.map { .achieved($0.p95.value) } ?? .null),
      ("max", disaster.rpoAtLeast.map { .achieved($0.maximum) } ?? .null),
      ("resolution_ns", .duration(disaster.resolution)),
    ])
  }

  /// Returns an estimate with its interval; a missing bound is null.
  private func estimated(_ estimated: Estimated) -> JSON {
    .object(
      JSON.members(of: estimated.value) + [
        (
          "interval",
          estimated.interval.map { interval in
            .object([
              ("confidence_ratio", .string(interval.confidence.asNumber)),
              ("lower", interval.lower.map { .achieved($0) } ?? .null),
              ("upper", interval.upper.map { .achieved($0) } ?? .null),
            ])
          } ?? .null
        )
      ])
  }

  func drill(_ drill: Drill) -> JSON {
    .object(
      [
        ("instant", .string("\(drill.strike)")),
        ("outage_start", .string("\(drill.outageStart)")),
        ("achieved_rpo", .achieved(drill.achievedRPO)),
        ("rpo_at_least", .achieved(drill.achievedRPOAtLeast)),
        ("achieved_rto", .achieved(drill.achievedRTO)),
        ("recovery_point_age_ns", .duration(drill.recoveryPointAge)),
        ("lost_writes", drill.recovered.map { .integer(Int64($0.lostWrites)) } ?? .null),
        ("lost_transactions", drill.recovered.map { .integer(Int64($0.lostTransactions)) } ?? .null),
        ("lost_bytes", drill.recovered.map { .integer($0.lostBytes.bytes) } ?? .null),
        ("attempts", .integer(Int64(drill.attempts))),
        (
          "split_brain",
          drill.takeover?.splitBrain.map { split in
            .object([
              ("duration_ns", .duration(split.duration)),
              ("writes_apart", .integer(Int64(split.writesApart))),
            ])
          } ?? .null
        ),
        ("journal_history", journalHistory(drill.journalWindow)),
        ("restored", .array(drill.restored.map(restored))),
        ("timeline", .array(drill.timeline.indices.map { step($0, of: drill) })),
      ] + shipping(drill))
  }

  private func restored(_ restored: RestoredService) -> JSON {
    let blueprint = report.scenario.blueprint
    return .object(
      [
        ("service", .string(blueprint.services[restored.service].name)),
        ("source", .string(blueprint.name(of: restored.source))),
        ("point", .string("\(restored.point)")),
        ("candidates_tried", .integer(Int64(restored.candidatesTried))),
      ] + (restored.replayedTo.map { [("replayed_to", .string("\($0)"))] } ?? []))
  }

  private func step(_ index: Int, of drill: Drill) -> JSON {
    let entry = drill.timeline[index]
    return .object(
      [
        ("phase", .string(entry.phase.reportName)),
        ("subject", .string(entry.subject)),
        ("start", .string("\(entry.start)")),
        ("end", .string("\(entry.end)")),
        ("is_critical", .boolean(drill.criticalPath.contains(index))),
      ] + attempt(entry))
  }

  /// Only where an attempt at the step failed.
  private func attempt(_ entry: TimelineEntry) -> [(String, JSON)] {
    guard entry.hasFailed || entry.attempt > 1 else { return [] }
    return [("attempt", .integer(Int64(entry.attempt))), ("has_failed", .boolean(entry.hasFailed))]
  }
}

extension JSON {
  static func duration(_ duration: Duration?) -> JSON { duration.map { .integer($0.nanoseconds) } ?? .null }

  static func achieved(_ achieved: Achieved) -> JSON { .object(members(of: achieved)) }

  /// Returns the members of an achieved value. Unrecoverable is a state, never a number.
  static func members(of achieved: Achieved) -> [(String, JSON)] {
    [("ns", .duration(achieved.duration)), ("unrecoverable", .boolean(achieved == .unrecoverable))]
  }
}
