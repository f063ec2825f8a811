import Documents
import Estate
import Rehearsals
import ScenarioLanguage
import Statistics
import Testing
import Units

/// More of what protects never makes it worse: the same disasters at the same instants, with one thing doubled or halved.
@Suite struct MonotonyTests {
  private func losses(_ settings: String..., disaster: String) async throws -> [Achieved] {
    let file = try ScenarioFile(
      SourceText(name: "shop.yaml", text: Shop.text),
      settings: settings + [
        "strikes.spread=24", "scale=1/65536", "strategies.hourly.snapshots.schedule=FREQ=WEEKLY",
        "vaults.local.capacity=64 TiB", "vaults.remote.capacity=64 TiB",
      ])
    let provenance = Provenance(version: "test", digest: "", arguments: [])
    let report = await Sweep(file.scenario, provenance: provenance, selection: .init(disaster: disaster)).run(
      jobs: 2)
    return try #require(report.strategies.first?.disasters.first).drills.map(\.achievedRPO)
  }

  private func mean(_ values: [Achieved]) throws -> Achieved { try #require(Sample(values)).mean }

  /// Every slot of the slower schedule is one of the faster; more backups delay an acknowledgement by a moment.
  @Test func halvingAnIntervalLosesLessAndNeverMore() async throws {
    let rule = "strategies.hourly.backups.0.schedule=FREQ=HOURLY;INTERVAL="
    let slow = try await losses("\(rule)4;BYMINUTE=0;BYSECOND=0", disaster: "deletion")
    let fast = try await losses("\(rule)2;BYMINUTE=0;BYSECOND=0", disaster: "deletion")
    for (fast, slow) in zip(fast, slow) { #expect(fast <= slow + .duration(.seconds(2))) }
    let (few, many) = (try mean(fast), try mean(slow))
    #expect(few < many)
  }

  /// Only what has crossed the link survives a fire; the thin link is the bottleneck.
  @Test func doublingALinkLosesLessAndNeverMore() async throws {
    let thin = try await losses("links.backbone.rate=12 Mbit/s", disaster: "fire")
    let wide = try await losses("links.backbone.rate=24 Mbit/s", disaster: "fire")
    let (few, many) = (try mean(wide), try mean(thin))
    #expect(few < many)
    let (widest, thinnest) = (try #require(wide.max()), try #require(thin.max()))
    #expect(widest <= thinnest)
  }
}

/// The same of replication: what the DR site has is never older for a wider link or a closer point.
@Suite struct ReplicationMonotonyTests {
  private func losses(_ replication: String, _ settings: String...) async throws -> [Achieved] {
    // A quiet heart, since nobody loses anybody here.
    let silence = "tolerance: 6 h, heartbeat: 1 h"
    let file = try ScenarioFile(
      SourceText(name: "shop.yaml", text: Shop.twoSites(replication: "\(replication), \(silence)")),
      settings: settings + [
        "strikes.spread=8", "scale=1/8192", "warmUp=6 h", "window=12 h",
        "services.database.volumes.db-data.used=1 %",
        "strategies.hourly.snapshots.schedule=FREQ=WEEKLY",
        "strategies.hourly.backups.0.schedule=FREQ=WEEKLY",
        "disasters.array-then-deletion.strikes={spread: 1}",
      ])
    let provenance = Provenance(version: "test", digest: "", arguments: [])
    let report = await Sweep(file.scenario, provenance: provenance, selection: .init(disaster: "fire")).run(
      jobs: 2)
    return try #require(report.strategies.first?.disasters.first).drills.map(\.achievedRPO)
  }

  private func expect(_ better: [Achieved], neverWorseThan worse: [Achieved], within slack: Duration) throws {
    for (better, worse) in zip(better, worse) { #expect(better <= worse + .duration(slack)) }
    let (few, many) = (try #require(Sample(better)).mean, try #require(Sample(worse)).mean)
    #expect(few < many)
  }

  /// 400 kB/s on average and six times as much in bursts: what waits for the link is what a fire takes.
  @Test func doublingALinkLosesLessAndNeverMore() async throws {
    let mode = "layer: storage, mode: async"
    let thin = try await losses(mode, "links.backbone.rate=5 Mbit/s")
    let wide = try await losses(mode, "links.backbone.rate=10 Mbit/s")
    try expect(wide, neverWorseThan: thin, within: .zero)
  }

  /// Every snapshot of the longer interval is one of the shorter.
  @Test func halvingTheIntervalLosesLessAndNeverMore() async throws {
    let mode = "layer: storage, mode: interval, interval: "
    let slow = try await losses("\(mode)2 h")
    let fast = try await losses("\(mode)1 h")
    try expect(fast, neverWorseThan: slow, within: .seconds(30))
  }

  @Test func halvingTheTimeBetweenCheckpointsLosesLessAndNeverMore() async throws {
    let mode = "layer: hostIO, mode: async, journal: 200 GiB, checkpoint: "
    let slow = try await losses("\(mode)1 h")
    let fast = try await losses("\(mode)30 min")
    try expect(fast, neverWorseThan: slow, within: .seconds(30))
  }
}

/// Rehearsing until it is known precisely enough.
@Suite struct PrecisionTests {
  private func report(_ precision: String) async throws -> SweepReport {
    let file = try ScenarioFile(
      SourceText(name: "shop.yaml", text: Shop.text + precision + "\n"),
      settings: [
        "strikes.spread=100", "scale=1/65536", "strategies.hourly.snapshots.schedule=FREQ=WEEKLY",
        "strategies.hourly.backups.0.schedule=FREQ=HOURLY;INTERVAL=6;BYMINUTE=0;BYSECOND=0",
      ])
    let provenance = Provenance(version: "test", digest: "", arguments: [])
    return await Sweep(file.scenario, provenance: provenance, selection: .init(disaster: "deletion")).run(
      jobs: 2)
  }

  @Test func moreIsRehearsedUntilTheIntervalIsNarrowEnough() async throws {
    let coarse = try await report("precision: { rpo: 12 h, drillsMaximum: 1000 }")
    #expect(coarse.precision?.batches == 1 && coarse.precision?.open == [])
    let fine = try await report("precision: { rpo: 22 min, drillsMaximum: 1200 }")
    let drills = try #require(fine.strategies.first?.disasters.first).drills
    #expect(fine.precision?.open == [] && (fine.precision?.batches ?? 0) > 1)
    #expect(drills.count == 100 * (fine.precision?.batches ?? 0))
    // The first batch is what it would have been alone, and no instant comes twice.
    let first = try #require(coarse.strategies.first?.disasters.first).drills.map(\.strike)
    let strikes = drills.map(\.strike)
    #expect(
      first.allSatisfy(strikes.contains) && Set(strikes).count == strikes.count && strikes == strikes.sorted()
    )
  }

  @Test func theBudgetEndsWhatCannotBeKnown() async throws {
    let report = try await report("precision: { rpo: 1 ms, drillsMaximum: 250 }")
    #expect(report.precision?.batches == 2 && report.precision?.open == ["deletion"])
    #expect(report.strategies.first?.disasters.first?.drills.count == 200)
  }
}
