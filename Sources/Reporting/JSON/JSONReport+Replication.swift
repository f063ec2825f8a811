import Documents
import Estate
import Rehearsals
import ScenarioLanguage
import Statistics
import Units

extension JSONReport {
  /// Returns the performance of a strategy's copies without disasters; null where there are none.
  func replication(_ report: StrategyReport) -> JSON {
    guard let replication = report.replication else { return .null }
    return .object([
      ("groups", .array(courses(replication.courses, of: report.strategy))),
      ("trials", trials(replication)),
    ])
  }

  /// Returns the overhead of protection in waiting time; null where nothing was written.
  func overhead(_ overhead: ProductionOverhead?) -> JSON {
    guard let overhead else { return .null }
    return .object([
      ("writes", .integer(Int64(overhead.writes))),
      ("writes_lost", .integer(Int64(overhead.writesLost))),
      ("grain_ns", .duration(overhead.grain)),
      ("bare_wait", waits(overhead.bare)),
      ("protected_wait", waits(overhead.protected)),
      ("added_wait", waits(overhead.added)),
    ])
  }

  /// Returns the state of the copies in the drills of a disaster; null where there are none.
  func protection(_ disaster: DisasterReport, of strategy: Strategy) -> JSON {
    guard let summary = disaster.protection, let worst = summary.worst.protection else { return .null }
    return .object([
      ("peak_lag", .achieved(Achieved(summary.peakLag))),
      ("time_in_rpo_min_ratio", .string(summary.timeInRPO.asNumber)),
      ("rpo_violations_max", .integer(Int64(summary.violations))),
      ("rpo_violation_max_ns", .duration(summary.violationTime)),
      ("unprotected_max_ns", .duration(summary.unprotectedTime)),
      ("degraded_max_ns", .duration(summary.degradedTime)),
      ("peer_losses_max", .integer(Int64(summary.peerLosses))),
      ("overflows_max", .integer(Int64(summary.overflows))),
      ("conflicts_max", .integer(Int64(summary.conflicts))),
      ("wait_max_ns", .duration(summary.longestWait)),
      ("writes_not_issued_max", .integer(Int64(summary.writesNotIssued))),
      ("protected_again_max_ns", .duration(summary.restoredAfter)),
      ("not_protected_again_drills", .integer(Int64(summary.notRestored))),
      (
        "worst",
        .object([
          ("instant", .string("\(summary.worst.strike)")),
          ("protected_again_ns", .duration(worst.restoredAfter)),
          ("wait_max_ns", .duration(worst.longestWait)),
          ("writes_not_issued", .integer(Int64(worst.writesNotIssued))),
          ("groups", .array(courses(worst.courses, of: strategy))),
        ])
      ),
    ])
  }

  // MARK: One group

  private func courses(_ courses: [ReplicationCourse], of strategy: Strategy) -> [JSON] {
    zip(strategy.groupNames, courses).map(course)
  }

  private func course(_ name: String, _ course: ReplicationCourse) -> JSON {
    .object([
      ("name", .string(name)),
      ("start", .string("\(course.start)")),
      ("end", .string("\(course.end)")),
      ("mean_lag_ns", .duration(course.meanLag)),
      ("peak_lag", .achieved(Achieved(course.peakLag))),
      ("time_in_rpo_ratio", .string(course.timeInRPO.asNumber)),
      ("rpo_violations", spells(course.violations)),
      ("unprotected", spells(course.unprotected)),
      ("degraded", spells(course.degraded)),
      ("acknowledgements", .integer(Int64(course.acknowledgements))),
      ("degraded_acknowledgements", .integer(Int64(course.degradedAcknowledgements))),
      ("peer_losses", .integer(Int64(course.peerLosses))),
      ("overflows", .integer(Int64(course.overflows))),
      ("conflicts", .integer(Int64(course.conflicts))),
      ("resynchronizations", .integer(Int64(course.resynchronized.begun))),
      ("pages_marked", .integer(Int64(course.resynchronized.pagesMarked))),
      ("pages_resent", .integer(Int64(course.resynchronized.pagesSent))),
      ("lag", series(course.lag)),
    ])
  }

  private func spells(_ spells: Spells) -> JSON {
    .object([
      ("count", .integer(Int64(spells.count))),
      ("total_ns", .duration(spells.total)),
      ("longest_ns", .duration(spells.longest)),
    ])
  }

  /// Returns the lag over time; null where no source ran or no copy existed.
  private func series(_ series: LagSeries) -> JSON {
    .object([
      ("step_ns", .duration(series.step)),
      ("peaks_ns", .array(series.samples.map { .duration($0.lag) })),
    ])
  }

  private func trials(_ replication: ReplicationReport) -> JSON {
    .object([
      ("count", .integer(Int64(replication.trials.count))),
      ("understated", .integer(Int64(replication.understatedTrials))),
      (
        "list",
        .array(
          replication.trials.map { trial in
            .object([
              ("instant", .string("\(trial.instant)")),
              ("group", .integer(Int64(trial.pair.index))),
              ("claimed_ns", .duration(trial.claimed)),
              ("true", .achieved(trial.truth.achieved)),
            ])
          })
      ),
    ])
  }

  private func waits(_ waits: ProductionOverhead.Waits) -> JSON {
    .object([
      ("mean_ns", .duration(waits.mean)),
      ("p95_ns", .duration(waits.p95)),
      ("max_ns", .duration(waits.maximum)),
    ])
  }
}
