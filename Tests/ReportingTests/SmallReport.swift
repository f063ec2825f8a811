import Assessment
import Backup
import Estate
import RecoveryPlanning
import Rehearsals
import ScenarioLanguage
import Units

/// A report put together by hand: two strategies, two disasters, and one of everything that a format has to tell.
///
/// `nightly` loses up to a day to a deletion and everything to a fire; `replicated` loses an hour, but once takes too long.
enum SmallReport {
  static func report() throws -> Report { try sweep().priced() }

  /// The same before it has prices, for tests that change what the costs depend on.
  static func sweep() throws -> SweepReport {
    let scenario = try scenario()
    return SweepReport(
      scenario: scenario,
      provenance: Provenance(
        version: "0.1.0", digest: String(repeating: "0123456789abcdef", count: 4),
        arguments: ["scenarios/shop.yaml"]),
      strategies: [
        StrategyReport(
          strategy: scenario.strategies[0],
          protection: ProtectionReport(
            snapshotsTaken: 0, backupsTaken: 15, slotsSwallowed: 1, backupsFailed: 0,
            longestBackup: .minutes(73), vaultBytes: .gibibytes(142), trace: "aaaa"),
          metered: meters(scenario, stored: .gibibytes(142), sent: .zero),
          disasters: [nightlyDeletion(scenario), nightlyFire(scenario)]),
        StrategyReport(
          strategy: scenario.strategies[1],
          protection: ProtectionReport(
            snapshotsTaken: 360, backupsTaken: 360, slotsSwallowed: 0, backupsFailed: 2,
            longestBackup: .minutes(9), vaultBytes: .gibibytes(412), trace: "bbbb",
            failures: [CountedReason(reason: "vault remote-vault is full", count: 2)]),
          metered: meters(scenario, stored: .gibibytes(206), sent: .gibibytes(5)),
          disasters: [replicatedDeletion(scenario), replicatedFire(scenario)]),
      ]
    )
  }

  /// Each vault holds as much for the whole window, and so much went over the link; all at full size.
  private static func meters(_ scenario: Scenario, stored: ByteCount, sent: ByteCount) -> Meters {
    var meters = Meters(scenario.blueprint)
    for vault in meters.vaults.indices where vault == 0 || sent > .zero {
      meters.vaults[vault].stored.add(stored, for: scenario.window)
      meters.vaults[vault].puts = 40
      meters.vaults[vault].bytesPut = sent
    }
    meters.linkBytes[0] = sent
    return meters
  }

  /// Midnight of the first day on which a disaster can strike.
  static let day = CivilTime(year: 2026, month: 3, day: 10).instant

  private static func nightlyDeletion(_ scenario: Scenario) -> DisasterReport {
    let drills = [(hour: 2, retryAfter: 1), (hour: 13, retryAfter: 12), (hour: 24, retryAfter: 23)].map {
      hour, lost in
      let strike = day + .hours(Int64(hour)) + .nanoseconds(hour == 24 ? 123_456_789 : 0)
      return recovered(
        strike, rpo: .hours(Int64(lost)), point: strike - .hours(Int64(lost)) - .seconds(3),
        restore: .minutes(40 + Int64(lost)), writes: 1_000 * lost, from: .vault(VaultID(0)))
    }
    return disaster(
      0, drills, scenario,
      estimate: ClosedFormEstimate(rpo: .duration(.minutes(25 * 60 + 13)), rto: .duration(.hours(3))))
  }

  private static func nightlyFire(_ scenario: Scenario) -> DisasterReport {
    let drills = [2, 13, 24].map { (hour: Int64) in
      Drill(
        strike: day + .hours(hour), outageStart: day + .hours(hour),
        outcome: .unrecoverable("site frankfurt is lost and the strategy has nowhere to rebuild it"),
        timeline: [], criticalPath: [], attempts: 1, restored: [])
    }
    return disaster(
      1, drills, scenario, estimate: ClosedFormEstimate(rpo: .unrecoverable, rto: .unrecoverable))
  }

  private static func replicatedDeletion(_ scenario: Scenario) -> DisasterReport {
    let drills = [2, 13, 24].map { (hour: Int64) in
      let strike = day + .hours(hour)
      return recovered(
        strike, rpo: .zero, point: strike, restore: .milliseconds(61_500), writes: 0, from: .snapshot)
    }
    return disaster(
      0, drills, scenario, estimate: ClosedFormEstimate(rpo: .duration(.hours(1)), rto: .duration(.hours(1))))
  }

  /// The second drill takes longer than asked for, the third finds no point at all.
  private static func replicatedFire(_ scenario: Scenario) -> DisasterReport {
    var drills = [2, 13].map { (hour: Int64) in
      let strike = day + .hours(hour)
      return recovered(
        strike, rpo: .minutes(50), point: strike - .minutes(51), restore: .hours(hour / 2), writes: 4_321,
        from: .vault(VaultID(1)))
    }
    drills[1].attempts = 2
    drills[1].restored[0].candidatesTried = 4
    drills.append(
      Drill(
        strike: day + .hours(24), outageStart: day + .hours(24),
        outcome: .unrecoverable("no recovery point of database survived"),
        timeline: [
          TimelineEntry(
            phase: .detect, subject: "organisation", start: day + .hours(24), end: day + .hours(25))
        ],
        criticalPath: [0], attempts: 1, restored: []))
    return disaster(
      1, drills, scenario,
      estimate: ClosedFormEstimate(rpo: .duration(.minutes(69)), rto: .duration(.hours(5))))
  }

  /// Five minutes until somebody notices, then the restore, then ten minutes until all is verified.
  private static func recovered(
    _ strike: Instant, rpo: Duration, point: Instant, restore: Duration, writes: Int,
    from source: RecoverySource
  ) -> Drill {
    let detected = strike + .minutes(5)
    let restored = detected + restore
    let verified = restored + .minutes(10)
    return Drill(
      strike: strike, outageStart: strike,
      outcome: .recovered(
        Drill.Recovered(
          rpo: rpo, rto: verified - strike, lostWrites: writes, lostBytes: .kibibytes(Int64(writes) * 4))),
      timeline: [
        TimelineEntry(phase: .detect, subject: "organisation", start: strike, end: detected),
        TimelineEntry(phase: .restoreData, subject: "web", start: detected, end: detected + restore / 2),
        TimelineEntry(phase: .restoreData, subject: "database", start: detected, end: restored),
        TimelineEntry(phase: .verify, subject: "database", start: restored, end: verified),
      ],
      criticalPath: [0, 2, 3], attempts: 1,
      restored: [
        RestoredService(service: ServiceID(0), point: point, source: source, candidatesTried: 1),
        RestoredService(service: ServiceID(1), point: strike, source: .snapshot, candidatesTried: 1),
      ])
  }

  private static func disaster(
    _ place: Int, _ drills: [Drill], _ scenario: Scenario, estimate: ClosedFormEstimate
  ) -> DisasterReport {
    DisasterReport(
      scenario.disasters[place], drills: drills, objectives: scenario.objectives, estimate: estimate)
  }
}
