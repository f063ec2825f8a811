import Foundation
import Testing

@Suite(.serialized) struct ExplainTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write(SmallScenario.withStandby, to: "shop.yaml")
  }

  private func explain(_ path: String, in report: String = "reports/shop.json") throws -> Command {
    try Command(running: Command.executable, ["explain", report, path], in: folder.path)
  }

  @Test func everyNumberHasItsEventsOrItsFormula() throws {
    _ = try Command(running: Command.executable, ["run", "shop.yaml", "--format", "json"], in: folder.path)
    let array = "strategies.nightly.disasters.array-failure"
    let expectations = [
      ("\(array).rto.achieved.max", "* 2026-", "Achieved RTO = end of the last step"),
      ("\(array).rpo.achieved.max", "Restored:", "Achieved RPO = start of the outage"),
      ("\(array).rpo.achieved.p95", "number 3 of 3", "Nyblom"),
      ("\(array).rto.achieved.mean", "divided by their number", "Student"),
      (
        "\(array).rpo.estimate", "longest time between two slots",
        "strategies.nightly.backups.0.schedule: FREQ=DAILY"
      ),
      ("\(array).verdict", "Objectives: RPO 30 h", "Worst achieved RPO"),
      (
        "strategies.nightly.costs.steady.total_minor", "The sum of its lines",
        "storage.objectStore of vault vault"
      ),
      (
        "strategies.nightly.costs.steady.lines.0.cost_minor", "Cost = quantity / unit size", "the run metered"
      ),
      (
        "strategies.nightly.costs.protection_ratio", "Ratio = protection / all that production costs",
        "of production"
      ),
      (
        "strategies.nightly.costs.band.ratio", "The denominator is all that production costs in a year",
        "The band of backup is 0.01 to 0.02"
      ),
      (
        "strategies.active.costs.band", "The denominator is production's infrastructure",
        "The band of active_active is 1 to 1"
      ),
      (
        "strategies.hot.replication.groups.replication.mean_lag_ns", "nothing is sampled", "the mean is exact"
      ),
      ("strategies.hot.replication.groups.replication.peak_lag.ns", "never too little", "the peak of each"),
      (
        "strategies.hot.replication.groups.replication.time_in_rpo_ratio", "objective of 30 h",
        "Violations: 0"
      ),
      (
        "strategies.hot.replication.groups.replication.unprotected.total_ns", "a resynchronisation",
        "for how long at most"
      ),
      ("strategies.hot.replication.trials.understated", "0 of 48 trials", "promoted on a branch"),
      ("strategies.hot.overhead.added_wait.p95_ns", "common random numbers", "Mean wait without protection"),
      ("strategies.hot.costs.steady.lines.0.quantity", "= 31536000", "whatever is written"),
      (
        "strategies.hot.costs.steady.lines.1.cost_minor", "storage.array of copy of db-data in there",
        "per GiB month"
      ),
      ("strategies.hot.costs.drill.total_minor", "The sum of its lines", "staff.engineer of recovery crew"),
      (
        "strategies.hot.costs.drill.lines.0.quantity", "the mean over the drills",
        "times the drills in a year"
      ),
      ("strategies.hot.costs.ownership.present_value_minor", "'costs.growth' a year", "costs.years: 4"),
      (
        "strategies.hot.costs.expected_annual_loss.total_minor", "The sum over the disasters", "deletion: USD"
      ),
      (
        "strategies.nightly.costs.expected_annual_loss.disasters.deletion.per_event_minor", "Outage ",
        "costs.penalties.outagePerHour: USD 4000"
      ),
      (
        "strategies.nightly.costs.expected_annual_loss.disasters.deletion.yearly_minor", "Per event x times",
        " x 2."
      ),
      ("strategies.hot.costs.states.disaster_minor", "times a year x mean cost", "array-failure: 0.25 x USD"),
      (
        "strategies.hot.costs.worst_rto_p95", "The largest of the 95th percentiles", "deletion: unrecoverable"
      ),
      ("strategies.hot.disasters.array-failure.rpo.estimate", "With a failover", "replication.mode: sync"),
      ("strategies.hot.disasters.array-failure.rto.estimate", "99th percentile", "standby.redirect: 2 min"),
      ("differences.pairs.1.rto.mean_ns", "The strategy less nightly", "Student"),
      ("costs.cheapest_fit", "= nightly", "hot: unrecoverable"),
      ("costs.production.lines.0.quantity", "= 31536000", "8760 h"),
      ("provenance.resolution_ns", "the lower and the upper bound", "1/1024"),
      ("provenance.seed", "= 7", "It was counted in the run, or stands in the scenario"),
    ]
    for (path, first, second) in expectations {
      let command = try explain(path)
      #expect(command.status == 0, "\(path): \(command.errors)")
      #expect(command.output.contains(first) && command.output.contains(second), "\(path): \(command.output)")
    }
    // A formula is explained to whom it concerns: this strategy has no copy, that one no takeover of its own.
    #expect(try !explain("\(array).rpo.estimate").output.contains("With a failover"))
    let hot = "strategies.hot.disasters.array-failure"
    #expect(try !explain("\(hot).rpo.estimate").output.contains("takes over by itself"))
    let wrong = try explain("strategies.nightli.verdict")
    #expect(wrong.status == 2)
    #expect(wrong.errors.contains("the report has no 'nightli' here"))
    #expect(wrong.errors.contains("did you mean 'nightly'?"))
  }

  @Test func aFileThatIsNoReportIsBadInput() throws {
    let command = try explain("verdict", in: "shop.yaml")
    #expect(command.status == 2)
    #expect(command.errors.contains("this is not JSON as firedrill writes it"))
  }
}
