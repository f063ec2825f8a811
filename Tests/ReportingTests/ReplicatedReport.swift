import Assessment
import Estate
import Rehearsals
import Replication
import ScenarioLanguage
import Statistics
import Units

/// The small report with a second site: `replicated` sends everything there, and a fire meets a copy that is behind.
enum ReplicatedReport {
  static func report() throws -> Report {
    var report = try SmallReport.report()
    let recovery = DisasterRecovery(
      groups: [
        ReplicationPolicy(
          mode: .storage(.asynchronous), site: SiteID(1), device: DeviceID(1), bufferMaximum: .gibibytes(4),
          journalMaximum: .zero)
      ],
      standby: Standby(
        kind: .hotStandby, provision: .zero, redirect: try Distribution(.constant(.minutes(5)))))
    report.scenario.strategies[1].disasterRecovery = recovery
    report.strategies[1].strategy.disasterRecovery = recovery
    report.strategies[1].replication = ReplicationReport(
      courses: [steady(report.scenario)],
      trials: [
        LagTrial(pair: PairID(0), instant: SmallReport.day, claimed: .seconds(3), truth: .lag(.seconds(2))),
        LagTrial(
          pair: PairID(0), instant: SmallReport.day + .hours(1), claimed: .seconds(3),
          truth: .lag(.seconds(4))),
        LagTrial(pair: PairID(0), instant: SmallReport.day + .hours(2), claimed: nil, truth: .unusable),
      ])
    for place in report.strategies.indices {
      report.strategies[place].overhead = ProductionOverhead(
        writes: 1_000, bare: waits(1), protected: waits(Int64(1 + place * 4)), added: waits(Int64(place * 4)),
        writesLost: place)
    }
    for drill in report.strategies[1].disasters[1].drills.indices {
      report.strategies[1].disasters[1].drills[drill].protection = DrillProtection(
        courses: [fault], restoredAfter: drill == 2 ? nil : .minutes(21), longestWait: .milliseconds(1_500),
        writesNotIssued: drill)
    }
    return report
  }

  private static func waits(_ milliseconds: Int64) -> ProductionOverhead.Waits {
    ProductionOverhead.Waits(
      mean: .microseconds(milliseconds * 1_000 + 1), p95: .milliseconds(milliseconds * 2),
      maximum: .milliseconds(milliseconds * 9))
  }

  private static func steady(_ scenario: Scenario) -> ReplicationCourse {
    let samples: [LagSeries.Sample] = [
      .lag(.seconds(1)), .lag(.seconds(5)), .lag(.zero), .lag(.seconds(4)), .lag(.seconds(1)),
    ]
    return course(
      LagSeries(
        startingAt: scenario.windowStart, step: scenario.window / Int64(samples.count), samples: samples),
      peak: .seconds(5), violations: Spells(), unprotected: Spells(), losses: 0)
  }

  private static var fault: ReplicationCourse {
    let samples: [LagSeries.Sample] = [.lag(.minutes(7)), .lag(.minutes(14)), .noCopy, .unknown]
    return course(
      LagSeries(startingAt: SmallReport.day, step: .minutes(7), samples: samples), peak: nil,
      violations: Spells(count: 2, total: .minutes(7), longest: .minutes(6)),
      unprotected: Spells(count: 1, total: .minutes(20), longest: .minutes(20)), losses: 1)
  }

  private static func course(
    _ lag: LagSeries, peak: Duration?, violations: Spells, unprotected: Spells, losses: Int
  ) -> ReplicationCourse {
    var resynchronized = ResyncRecord()
    (resynchronized.begun, resynchronized.pagesMarked, resynchronized.pagesSent) = (losses, 40, 39)
    return ReplicationCourse(
      objective: .hours(12), lag: lag, mean: .milliseconds(1_250), peak: peak, violations: violations,
      unprotected: unprotected, degraded: Spells(), acknowledgements: 1_000, degradedAcknowledgements: 0,
      peerLosses: losses, overflows: 0, resynchronized: resynchronized)
  }
}
