import Rehearsals
import ScenarioLanguage
import Testing
import Units

/// Steps of a runbook that fail and are repeated.
@Suite struct StumbleTests {
  private static let server = "server: { cause: serverFailure, host: h }"
  private static let deletion = "deletion: { cause: accidentalDeletion, volumes: [data], share: 30 % }"
  private static let snapshots =
    "snapshots: { schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 4 }, credentials: s }"
  private static let backups =
    "backups: [ { vault: v, schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 4 } } ]"
  private static let vault = "v: { device: store, capacity: 1 TiB, credentials: c }"

  /// A server that fails, with people who take a constant 6 min, 1 h for a new one and 14 min until all is well: 80 min.
  private func server(
    strikes: Int = 3, detect: String? = nil, _ stumbles: String
  ) async throws -> DisasterReport {
    let disaster = detect.map { Self.server.replacing(" }", with: ", detect: \($0) }") } ?? Self.server
    return await SmallCase.run(
      try SmallCase.scenario(
        strikes: strikes, disasters: [disaster], strategy: Self.snapshots,
        recovery: stumbles.isEmpty ? "" : "stepFailures: { \(stumbles) }")
    ).disasters[0]
  }

  private func restore(
    _ disasters: [String], strategy: String = backups, services: String = "", recovery: String
  ) async throws -> [DisasterReport] {
    await SmallCase.run(
      try SmallCase.scenario(
        vaults: [Self.vault], moreServices: services, disasters: disasters, strategy: strategy,
        recovery: recovery)
    ).disasters
  }

  // MARK: Attempts

  @Test(arguments: [("", 140), (", retryAfter: 25 min", 105)])
  func aFirstAttemptThatAlwaysFailsIsRepeatedOnce(lost: String, minutes: Int64) async throws {
    let report = try await server("provision: { chance: 100 %, retryChance: 0 %, attempts: 2\(lost) }")
    #expect(report.estimate.rto == .duration(.minutes(minutes)))
    for drill in report.drills {
      #expect(drill.achievedRTO == .duration(.minutes(minutes)))
      let attempts = drill.timeline.filter { $0.phase == .provision }
      #expect(attempts.map(\.hasFailed) == [true, false] && attempts.map(\.attempt) == [1, 2])
      #expect(attempts.map(\.attemptedSubject) == ["h, attempt 1 failed", "h, attempt 2"])
      let times = drill.criticalPhases.map(\.time)
      #expect(times.reduce(.zero, +) == .minutes(minutes))
      #expect(drill.criticalPath.count { drill.timeline[$0].phase == .provision } == 2)
    }
  }

