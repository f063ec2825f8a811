import Estate
import Foundation
import Rehearsals
import ScenarioLanguage
import Testing
import Units

/// Whole rehearsals of scenarios from files.
@Suite struct SweepTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
    .standardized
  private static let provenance = Provenance(version: "test", digest: "", arguments: [])

  private func report(
    _ name: String, settings: [String] = [], selection: Sweep.Selection = .init(), jobs: Int = 2
  ) async throws -> SweepReport {
    let file = try ScenarioFile(
      path: Self.root.appending(path: "scenarios/\(name).yaml").path, settings: settings)
    return await Sweep(file.scenario, provenance: Self.provenance, selection: selection).run(jobs: jobs)
  }

  /// GitLab.com, 31 January 2017: 6 h 07 min lost, 22 h 27 min had there been the daily snapshot alone; the copy needs at
  /// least 11.1 h at line rate. The incident's values lie between the bounds.
  @Test func theIncidentOf2017ComesOut() async throws {
    let report = try await report("gitlab-2017")
    let expected = [
      "daily-snapshot": Duration.minutes(22 * 60 + 27), "snapshot-by-hand": .minutes(6 * 60 + 7),
    ]
    for strategy in report.strategies {
      let loss = try #require(expected[strategy.strategy.name])
      let drill = try #require(strategy.disasters.first?.drills.first)
      let (most, least) = (
        try #require(drill.achievedRPO.duration), try #require(drill.achievedRPOAtLeast.duration)
      )
      #expect(least <= loss && loss <= most + .seconds(1), "\(strategy.strategy.name): \(least) to \(most)")
      let rto = try #require(drill.achievedRTO.duration)
      #expect(rto > .minutes(666) && rto < .hours(18))
    }
  }

  /// With interval T and duration d the age of the newest usable point lies in [d, T + d].
  @Test func noLossOfAMeasuredWorkloadExceedsIntervalPlusDuration() async throws {
    let folder = Self.root.appending(path: "../shared/data/churn")
    let names = ["w003", "w012", "w019", "w037", "w050"]
    try checkBounds(of: await report("churn-replay", settings: ["strikes.spread=12"]))
    guard FileManager.default.fileExists(atPath: folder.path) else {
      print("skipped: the measured volumes are not here (../shared/data/churn)")
      return
    }
    for name in names {
      let setting = "services.application.volumes.data.workload.churnFile=\(folder.path)/\(name).csv"
      try checkBounds(of: await report("churn-replay", settings: [setting, "strikes.spread=6"]))
    }
  }

  private func checkBounds(of report: SweepReport) throws {
    for strategy in report.strategies {
      let interval = strategy.strategy.name == "nightly" ? Duration.days(1) : .hours(1)
      let duration = try #require(strategy.protection.longestBackup)
      for disaster in strategy.disasters {
        for drill in disaster.drills {
          guard let age = drill.recoveryPointAge, let rpo = drill.achievedRPO.duration else { continue }
          // The next slot after a run that overran the interval is a whole interval later.
          #expect(
            age <= interval + max(duration, interval), "\(strategy.strategy.name) at \(drill.strike): \(age)")
          if duration < interval {
            #expect(age <= interval + duration, "\(strategy.strategy.name) at \(drill.strike)")
          }
          // Writes are cut 10 ms before a recovery point.
          #expect(rpo <= age + .milliseconds(10))
        }
      }
    }
  }

  @Test func theNumberOfJobsChangesNothing() async throws {
    let one = try await report("churn-replay", settings: ["strikes.spread=5"], jobs: 1)
    let four = try await report("churn-replay", settings: ["strikes.spread=5"], jobs: 4)
    #expect(fingerprint(one) == fingerprint(four))
  }

  @Test func aDrillRehearsedAloneComesOutAsAmongAll() async throws {
    let all = try await report("churn-replay", settings: ["strikes.spread=5"])
    let strategy = all.strategies[2]
    let drill = strategy.disasters[2].drills[3]
    let alone = try await report(
      "churn-replay", settings: ["strikes.spread=5"],
      selection: .init(
        strategy: strategy.strategy.name, disaster: strategy.disasters[2].disaster.name, instant: drill.strike
      ))
    #expect(fingerprint(alone) == [fingerprint(of: drill)])
  }

  /// The phases on the critical path follow each other without a gap, so they add up to the achieved RTO.
  @Test func theCriticalPathAddsUpToTheAchievedRTO() async throws {
    let report = try await report("backup", settings: ["strikes.spread=2"])
    for drill in report.strategies.flatMap(\.disasters).flatMap(\.drills) {
      guard let rto = drill.achievedRTO.duration else { continue }
      #expect(drill.criticalPhases.reduce(Duration.zero) { $0 + $1.time } == rto)
    }
  }

  @Test func aStrategyMeetsTheSamePeopleAsEveryOther() async throws {
    let report = try await report("churn-replay", settings: ["strikes.spread=3"])
    for disaster in report.strategies[0].disasters.indices {
      for drill in report.strategies[0].disasters[disaster].drills.indices {
        // A strategy that has nowhere to go makes no plan, so it has no time line.
        let detections = report.strategies.compactMap { strategy in
          strategy.disasters[disaster].drills[drill].timeline.first.map { $0.end - $0.start }
        }
        #expect(!detections.isEmpty && detections.allSatisfy { $0 == detections[0] })
      }
    }
  }

  private func fingerprint(_ report: SweepReport) -> [String] {
    report.strategies.flatMap(\.disasters).flatMap(\.drills).map(fingerprint)
  }

  private func fingerprint(of drill: Drill) -> String {
    "\(drill.strike) \(drill.outcome) \(drill.criticalPhases) \(drill.restored)"
  }
}
