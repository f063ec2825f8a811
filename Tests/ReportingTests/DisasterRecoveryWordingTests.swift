import Assessment
import Estate
import Replication
import Reporting
import ScenarioLanguage
import Statistics
import Testing
import Units

/// The wording of replication, of what stands at the DR site, and of disasters that go by places.
@Suite struct DisasterRecoveryWording {
  private func report(_ mode: ReplicationPolicy.Mode, _ kind: Standby.Kind) throws -> Report {
    var report = try SmallReport.report()
    report.strategies[1].strategy.disasterRecovery = DisasterRecovery(
      groups: [
        ReplicationPolicy(
          mode: mode, site: SiteID(1), device: DeviceID(1), bufferMaximum: .gibibytes(4),
          journalMaximum: .gibibytes(200))
      ],
      standby: Standby(
        kind: kind, provision: try Distribution(.constant(.minutes(20))),
        redirect: try Distribution(.constant(.minutes(5)))))
    return report
  }

  @Test(arguments: [
    (
      ReplicationPolicy.Mode.storage(.asynchronous), Standby.Kind.pilotLight,
      "by the storage (`storage`, `async`) to `store` in `berlin`: a write is acknowledged when it is durable in "
        + "production; every write that arrived can be recovered",
      "`pilot_light`, servers are made on the day"
    ),
    (
      .storage(.strictSynchronous), .hotStandby,
      "by the storage (`storage`, `strict_sync`) to `store` in `berlin`: a write is acknowledged when it is durable "
        + "at both sites, and never without the DR site; every write that arrived can be recovered",
      "`hot_standby`, servers of full size wait for the application to be started"
    ),
    (
      .activeActive(ActiveActiveMode(acknowledgement: .local, share: .percent(30))), .activeActive,
      "by the storage (`storage`, `active_active`) to `store` in `berlin`: a write is acknowledged when it is durable "
        + "where it was made, 30 % of them at the second site; of two writes made apart to one page the newer stays, "
        + "and the other is counted",
      "`active_active`, servers of full size serve all the time"
    ),
    (
      .storage(.interval(.minutes(15))), .warmStandby,
      "by the storage (`storage`, `interval`) to `store` in `berlin`: a write is acknowledged when it is durable in "
        + "production; the changes between two snapshots are sent every 15 min",
      "`warm_standby`, servers run at a small size and grow on the day"
    ),
    (
      .hostIO(.asynchronous(checkpointInterval: .seconds(5))), .warmStandby,
      "by a splitter at the hosts (`host_io`, `async`) to `store` in `berlin`: a write is acknowledged when it is "
        + "durable in production; a checkpoint is made every 5 s",
      "`warm_standby`, servers run at a small size and grow on the day"
    ),
  ])
  func aStrategySaysHowItReplicatesAndWhatTakesOver(
    mode: ReplicationPolicy.Mode, kind: Standby.Kind, replication: String, standby: String
  ) throws {
    let text = MarkdownReport(try report(mode, kind)).text
    #expect(text.contains("- replication \(replication)\n"))
    #expect(text.contains("- standby in `berlin`: \(standby)\n"))
    let row =
      text.split(separator: "\n").first { $0.hasPrefix("| `replicated`") && $0.contains("200 GiB") } ?? ""
    let cells = row.split(separator: "|").map { String($0.drop { $0 == " " }.prefix { $0 != " " }) }
    #expect(cells.prefix(3) == ["`replicated`", "all", "`\(kind.reportName)`"])
  }

  @Test func aCopySaysWhichOtherOneFeedsIt() throws {
    var report = try report(.storage(.synchronous), .hotStandby)
    var recovery = try #require(report.strategies[1].strategy.disasterRecovery)
    recovery.groups[0].name = "near"
    var far = recovery.groups[0]
    (far.name, far.feeder, far.mode) = ("far", "near", .storage(.asynchronous))
    recovery.groups.append(far)
    report.strategies[1].strategy.disasterRecovery = recovery
    let text = MarkdownReport(report).text
    #expect(
      text.contains(
        "(`storage`, `async`) to `store` in `berlin`, fed by the copy of the group `near`: no write waits for it; "
          + "every write that arrived can be recovered\n"))
    #expect(
      text.contains("in `berlin`: a write is acknowledged when it is durable at both sites; every write"))
    #expect(JSONReport(report).text.contains("\"fed_by\": \"near\""))
    #expect(text.contains("| `replicated` | `far` "))
  }

  @Test func aDisasterOfPlacesSaysWhatItReaches() throws {
    var report = try SmallReport.report()
    var disaster = report.scenario.disasters[1]
    disaster.cause = .earthquake
    disaster.target = .sites([SiteID(0), SiteID(1)])
    disaster.area = DisasterArea(
      latitude: Ratio(billionths: -33_870_000_000), longitude: Ratio(billionths: 151_210_000_000),
      reach: .kilometres(120))
    report.scenario.disasters[1] = disaster
    report.strategies[0].disasters[1].disaster = disaster
    #expect(
      MarkdownReport(report).text.contains(
        "| earthquake, sites frankfurt and berlin, within 120 km of 33.87 S 151.21 E "))
    let json = JSONReport(report).text
    #expect(json.contains("\"reach_m\": 120000"))
    #expect(json.contains("\"latitude_degrees\": \"-33.87\""))
  }

  @Test func aLinkFaultSaysHowLongItLasts() throws {
    var report = try SmallReport.report()
    report.scenario.disasters[1].cause = .linkFault
    report.scenario.disasters[1].target = .link(LinkID(0))
    report.scenario.disasters[1].lasting = .minutes(20)
    report.strategies[0].disasters[1].disaster = report.scenario.disasters[1]
    #expect(MarkdownReport(report).text.contains("| link fault, link backbone, lasting 20 min "))
    #expect(JSONReport(report).text.contains("\"lasting_ns\": 1200000000000"))
  }

  @Test func aStrategyWithoutAnotherSiteSaysNothingOfIt() throws {
    let report = try SmallReport.report()
    #expect(!MarkdownReport(report).text.contains("standby in"))
    #expect(!JSONReport(report).text.contains("disaster_recovery"))
  }

  @Test func replicationIsToldInJSON() throws {
    let json = JSONReport(try report(.hostIO(.synchronous), .warmStandby)).text
    for member in [
      "\"layer\": \"host_io\"", "\"mode\": \"sync\"", "\"point_interval_ns\": null",
      "\"journal_bytes\": 214748364800", "\"kind\": \"warm_standby\"", "\"provision\": \"20 min\"",
    ] { #expect(json.contains(member), "\(member)") }
  }
}
