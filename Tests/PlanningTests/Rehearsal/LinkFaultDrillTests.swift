import Estate
import Foundation
import Rehearsals
import ScenarioLanguage
import Testing
import Units

/// Drills of faults that take no service down: they last until the copies are whole again, and tell what happened meanwhile.
@Suite struct LinkFaultDrillTests {
  private static let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "../../../scenarios/link-fault.yaml"
  ).standardized.path

  private func report(strategy: String, disaster: String? = nil, settings: [String] = []) async throws
    -> SweepReport
  {
    let settings = settings + ["warmUp=10 min", "window=20 min", "strikes.spread=2"]
    let file = try ScenarioFile(path: Self.path, settings: settings)
    var sweep = Sweep(
      file.scenario, provenance: Provenance(version: "test", digest: "", arguments: []),
      selection: Sweep.Selection(strategy: strategy, disaster: disaster))
    sweep.checksInvariants = true
    return await sweep.run(jobs: 2)
  }

  private func summary(_ report: SweepReport) throws -> ProtectionSummary {
    try #require(report.strategies.first?.disasters.first?.protection)
  }

  @Test(arguments: [("cut-29-s", 0), ("cut-31-s", 1)])
  func aToleranceOf30SecondsIsKeptToTheSecond(disaster: String, losses: Int) async throws {
    let report = try await report(strategy: "async", disaster: disaster)
    for drill in try #require(report.strategies.first?.disasters.first?.drills) {
      let course = try #require(drill.protection?.courses.first)
      #expect(course.peerLosses == losses && course.resynchronized.begun == losses)
      #expect(course.resynchronized.pagesSent <= course.resynchronized.pagesMarked)
      #expect(drill.achievedRTO == .duration(.zero))
    }
  }

  @Test func aDrillLastsUntilTheCopyIsWholeAgain() async throws {
    let report = try await report(strategy: "sync", disaster: "parted-site")
    let summary = try summary(report)
    let restored = try #require(summary.restoredAfter)
    #expect(summary.notRestored == 0 && restored > .minutes(10) && restored < .minutes(20))
    #expect(summary.unprotectedTime > .minutes(9) && summary.degradedTime > .minutes(9))
    #expect(summary.violations == 1)
    #expect(try #require(summary.peakLag) > .minutes(10))
    #expect(summary.writesNotIssued == 0)
  }

  @Test func whoMustNotGoOnAloneStopsAndIsNotProtectedAgainInTheDrill() async throws {
    let summary = try summary(try await report(strategy: "strict-sync", disaster: "cut-20-min"))
    #expect(summary.degradedTime == .zero && summary.writesNotIssued > 0)
    #expect(summary.restoredAfter == nil && summary.notRestored == 2)
  }

  @Test(arguments: ["async", "interval", "host-async"])
  func noTrialFailoverFindsMoreLagThanWasClaimed(strategy: String) async throws {
    let report = try await report(strategy: strategy, disaster: "cut-29-s")
    let replication = try #require(report.strategies.first?.replication)
    #expect(replication.trials.count == 48 && replication.understatedTrials == 0)
    #expect(replication.trials.contains { $0.truth > .lag(.zero) })
  }

  @Test func overheadIsWhatReplicationAddsToTheVerySameWrites() async throws {
    let quiet = [
      "services.orders.volumes.db-data.workload.rate=300 kB/s",
      "services.orders.volumes.db-log.workload.rate=300 kB/s",
    ]
    let fast = try await report(strategy: "sync", disaster: "cut-29-s", settings: quiet)
    let slow = try await report(
      strategy: "sync", disaster: "cut-29-s", settings: quiet + ["links.backbone.latency=102 ms"])
    let added = try #require(fast.strategies.first?.overhead)
    let more = try #require(slow.strategies.first?.overhead)
    // 100 ms more each way: an acknowledgement waits for a round trip more, less what it had waited for anyway.
    #expect(more.added.mean - added.added.mean > .milliseconds(180))
    #expect(added.added.mean > .milliseconds(4) && added.protected.mean > added.bare.mean)
    #expect(added.grain > .zero && added.grain == more.grain)
  }
}
