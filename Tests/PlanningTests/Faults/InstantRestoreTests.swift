import Estate
import Rehearsals
import ScenarioLanguage
import Testing
import Units

/// Services that start from the vault while their data is copied back.
@Suite struct InstantRestoreTests {
  private static let array = "array: { cause: arrayFailure, device: array, perYear: 2 }"
  private static let penalties =
    "{ penalties: { outagePerHour: USD 1000, dataLossPerHour: USD 0, unrecoverable: USD 0 } }"

  private func scenario(
    _ disaster: String = array, scale: Int = 4_096,
    instant: String = "instant: { firstRead: 5 %, slowdown: 20 % }",
    database: String? = nil, moreServices: String = "", strikes: Int = 3
  ) throws -> Scenario {
    try SmallCase.scenario(
      scale: scale, warmUp: "1 d", window: "1 d", strikes: strikes, link: "400 Mbit/s",
      volume: database == nil
        ? "size: 100 GiB, used: 80 %, workload: { rate: 40 kB/s, compressibility: 0 %, sequentialShare: 100 % }"
        : "size: 8 GiB, used: 10 % }, log: { device: array, size: 8 GiB, used: 50 %",
      database: database,
      vaults: ["far: { device: store-b, capacity: 2 TiB, credentials: admin }"], costs: Self.penalties,
      moreServices: moreServices, disasters: [disaster],
      strategy:
        "backups: [ { vault: far, schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 50 } } ]",
      recovery: instant)
  }

  /// 4 GiB of 80 at 50 MB/s take 86 s, and the rest as long as a restore of everything. The array is there after 24 h and
  /// 6 min, the application and its users take 10 min.
  @Test(arguments: [1_024, 4_096])
  func theServiceStartsWithTheFirstReadAndIsFastWithTheLast(scale: Int) async throws {
    let report = await SmallCase.run(try scenario(scale: scale)).disasters[0]
    let whole = await SmallCase.run(try scenario(scale: scale, instant: "concurrentRestores: 1")).disasters[0]
    let (ready, use) = (Duration.hours(24) + .minutes(6), Duration.minutes(10))
    for (drill, late) in zip(report.drills, whole.drills) {
      let all = try #require(late.achievedRTO.duration) - ready - use
      #expect(all > .seconds(1_700) && all < .seconds(2_000), "\(all)")
      let (first, slow) = (try #require(drill.achievedRTO.duration), try #require(drill.slowService))
      #expect(first > ready + use + .seconds(80) && first < ready + use + .seconds(120), "\(first)")
      let rest = slow.fullSpeed - (first - use)
      #expect(rest > all - .seconds(30) && rest < all + .seconds(30), "\(rest) \(all)")
      // A page in its block waits for one disk and one line, which the copying shares.
      #expect(slow.reads > 100 && slow.longestRead < .seconds(60))
      #expect((slow.meanRead ?? .zero) > .milliseconds(5), "\(String(describing: slow.meanRead))")
      #expect(drill.achievedRPO < .duration(.hours(2)))
      #expect(first <= report.estimate.rto.duration ?? .zero)
      #expect(.duration(slow.fullSpeed) <= report.estimate.fullSpeed ?? .duration(.zero))
    }
  }

  /// The same data comes back, only earlier.
  @Test func nothingElseIsLostThanWithARestoreOfEverything() async throws {
    let instant = await SmallCase.run(try scenario()).disasters[0]
    let whole = await SmallCase.run(try scenario(instant: "concurrentRestores: 1")).disasters[0]
    #expect(instant.drills.map(\.achievedRPO) == whole.drills.map(\.achievedRPO))
    #expect(whole.drills.allSatisfy { $0.slowService == nil } && whole.estimate.fullSpeed == nil)
    for (early, late) in zip(instant.drills, whole.drills) {
      #expect(early.achievedRTO < late.achievedRTO)
    }
  }

  /// Three quarters of an hour or so of slow service cost a fifth of an outage.
  @Test func slowServiceCostsItsShareOfThePenalty() async throws {
    let sweep = Sweep(
      try scenario(), provenance: Provenance(version: "test", digest: "", arguments: []))
    let report = try await sweep.run(jobs: 2).priced()
    let share = try #require(report.costs.strategies[0].expectedLoss?.shares.first)
    let drills = report.strategies[0].disasters[0].drills
    let slow = try drills.reduce(Duration.zero) {
      $0 + (try #require($1.slowService).fullSpeed - (try #require($1.achievedRTO.duration)))
    }
    let byHand = slow / Int64(drills.count * 5)
    #expect(
      share.event.slowService >= byHand - .seconds(1) && share.event.slowService <= byHand + .seconds(1))
    #expect(share.event.slowService > .minutes(3))
  }

  /// A scan needs all data to be there.
  @Test func dataThatMustBeScannedIsRestoredFirst() async throws {
    let report = await SmallCase.run(
      try scenario("virus: { cause: virusAttack, volumes: [data], share: 20 %, dwell: 3 h }", strikes: 1)
    ).disasters[0]
    #expect(report.drills.allSatisfy { $0.slowService == nil } && report.estimate.fullSpeed == nil)
    #expect(report.drills.allSatisfy { $0.achievedRPO.duration != nil })
  }

  /// A second loss of the array interrupts the copying: what was not there yet is restored anew.
  @Test func aSecondLossDuringTheCopyingIsRecoveredToo() async throws {
    let again = "followedBy: { disaster: array, after: 24 h 20 min }"
    let scenario = try SmallCase.scenario(
      scale: 4_096, warmUp: "1 d", window: "1 d", strikes: 2, link: "400 Mbit/s",
      volume: "size: 100 GiB, used: 80 %, workload: { rate: 40 kB/s, compressibility: 0 % }",
      vaults: ["far: { device: store-b, capacity: 2 TiB, credentials: admin }"],
      disasters: [Self.array, "twice: { cause: arrayFailure, device: array, \(again) }"],
      strategy:
        "backups: [ { vault: far, schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 50 } } ]",
      recovery: "instant: { firstRead: 5 %, slowdown: 20 % }")
    let report = await SmallCase.run(scenario).disasters[1]
    for drill in report.drills {
      #expect(drill.attempts == 2)
      #expect(drill.achievedRTO > .duration(.hours(48)), "\(drill.outcome)")
      #expect(drill.achievedRTO <= report.estimate.rto)
    }
  }

  @Test func aDatabaseStartsFromTheVault() async throws {
    let report = await SmallCase.run(
      try scenario(
        scale: 1_024, database: "data: data, log: log, transactionsPerSecond: 20, accounts: 64", strikes: 2)
    ).disasters[0]
    for drill in report.drills {
      #expect(drill.achievedRPO.duration != nil, "\(drill.outcome)")
      #expect(drill.slowService.map { .duration($0.fullSpeed) >= drill.achievedRTO } == true)
    }
  }
}
