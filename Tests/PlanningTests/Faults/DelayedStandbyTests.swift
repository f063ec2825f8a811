import Estate
import Rehearsals
import Testing
import Units

/// A real database with a standby that applies its log an hour late.
@Suite struct DelayedStandbyTests {
  private static let mode = "layer: application, mode: syncFlush"

  private func run(
    _ disaster: String, replication: String = "\(mode), applyDelay: 1 h", vaults: [String] = [],
    backups: String = "", detect: String? = nil
  ) async throws -> DisasterReport {
    let strategy = SmallCase.standby(replication) + (backups.isEmpty ? "" : "\n    \(backups)")
    let disaster = detect.map { "\(disaster), detect: \($0) }" } ?? "\(disaster) }"
    let scenario = try SmallCase.scenario(
      warmUp: "3 h", window: "1 h",
      volume: "size: 8 GiB, used: 10 % }, log: { device: array, size: 8 GiB, used: 50 %",
      database: "data: data, log: log, transactionsPerSecond: 20, accounts: 64", vaults: vaults,
      disasters: ["d: { \(disaster)"], strategy: strategy)
    let report = await SmallCase.run(scenario)
    return report.disasters[0]
  }

  private static func deletion(_ dwell: String) -> String {
    "cause: accidentalDeletion, volumes: [data, log], share: 10 %, dwell: \(dwell)"
  }

  private static let update = "cause: applicationUpdateError, volumes: [data], share: 10 %, dwell: 15 min"

  /// People need 6 min, the servers stand ready, and application, check, address and warm-up take 12 min.
  @Test(arguments: [deletion("15 min"), update])
  func aMistakeNoticedWithinTheDelayCostsTheTimeThatItWasHidden(disaster: String) async throws {
    let report = try await run(disaster)
    #expect(report.drills.count == 3)
    for drill in report.drills {
      guard case .recovered(let recovered) = drill.outcome else {
        Issue.record("\(drill.outcome)")
        continue
      }
      #expect(recovered.rpo == .minutes(15) && recovered.rpoAtLeast > .minutes(10))
      // 20 transactions a second, of which one of the run stands for 1,024.
      let lost = recovered.lostTransactions
      #expect(lost >= 18_000 / 2 && lost <= 18_000 * 2, "\(lost)")
      #expect(recovered.rto > .minutes(18) && recovered.rto < .minutes(19))
      #expect(drill.restored.isEmpty)
      #expect(
        drill.timeline.contains { $0.subject == "protection group, replayed up to the mistake" })
      let (rpo, rto) = (
        try #require(report.estimate.rpo.duration), try #require(report.estimate.rto.duration)
      )
      #expect(recovered.rpo <= rpo && rpo < .minutes(16))
      #expect(recovered.rto <= rto && rto < .minutes(20))
    }
  }

  @Test func aMistakeNoticedLaterThanTheDelayHasBeenApplied() async throws {
    let report = try await run(Self.deletion("61 min"))
    #expect(report.drills.allSatisfy { $0.achievedRPO == .unrecoverable })
    #expect(report.estimate.rpo == .unrecoverable && report.estimate.rto == .unrecoverable)
    let slow = try await run(Self.deletion("15 min"), detect: "46 min")
    #expect(slow.drills.allSatisfy { $0.achievedRPO == .unrecoverable })
    #expect(slow.estimate.rpo == .unrecoverable)
  }

  @Test func whatADelayedStandbyHasAppliedComesBackFromABackup() async throws {
    let report = try await run(
      Self.deletion("61 min"),
      vaults: ["safe: { device: store, capacity: 500 GiB, credentials: admin }"],
      backups:
        "backups: [ { vault: safe, schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 9 } } ]")
    for drill in report.drills {
      let loss = try #require(drill.achievedRPO.duration, "\(drill.outcome)")
      #expect(loss > .minutes(61) && loss <= .minutes(122))
      #expect(drill.restored.count == 1)
      #expect(loss <= report.estimate.rpo.duration ?? .zero)
    }
  }

  @Test func theEstimateCoversBothEndsWhereItHangsOnPeopleWhichOfTheTwoComes() async throws {
    let report = try await run(
      Self.deletion("30 min"),
      vaults: ["safe: { device: store, capacity: 500 GiB, credentials: admin }"],
      backups:
        "backups: [ { vault: safe, schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 9 } } ]",
      detect: "{ uniform: { from: 1 min, to: 59 min } }")
    for drill in report.drills {
      #expect(drill.achievedRPO <= report.estimate.rpo && drill.achievedRTO <= report.estimate.rto)
    }
    #expect(report.estimate.rpo > .duration(.minutes(31)))
  }

  @Test func aFireLosesNothingAndIsLongerByTheReplayOfTheDelay() async throws {
    var times: [[Duration]] = []
    for delay in ["", ", applyDelay: 30 min", ", applyDelay: 1 h"] {
      let report = try await run("cause: fire, site: a", replication: Self.mode + delay)
      times.append(
        try report.drills.map { drill in
          guard case .recovered(let recovered) = drill.outcome else {
            Issue.record("\(drill.outcome)")
            return .zero
          }
          #expect(recovered.rpo == .zero && recovered.lostTransactions == 0)
          let estimate = try #require(report.estimate.rto.duration)
          #expect(recovered.rto <= estimate)
          return recovered.rto
        })
    }
    for drill in 0..<3 {
      let (half, whole) = (times[1][drill] - times[0][drill], times[2][drill] - times[0][drill])
      #expect(half > .milliseconds(100))
      // In the 6 min of people the standby goes on applying: 24 min are pending, or 54.
      #expect(whole > half * 3 / 2 && whole < half * 6, "\(half) \(whole)")
    }
  }

  @Test func damageToFilesPassesByTheStandbyWhichReplaysAllThatItHas() async throws {
    let report = try await run(Self.deletion("61 min") + ", damages: files")
    for drill in report.drills {
      #expect(drill.achievedRPO == .duration(.zero))
      #expect(
        drill.timeline.contains { $0.subject == "protection group, replayed to the end of its log" })
    }
  }
}
