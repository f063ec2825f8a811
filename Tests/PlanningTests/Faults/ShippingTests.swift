import Estate
import Rehearsals
import ScenarioLanguage
import Testing
import Units

/// Copies that are held and that a courier carries to a second vault.
@Suite struct ShippingTests {
  private static let fire = "fire: { cause: fire, site: a }"
  private static let attack =
    "attack: { cause: vaultAttack, volumes: [data], share: 30 %, credentials: admin }"
  private static let deletion = "deletion: { cause: accidentalDeletion, volumes: [data], share: 30 % }"
  private static let trip =
    "{ currency: USD, extendsDefault: true, items: { courier.trip: { price: 150, per: trip, assumption: a van } } }"

  static func scenario(
    _ disasters: [String], keys: String = "replicaDelay: 12 h",
    courier: String = "transit: 24 h, return: 36 h",
    warmUp: String = "5 d", window: String = "1 d", strikes: Int = 24, at instants: String? = nil,
    retention: String = "count: 9", credentials: String = "admin"
  ) throws -> Scenario {
    let vaults = [
      "near: { device: store, capacity: 1 TiB, credentials: admin }",
      "shelf: { device: store-b, capacity: 1 TiB, credentials: \(credentials) }",
    ]
    let backup =
      "vault: near, schedule: FREQ=DAILY;BYHOUR=0;BYMINUTE=0;BYSECOND=0, retention: { \(retention) }, replica: shelf, "
      + "replicaRetention: { count: 30 }, prune: FREQ=DAILY;BYHOUR=6;BYMINUTE=0;BYSECOND=0"
    return try SmallCase.scenario(
      scale: 4_096, warmUp: warmUp, window: window, strikes: strikes, vaults: vaults, disasters: disasters,
      strategy: "backups: [ { \(backup), courier: { \(courier) }\(keys.isEmpty ? "" : ", \(keys)") } ]",
      recovery: "rebuild: { site: c, device: array-c, provision: 2 h }", hasThirdSite: true, prices: trip,
      strikesAt: instants)
  }

