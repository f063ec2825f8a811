import Assessment
import Estate
import Rehearsals
import ScenarioLanguage
import Testing
import Units

/// The standby at the DR site is metered and priced by its kind.
@Suite struct StandbyCostTests {
  /// A year in which the strategy sent so much to the DR site, and nothing else.
  private func costs(
    _ standby: String, replication: String = "layer: storage, mode: async", sent: ByteCount = .gibibytes(1),
    settings: [String] = []
  ) throws -> StrategyCosts {
    let replication =
      standby.contains("activeActive") ? "layer: storage, mode: activeActive" : replication
    let scenario = try Shop.read(
      Shop.twoSites(replication: replication, standby: standby), settings: settings)
    var meters = Meters(scenario.blueprint)
    meters.linkBytes[0] = sent
    let strategy = StrategyReport(
      strategy: scenario.strategies[0],
      protection: ProtectionReport(
        snapshotsTaken: 0, backupsTaken: 0, slotsSwallowed: 0, backupsFailed: 0, longestBackup: nil,
        vaultBytes: .zero, trace: ""), metered: meters, disasters: [])
    let report = try SweepReport(
      scenario: scenario, provenance: Provenance(version: "test", digest: "", arguments: []),
      strategies: [strategy]
    ).priced()
    return try #require(report.costs.strategies.first)
  }

  private func lines(_ costs: StrategyCosts, of subject: String) -> [CostLine] {
    costs.steady.lines.filter { $0.usage.subject.hasPrefix(subject) }
  }

  private static let provision = "provision: 20 min, redirect: 5 min"

  @Test(arguments: [
    ("kind: pilotLight, \(provision)", "compute.medium.stopped", 0),
    ("kind: warmStandby, \(provision)", "compute.small.running", 36_442),
    ("kind: warmStandby, size: large, \(provision)", "compute.large.running", 168_192),
    ("kind: hotStandby, redirect: 5 min", "compute.medium.running", 84_096),
    ("kind: activeActive, redirect: 5 min", "compute.medium.running", 84_096),
  ])
  func eachServerOfProductionHasOneThatWaits(_ standby: String, _ item: String, _ cents: Int64) throws {
    let servers = lines(try costs(standby), of: "standby of ")
    #expect(servers.map(\.usage.subject) == ["standby of db in berlin", "standby of web in berlin"])
    #expect(servers.allSatisfy { $0.usage.item == item && $0.usage.quantity == 8_760 * 3_600 })
    #expect(servers.allSatisfy { $0.cost.minorUnits == cents })
  }

  /// 200 GiB of volume at 0.125 a GiB month are 300.00 a year, and so is a journal of as much.
  @Test func theCopiesAndTheJournalAreHeldAtTheDRSite() throws {
    let bare = try costs("kind: pilotLight, \(Self.provision)")
    #expect(lines(bare, of: "copy of ").map(\.cost.minorUnits) == [30_000])
    #expect(lines(bare, of: "journal").isEmpty)
    let journal = try costs(
      "kind: pilotLight, \(Self.provision)", replication: "layer: hostIO, mode: async, journal: 200 GiB")
    #expect(lines(journal, of: "journal").map(\.cost.minorUnits) == [30_000])
  }

  @Test func theServersThatServeTwiceAreWholeInfrastructureOnceMore() throws {
    let costs = try costs("kind: activeActive, redirect: 5 min")
    #expect(costs.band.family == .activeActive && costs.band.position == .within)
    #expect(costs.band.part == costs.band.whole && costs.band.ratio == .one)
    #expect(costs.band.whole.minorUnits == 2 * 84_096 + 30_000)
    #expect(costs.protectionRatio > .one, "traffic is protection, and no infrastructure")
    #expect(costs.band.driver?.usage.component == .compute)
  }

  /// 8,760 hours of a port at 0.30 are 2,628.00; its traffic of 1 GiB at the scale of 1/8192 in a week costs as usual.
  @Test func aLeasedLineIsPaidByTheHourByWhoeverUsesIt() throws {
    let leased = ["links.backbone.tariff=direct1G"]
    let used = lines(try costs("kind: hotStandby, redirect: 1 min", settings: leased), of: "link backbone")
    #expect(used.map(\.usage.item) == ["traffic.direct1G", "lease.direct1G"])
    #expect(used.last?.cost.minorUnits == 262_800)
    let idle = try costs("kind: hotStandby, redirect: 1 min", sent: .zero, settings: leased)
    #expect(lines(idle, of: "link backbone").isEmpty)
  }

  @Test func onlyAWarmStandbyWaitsAtASizeOfItsOwn() {
    let errors = Shop.errors(in: Shop.twoSites(standby: "kind: hotStandby, size: small, redirect: 1 min"))
    #expect(errors.count == 1 && errors[0].contains("do not wait at a size of their own"))
    #expect(errors[0].contains("shop.yaml:74:"))
  }
}
