import Documents
import Estate
import Rehearsals
import ScenarioLanguage
import Testing
import Units

/// Identical servers behind a load balancer, of which the services need some.
@Suite struct SeveralServersTests {
  private static let snapshots =
    "snapshots: { schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 4 }, credentials: s }"
  private static let front =
    "front: { host: web, boot: 4 min, appRecovery: 2 min, verify: 5 min, warmUp: 3 min }"

  private static func scenario(
    _ disasters: [String], servers: String = "count: 4, needs: 3", strategy: String = snapshots
  ) throws -> Scenario {
    try SmallCase.scenario(
      moreServices: front, disasters: disasters, strategy: strategy,
      hosts: "h: { site: a }, web: { site: a, \(servers) }")
  }

  private static let faults: [(servers: String, fault: String, minutes: Int64)] = [
    ("count: 4, needs: 3", "servers: 1", 0), ("count: 4, needs: 3", "servers: 2", 80),
    ("count: 4, needs: 3", "servers: all", 80), ("count: 4", "servers: 1", 80),
    ("count: 4, needs: 1", "servers: 3", 0), ("count: 4, needs: 1", "servers: 4", 80),
  ]

  /// People 6 min, a server 1 h, then 4, 2, 5 and 3 min; no data is on the servers.
  @Test(arguments: faults)
  func anOutageBeginsWhenFewerServersRunThanAreNeeded(servers: String, fault: String, minutes: Int64)
    async throws
  {
    let scenario = try Self.scenario(
      ["d: { cause: serverFailure, host: web, \(fault) }"], servers: servers)
    let report = await SmallCase.run(scenario).disasters[0]
    #expect(!report.drills.isEmpty)
    #expect(report.drills.allSatisfy { $0.achievedRTO == .duration(.minutes(minutes)) })
    #expect(report.drills.allSatisfy { $0.achievedRPO == .duration(.zero) })
    #expect(report.estimate.rto == .duration(.minutes(minutes)))
  }

  /// The spare server is used up by the first fault.
  @Test func aSecondFaultOfOneServerIsAnOutage() async throws {
    let report = await SmallCase.run(
      try Self.scenario([
        "first: { cause: serverFailure, host: web, servers: 1, followedBy: { disaster: second, after: 20 min } }",
        "second: { cause: serverFailure, host: web, servers: 1 }",
      ])
    ).disasters
    #expect(report[0].drills.allSatisfy { $0.achievedRTO == .duration(.minutes(80)) })
    #expect(report[0].estimate.rto == .duration(.minutes(80)))
    #expect(report[1].drills.allSatisfy { $0.achievedRTO == .duration(.zero) })
  }

  /// An unnoticed fault of a spare server does not make a hot standby take over.
  @Test func aSpareServerIsNoReasonToFailOver() async throws {
    let report = await SmallCase.run(
      try Self.scenario(
        ["d: { cause: serverFailure, host: web, servers: 1 }"],
        strategy: SmallCase.standby("layer: storage, mode: sync"))
    ).disasters[0]
    #expect(report.drills.allSatisfy { $0.achievedRTO == .duration(.zero) })
  }

  /// A medium server costs 0.096 an hour, which are 840.96 a year.
  @Test func eachServerIsPriced() async throws {
    let fire = "d: { cause: fire, site: a }"
    func statement(_ servers: String) async throws -> (production: Int64, standby: Int64) {
      let scenario = try Self.scenario(
        [fire], servers: servers, strategy: SmallCase.standby("layer: storage, mode: sync"))
      let sweep = Sweep(scenario, provenance: Provenance(version: "test", digest: "", arguments: []))
      let costs = try await sweep.run(jobs: 2).priced().costs
      func cents(_ lines: [CostLine], _ subject: String) -> Int64 {
        lines.filter { $0.usage.subject == subject }.reduce(0) { $0 + $1.cost.minorUnits }
      }
      return (
        cents(costs.production.lines, "host web"),
        cents(costs.strategies[0].steady.lines, "standby of web in b")
      )
    }
    let one = try await statement("size: medium")
    let four = try await statement("count: 4, needs: 3")
    #expect(one == (84_096, 84_096))
    #expect(four == (4 * 84_096, 4 * 84_096))
  }

  // MARK: Reading

  private static let web = "host: web, cause: serverFailure"

  @Test(arguments: [
    ("count: 4, needs: 5", "\(web), servers: 1", "'needs' is more than the number of servers, which is 4"),
    ("needs: 2", web, "'needs' is more than the number of servers, which is 1"),
    ("count: 0", web, "0 is out of range"),
    ("count: 4", web, "'web' is 4 servers, and this does not say how many fail"),
    ("count: 4", "\(web), servers: 5", "'web' has 4 servers"),
    ("count: 4", "\(web), servers: 0", "'0' is not a number of servers"),
    ("size: small", "\(web), servers: 2", "'web' has 1 server"),
    ("count: 4", "cause: fire, site: a, servers: 1", "'servers' does not go with the cause 'fire'"),
  ])
  func aWrongNumberOfServersIsAnError(servers: String, disaster: String, message: String) {
    do {
      _ = try Self.scenario(["d: { \(disaster) }"], servers: servers)
      Issue.record("read without an error")
    } catch {
      let messages = (error as? InputError)?.diagnostics.map(\.message) ?? []
      #expect(messages.contains { $0.hasPrefix(message) }, "\(messages)")
    }
  }

  @Test func severalServersHaveNoVolumesOfTheirOwn() {
    do {
      _ = try SmallCase.scenario(
        disasters: ["d: { cause: fire, site: a }"], strategy: Self.snapshots,
        hosts: "h: { site: a, count: 2 }")
      Issue.record("read without an error")
    } catch {
      let messages = (error as? InputError)?.diagnostics.map(\.message) ?? []
      #expect(messages == ["'h' is 2 servers, which cannot all write to the volumes of 'app'"])
    }
  }
}