  private func mean(_ drills: [Drill]) throws -> Duration {
    let losses = try drills.map { try #require($0.achievedRPO.duration) }
    return losses.reduce(.zero, +) / Int64(losses.count)
  }

  /// A backup at midnight leaves at noon and arrives at noon of the next day: it is 36 h old then, and 60 h when the
  /// next one arrives. People need 6 min, the media 36 h, the application and its users 15 min.
  @Test(arguments: [fire, attack]) func aSiteIsRestoredFromTheNewestCopyThatArrived(disaster: String)
    async throws
  {
    let report = await SmallCase.run(try Self.scenario([disaster])).disasters[0]
    #expect(report.drills.count == 24)
    for drill in report.drills {
      let (loss, time) = (
        try #require(drill.achievedRPO.duration), try #require(drill.achievedRTO.duration)
      )
      #expect(loss > .hours(35) && loss < .hours(60))
      let rest: Duration = disaster == Self.fire ? .minutes(21) : .minutes(16)
      #expect(time > .hours(36) + rest && time < .hours(36) + rest + .minutes(1))
      #expect(drill.restored.map(\.source) == [.vault(VaultID(1))] && drill.media == [VaultID(1)])
      #expect(loss <= report.estimate.rpo.duration ?? .zero && time <= report.estimate.rto.duration ?? .zero)
    }
    let mean = try mean(report.drills)
    #expect(mean > .hours(47) + .minutes(30) && mean < .hours(48) + .minutes(30), "\(mean)")
    let estimate = try #require(report.estimate.rpo.duration)
    #expect(estimate > .hours(60) && estimate < .hours(60) + .minutes(1))
  }

  /// A copy that the network reaches is newer and needs no courier.
  @Test func aDeletionIsRestoredFromTheVaultAtHand() async throws {
    let report = await SmallCase.run(try Self.scenario([Self.deletion])).disasters[0]
    for drill in report.drills {
      #expect(drill.media.isEmpty && drill.restored.map(\.source) == [.vault(VaultID(0))])
      #expect(drill.achievedRPO < .duration(.hours(24) + .minutes(1)))
      #expect(drill.achievedRTO <= report.estimate.rto)
    }
  }

  /// A courier every second day at noon: 36 h at an arrival, 84 h before the next one.
  @Test func aCourierWithATimetableCarriesAllThatIsReady() async throws {
    let report = await SmallCase.run(
      try Self.scenario(
        [Self.fire], keys: "replicaSchedule: FREQ=DAILY;INTERVAL=2;BYHOUR=12;BYMINUTE=0;BYSECOND=0",
        warmUp: "8 d", window: "2 d", strikes: 48)
    ).disasters[0]
    let mean = try mean(report.drills)
    #expect(mean > .hours(59) + .minutes(30) && mean < .hours(60) + .minutes(30), "\(mean)")
    for drill in report.drills {
      #expect(drill.achievedRPO > .duration(.hours(35)) && drill.achievedRPO < .duration(.hours(84)))
      #expect(drill.achievedRPO <= report.estimate.rpo)
    }
  }

  /// The courier survives the fire. What arrives before the call for the media comes back with the others.
  @Test(arguments: [("11:58:00", Duration.hours(36)), ("11:50:00", .hours(60))])
  func mediaUnderWayCountWhenTheyArriveBeforeTheCall(time: String, loss: Duration) async throws {
    let report = await SmallCase.run(
      try Self.scenario([Self.fire], at: "2026-03-07T\(time)Z")
    ).disasters[0]
    let achieved = try #require(report.drills[0].achievedRPO.duration)
    #expect(achieved < loss && achieved > loss - .minutes(15), "\(achieved)")
  }

  /// The vault at hand keeps two points, both encrypted by then; older ones are on the shelf.
  @Test func mediaAreCalledForWhenNoPointAtHandIsClean() async throws {
    let virus = "virus: { cause: virusAttack, volumes: [data], share: 30 %, dwell: 3 d }"
    let report = await SmallCase.run(
      try Self.scenario([virus], warmUp: "8 d", strikes: 2, retention: "count: 2")
    ).disasters[0]
    for drill in report.drills {
      let (loss, time) = (
        try #require(drill.achievedRPO.duration, "\(drill.outcome)"), try #require(drill.achievedRTO.duration)
      )
      // The application overwrites the first damaged pages, so that a later point may be clean.
      #expect(loss > .days(2) && loss < .days(4) + .minutes(1))
      #expect(time > .hours(36) && drill.media == [VaultID(1)])
      #expect(loss <= report.estimate.rpo.duration ?? .zero && time <= report.estimate.rto.duration ?? .zero)
    }
  }

  /// A hold without a courier delays the copies over the link.
  @Test func aHeldCopyIsOlderByTheHold() async throws {
    let scenario = try SmallCase.scenario(
      scale: 4_096, warmUp: "3 d", window: "1 d", strikes: 24,
      vaults: [
        "near: { device: store, capacity: 1 TiB, credentials: admin }",
        "far: { device: store-b, capacity: 1 TiB, credentials: admin }",
      ], disasters: [Self.fire],
      strategy:
        "backups: [ { vault: near, schedule: FREQ=DAILY;BYHOUR=0;BYMINUTE=0;BYSECOND=0, retention: { count: 9 }, replica: far, replicaDelay: 6 h } ]",
      recovery: "rebuild: { site: b, device: array-b, provision: 2 h }")
    let report = await SmallCase.run(scenario).disasters[0]
    let mean = try mean(report.drills)
    #expect(mean > .hours(17) + .minutes(30) && mean < .hours(18) + .minutes(30), "\(mean)")
    for drill in report.drills { #expect(drill.achievedRPO <= report.estimate.rpo) }
  }

  /// 365 departures a year, and one trip to bring the media back.
  @Test func eachTripIsPaid() async throws {
    let sweep = Sweep(
      try Self.scenario([Self.fire], strikes: 2),
      provenance: Provenance(version: "test", digest: "", arguments: []))
    let costs = try await sweep.run(jobs: 2).priced().costs.strategies[0]
    func trips(_ statement: CostStatement) -> [Int64] {
      statement.lines.filter { $0.usage.item == "courier.trip" }.map(\.cost.minorUnits)
    }
    #expect(trips(costs.steady) == [365 * 15_000])
    #expect(trips(costs.recoveries[0].statement) == [15_000])
  }
}