  /// The bytes are moved twice, and the point is the same one. The second time the vault's catalog is known.
  @Test(arguments: [backups, snapshots])
  func aRestoreOfTheWrongPointIsRepeatedWhole(strategy: String) async throws {
    let whole = try await restore(
      [Self.deletion], strategy: strategy, recovery: "concurrentRestores: 1")[0]
    let twice = try await restore(
      [Self.deletion], strategy: strategy,
      recovery: "stepFailures: { restoreData: { chance: 100 %, retryChance: 0 %, attempts: 2 } }")[0]
    let (a, b) = (try #require(whole.estimate.rto.duration), try #require(twice.estimate.rto.duration))
    #expect(b - a == a - .minutes(16))
    for (once, again) in zip(whole.drills, twice.drills) {
      let time = try #require(once.criticalPhases.first { $0.phase == .restoreData }?.time)
      let times = again.timeline.filter { $0.phase == .restoreData }.map { $0.end - $0.start }
      #expect(times.count == 2 && times.allSatisfy { abs(($0 - time).nanoseconds) < time.nanoseconds / 50 })
      #expect(again.restored.map(\.point) == once.restored.map(\.point))
      #expect(again.achievedRPO == once.achievedRPO)
    }
  }

  /// Two services one after the other lose an hour each; both at once lose it together.
  @Test(arguments: [(1, 2), (2, 1)])
  func anAttemptThatFailsHoldsThePlaceOfItsRestore(concurrent: Int, hours: Int64) async throws {
    let services =
      "web: { host: h, boot: 4 min, appRecovery: 2 min, verify: 5 min, warmUp: 3 min, volumes: { pages: { device: array, "
      + "size: 1 GiB, used: 50 %, workload: { rate: 20 kB/s } } } }"
    let disasters = ["deletion: { cause: accidentalDeletion, volumes: [data, pages], share: 30 % }"]
    let without = try await restore(
      disasters, services: services, recovery: "concurrentRestores: \(concurrent)")[0]
    let with = try await restore(
      disasters, services: services,
      recovery:
        "concurrentRestores: \(concurrent), stepFailures: { restoreData: { chance: 100 %, retryChance: 0 %, attempts: 2, retryAfter: 1 h } }"
    )[0]
    for (smooth, stumbling) in zip(without.drills, with.drills) {
      let (a, b) = (try #require(smooth.achievedRTO.duration), try #require(stumbling.achievedRTO.duration))
      #expect(abs((b - a - .hours(hours)).nanoseconds) < 60_000_000_000)
    }
    let (a, b) = (try #require(without.estimate.rto.duration), try #require(with.estimate.rto.duration))
    #expect(b - a == .hours(hours))
  }

  @Test func aFailoverThatFailsIsRepeated() async throws {
    let strategy = SmallCase.standby("layer: storage, mode: sync")
    let fire = "fire: { cause: fire, site: a }"
    let without = await SmallCase.run(try SmallCase.scenario(disasters: [fire], strategy: strategy))
    let with = await SmallCase.run(
      try SmallCase.scenario(
        disasters: [fire], strategy: strategy,
        recovery:
          "stepFailures: { failover: { chance: 100 %, retryChance: 0 %, attempts: 2, retryAfter: 30 min } }"))
    for (smooth, stumbling) in zip(without.disasters[0].drills, with.disasters[0].drills) {
      let (a, b) = (try #require(smooth.achievedRTO.duration), try #require(stumbling.achievedRTO.duration))
      #expect(b - a == .minutes(30))
    }
    let a = try #require(without.disasters[0].estimate.rto.duration)
    #expect(with.disasters[0].estimate.rto == .duration(a + .minutes(30)))
  }

  // MARK: Chance

  /// The number of failures before a success is geometric: p / (1 - p) on average, here cut off after 20 attempts.
  @Test(arguments: [5, 20, 40, 70])
  func failuresBeforeASuccessAreGeometric(percent: Int64) {
    let stumble = Stumble(
      chance: .percent(percent), retryChance: .percent(percent), attempts: 20, lost: nil)
    let count = 100_000
    let failures = (0..<count).map { stumble.failures(uniform: (Double($0) + 0.5) / Double(count)) }
    let p = Double(percent) / 100
    let mean = Double(failures.reduce(0, +)) / Double(count)
    #expect(abs(mean - p / (1 - p)) < 0.003)
    let three = Double(failures.count { $0 >= 3 }) / Double(count)
    #expect(abs(three - p * p * p) < 0.000_1)
  }

  /// 0.4 / 0.6 attempts of 10 min fail on average; the standard error of 400 drills is 0.053.
  @Test func drillsLoseTheTimeThatTheirChanceSays() async throws {
    let report = try await server(
      strikes: 400, "provision: { chance: 40 %, attempts: 20, retryAfter: 10 min }")
    let failed = report.drills.map { drill in drill.timeline.count(where: \.hasFailed) }
    let mean = Double(failed.reduce(0, +)) / 400
    #expect(abs(mean - 0.4 / 0.6) < 0.16)
    for (drill, count) in zip(report.drills, failed) {
      #expect(drill.achievedRTO == .duration(.minutes(80 + 10 * Int64(count))))
    }
  }

  /// With 20 % two attempts fail in 4 of 100 recoveries and three in 0.8: 99 of 100 need no more than two further hours.
  @Test func theEstimateIsThePercentileOfTheSumWithItsFailures() async throws {
    let report = try await server(
      strikes: 300, "provision: { chance: 20 %, attempts: 20, retryAfter: 1 h }")
    #expect(report.estimate.rto == .duration(.minutes(200)))
    let exceeding = report.drills.count { $0.achievedRTO > report.estimate.rto }
    // 2.4 are expected; eleven or more come in fewer than one of 10,000 runs.
    #expect(exceeding <= 10)
  }

  @Test func aStepThatFailsInEveryAttemptEndsTheRecoveryAndIsCounted() async throws {
    let report = try await server(strikes: 200, "provision: { chance: 50 %, attempts: 2 }")
    #expect(report.estimate.rto == .unrecoverable)
    let reasons = report.drills.compactMap { drill -> String? in
      if case .unrecoverable(let reason) = drill.outcome { reason } else { nil }
    }
    #expect(Set(reasons) == ["all 2 attempts at provision of h failed"])
    let count = reasons.count
    // 50 of 200 are expected, with a standard deviation of 6.1.
    #expect(count > 25 && count < 75)
    #expect(report.drills.count { $0.achievedRTO == .unrecoverable } == count)
  }

  /// In 1 of 400 recoveries both attempts fail: 99 of 100 come back, most late ones after one failure.
  @Test func anEstimateIsFiniteWhereFewerThanOneIn100RecoveriesFail() async throws {
    let report = try await server("provision: { chance: 5 %, attempts: 2 }")
    #expect(report.estimate.rto == .duration(.minutes(140)))
  }

  /// People who take a time of chance take the same one, and nothing else changes.
  @Test func aStepThatFailsMovesNoOtherDraw() async throws {
    let people = "{ lognormal: { median: 5 min, p95: 20 min } }"
    let smooth = try await server(detect: people, "")
    let stumbling = try await server(
      detect: people, "provision: { chance: 100 %, retryChance: 0 %, attempts: 2, retryAfter: 1 min }")
    for (a, b) in zip(smooth.drills, stumbling.drills) {
      let (a, b) = (try #require(a.achievedRTO.duration), try #require(b.achievedRTO.duration))
      #expect(b - a == .minutes(1))
    }
  }

  /// Nothing is replaced after a deletion, and a step without duration is none.
  @Test func whatIsNotDoneDoesNotFail() async throws {
    let always = "{ chance: 100 %, retryChance: 0 %, attempts: 2, retryAfter: 1 h }"
    let smooth = try await restore([Self.deletion], recovery: "concurrentRestores: 1")[0]
    let stumbling = try await restore(
      [Self.deletion],
      recovery: "stepFailures: { provision: \(always), boot: \(always), redirect: \(always) }")[
        0]
    #expect(smooth.estimate == stumbling.estimate)
    #expect(smooth.drills.map(\.achievedRTO) == stumbling.drills.map(\.achievedRTO))
  }

  // MARK: Clean room

  /// Damage that had time to spread: restored data is certified for 6 h before anybody uses it.
  @Test func restoredDataIsCertifiedWhereDamageHadTimeToSpread() async throws {
    let disasters = [
      "virus: { cause: virusAttack, volumes: [data], share: 30 %, dwell: 90 min }", Self.deletion,
    ]
    let without = try await restore(disasters, recovery: "concurrentRestores: 1")
    let with = try await restore(disasters, recovery: "certify: 6 h")
    for (place, more) in [(0, Duration.hours(6)), (1, .zero)] {
      for (a, b) in zip(without[place].drills, with[place].drills) {
        let (a, b) = (try #require(a.achievedRTO.duration), try #require(b.achievedRTO.duration))
        #expect(b - a == more)
      }
      let a = try #require(without[place].estimate.rto.duration)
      #expect(with[place].estimate.rto == .duration(a + more))
    }
    let step = with[0].drills[0].timeline.first { $0.subject == "clean room" }
    let use = with[0].drills[0].timeline.filter { $0.phase == .warmUp }
    #expect(use.allSatisfy { $0.start == step?.end })
  }
}
