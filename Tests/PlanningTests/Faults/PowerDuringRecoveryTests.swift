import Rehearsals
import Testing
import Units

/// A power cut during a recovery delays it, and takes away nothing that a copy elsewhere holds.
@Suite struct PowerDuringRecoveryTests {
  private static let far = ["far: { device: store-b, capacity: 1 TiB, credentials: x }"]
  private static let hourly =
    "backups: [{ vault: far, schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 24 } }]"

  /// The drills of a failure, followed by two hours without power.
  private func drills(of failure: String, powerCutAfter delay: String?) async throws -> [Drill] {
    let second = delay.map { ", followedBy: { disaster: cut, after: \($0) }" } ?? ""
    let scenario = try SmallCase.scenario(
      warmUp: "3 h", vaults: Self.far,
      disasters: [
        "failure: { \(failure)\(second) }", "cut: { cause: powerOutage, site: a, duration: 2 h }",
      ], strategy: Self.hourly)
    return await SmallCase.run(scenario).disasters[0].drills
  }

  private func times(_ drills: [Drill]) throws -> (rpo: [Duration], rto: [Duration]) {
    try #require(drills.count == 3)
    return (
      try drills.map { try #require($0.achievedRPO.duration, "\($0.outcome)") },
      try drills.map { try #require($0.achievedRTO.duration, "\($0.outcome)") }
    )
  }

  private static let arrayFailure = "cause: arrayFailure, device: array"

  @Test func aCutBeforeTheDeliveryDelaysNothing() async throws {
    let alone = try times(try await drills(of: Self.arrayFailure, powerCutAfter: nil))
    let cut = try times(try await drills(of: Self.arrayFailure, powerCutAfter: "10 min"))
    #expect(cut.rpo == alone.rpo)
    // The array is on its way, and comes long after the power.
    #expect(cut.rto == alone.rto)
  }

  @Test func aCutDuringARestoreMakesItBeginAgain() async throws {
    let alone = try times(try await drills(of: Self.arrayFailure, powerCutAfter: nil))
    // The array comes after 24 h and 6 min; its restore runs for a minute when the power goes.
    let cut = try times(try await drills(of: Self.arrayFailure, powerCutAfter: "1447 min"))
    #expect(cut.rpo == alone.rpo)
    // Power is back after 1567 min and hosts start a second later. They boot in 4 min, longer than the restore;
    // then follow 2 min of the application's own recovery, 5 min of verification and 3 min of warming up.
    #expect(cut.rto == Array(repeating: .minutes(1581) + .seconds(1), count: 3))
  }

  @Test func powerDoesNotRepairAServer() async throws {
    let alone = try times(try await drills(of: "cause: serverFailure, host: h", powerCutAfter: nil))
    let cut = try times(try await drills(of: "cause: serverFailure, host: h", powerCutAfter: "10 min"))
    #expect(cut.rpo == alone.rpo)
    // A new server is installed once there is power, after 130 min instead of 6 min.
    #expect(
      zip(cut.rto, alone.rto).map { $0 - $1 } == Array(repeating: .minutes(124) + .seconds(1), count: 3))
  }

  /// Each pair has what the first disaster leaves whole and the second loses, or what is restored twice.
  @Test(arguments: [
    "cause: powerOutage, site: a, duration: 2 h, followedBy: { disaster: failure, after: 30 min }",
    "cause: virusAttack, host: h, share: 30 %, dwell: 2 h, followedBy: { disaster: cut, after: 8 min }",
    "cause: arrayFailure, device: array, followedBy: { disaster: failure, after: 1447 min }",
  ]) func theEstimateCoversASecondDisaster(first: String) async throws {
    let scenario = try SmallCase.scenario(
      warmUp: "4 h", vaults: Self.far,
      disasters: [
        "pair: { \(first) }", "failure: { \(Self.arrayFailure) }",
        "cut: { cause: powerOutage, site: a, duration: 2 h }",
      ], strategy: Self.hourly)
    let report = await SmallCase.run(scenario).disasters[0]
    for drill in report.drills {
      #expect(drill.achievedRPO > .duration(.zero) && drill.achievedRPO <= report.estimate.rpo)
      #expect(drill.achievedRTO <= report.estimate.rto)
    }
  }
}
