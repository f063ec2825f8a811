import Rehearsals
import Testing
import Units

/// A power cut during a recovery delays it, and takes away nothing that a copy elsewhere holds.
@Suite struct PowerDuringRecoveryTests {
  private static let far = ["far: { device: store-b, capacity: 1 TiB, credentials: x }"]
  private static let hourly =
    "backups: [{ vault: far, schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 24 } }]"

  /// The drills of an array failure, followed by two hours without power.
  private func drills(powerCutAfter delay: String?) async throws -> [Drill] {
    let second = delay.map { ", followedBy: { disaster: cut, after: \($0) }" } ?? ""
    let scenario = try SmallCase.scenario(
      warmUp: "3 h", vaults: Self.far,
      disasters: [
        "failure: { cause: arrayFailure, device: array\(second) }",
        "cut: { cause: powerOutage, site: a, duration: 2 h }",
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

  @Test func aCutBeforeTheDeliveryCostsTheTimeOfOrderingAgain() async throws {
    let alone = try times(try await drills(powerCutAfter: nil))
    let cut = try times(try await drills(powerCutAfter: "10 min"))
    #expect(cut.rpo == alone.rpo)
    // People decide again ten minutes later, and the array is ordered then.
    #expect(zip(cut.rto, alone.rto).map { $0 - $1 } == Array(repeating: .minutes(10), count: 3))
  }
}
