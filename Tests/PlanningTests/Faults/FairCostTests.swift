import Assessment
import Documents
import Estate
import Rehearsals
import Testing
import Units

/// Costs that judge strategies alike.
@Suite struct FairCostTests {
  private static let costs =
    "{ crew: 2, drills: { perYear: 2, disaster: deletion }, penalties: { outagePerHour: USD 100, dataLossPerHour: USD 100, "
    + "unrecoverable: USD 1000000 } }"
  private static let deletion =
    "deletion: { perYear: 1, cause: accidentalDeletion, volumes: [data], share: 30 % }"

  private func priced(_ disasters: [String], costs: String, strategy: String) async throws -> StrategyCosts {
    let scenario = try SmallCase.scenario(
      strikes: 1, costs: costs, disasters: disasters, strategy: strategy)
    let sweep = Sweep(scenario, provenance: Provenance(version: "test", digest: "", arguments: []))
    return try await sweep.run(jobs: 1).priced().costs.strategies[0]
  }

  /// Synchronous copies carry the deletion over: 30 % of the data is gone, and its value, not the whole.
  @Test func aPartialLossCostsItsShareOfTheData() async throws {
    let costs = try await priced(
      [Self.deletion], costs: Self.costs, strategy: SmallCase.standby("layer: storage, mode: sync"))
    let share = try #require(costs.expectedLoss?.shares.first)
    guard case .money(let money) = share.perEvent else { return #expect(Bool(false)) }
    #expect(abs(money.minorUnits - 30_000_000) < 100)
  }

  /// Two people who give up after the objective of 4 h, twice a year.
  @Test func anExerciseThatFailsIsPaidForAllTheSame() async throws {
    let costs = try await priced(
      [Self.deletion], costs: Self.costs, strategy: SmallCase.standby("layer: storage, mode: sync"))
    let crew = costs.drill.lines.first { $0.usage.subject == "recovery crew" }
    let seconds: Int64 = 2 * 2 * 4 * 3_600
    #expect(crew?.usage.quantity == seconds)
  }

  /// 6 min of people, 1 h until the server stands there, 14 min of work: 20 min for each of two people.
  @Test(arguments: [false, true])
  func aCrewIsPaidWhileItWaitsOnlyIfTheScenarioSaysSo(waits: Bool) async throws {
    let costs = try await priced(
      ["server: { cause: serverFailure, host: h }"], costs: "{ crew: 2, crewPaidWhileWaiting: \(waits) }",
      strategy:
        "snapshots: { schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 4 }, credentials: s }")
    let crew = costs.recoveries[0].statement.lines.first { $0.usage.subject == "recovery crew" }
    let seconds: Int64 = 2 * 60 * (waits ? 80 : 20)
    #expect(crew?.usage.quantity == seconds)
  }

  @Test func aShareOfAServiceThatIsNotThereIsAnError() {
    let costs =
      "{ penalties: { outagePerHour: USD 1, dataLossPerHour: USD 1, unrecoverable: USD 1, services: { ap: 50 % } } }"
    #expect(throws: InputError.self) {
      try SmallCase.scenario(
        costs: costs, disasters: [Self.deletion],
        strategy: SmallCase.standby("layer: storage, mode: sync"))
    }
  }
}
