import Estate
import Foundation
import Rehearsals
import ScenarioLanguage
import Testing
import Units

/// Automatic failover, rehearsed from scenario to report.
@Suite struct AutomaticFailoverTests {
  private static let scenario = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "../../../scenarios/split-brain.yaml"
  ).standardized.path

  private func drills(
    _ strategy: String, _ disaster: String, _ settings: [String] = []
  ) async throws -> [Drill] {
    let file = try ScenarioFile(path: Self.scenario, settings: ["strikes.spread=3"] + settings)
    let report = await Sweep(
      file.scenario, provenance: Provenance(version: "test", digest: "", arguments: []),
      selection: .init(strategy: strategy, disaster: disaster)
    ).run(jobs: 2)
    return try #require(report.strategies.first?.disasters.first).drills
  }

  private func recovered(_ drill: Drill) throws -> Drill.Recovered {
    guard case .recovered(let recovered) = drill.outcome else {
      throw NotRecovered(description: "\(drill.outcome)")
    }
    return recovered
  }

  private struct NotRecovered: Error, CustomStringConvertible {
    let description: String
  }

  /// Synchronous replication goes on alone after 30 s, and then it is no better.
  @Test(arguments: ["alone-after-5-s", "sync-alone-after-5-s"])
  func withoutAWitnessACutLinkCostsWhatWasAcknowledgedMeanwhile(strategy: String) async throws {
    for drill in try await drills(strategy, "cut-20-min") {
      let recovered = try recovered(drill)
      #expect(recovered.rpo > .minutes(19) && recovered.rpo < .minutes(22))
      #expect(recovered.lostWrites > 0)
      // The clients of the site that was left have to find the other one.
      #expect(recovered.rto == .minutes(1))
      let split = try #require(drill.takeover?.splitBrain)
      #expect(split.duration > .minutes(19) && split.writesApart > 0)
    }
  }

  @Test func withAWitnessACutLinkCostsNothing() async throws {
    for drill in try await drills("witness-after-5-s", "cut-20-min") {
      #expect(drill.achievedRPO == .duration(.zero))
      #expect(drill.takeover == AutomaticFailoverOutcome(falseAlarms: 1, splitBrain: nil))
    }
  }

  /// The standby site is up within seconds; nobody is waited for.
  @Test(arguments: ["alone-after-5-s", "witness-after-5-s"])
  func aDeadProductionIsReplacedWithoutPeople(strategy: String) async throws {
    for disaster in ["fire", "server", "power-outage"] {
      for drill in try await drills(strategy, disaster) {
        let phases = drill.criticalPhases
        let detection = try #require(phases.first { $0.phase == .detect }).time
        #expect(detection > .seconds(4) && detection < .seconds(8))
        #expect(!phases.contains { $0.phase == .declare })
        #expect(drill.takeover?.splitBrain == nil)
      }
    }
  }

  /// A production that nobody hears stops by itself, so that nothing is acknowledged in vain but what was not sent yet.
  @Test func aPartedProductionWithAWitnessIsReplacedWithoutASplitBrain() async throws {
    for drill in try await drills("witness-after-5-s", "parted-production") {
      let recovered = try recovered(drill)
      #expect(recovered.rto > .zero && recovered.rpo < .seconds(10))
      #expect(drill.takeover == AutomaticFailoverOutcome(falseAlarms: 0, splitBrain: nil))
    }
  }

  @Test(arguments: ["cut-8-s", "cut-20-min", "flapping"])
  func thePhasesOfASplitBrainAddUpToItsOutage(disaster: String) async throws {
    for drill in try await drills("alone-after-5-s", disaster) {
      let sum = drill.criticalPhases.map(\.time).reduce(.zero, +)
      #expect(sum == (try recovered(drill)).rto)
      #expect(drill.timeline.allSatisfy { $0.start >= drill.outageStart })
    }
  }

  /// A journal takes its time to fold: the link heals before, and production learns of the new term before that serves.
  @Test func aProductionThatIsFencedTooSoonWaitsForTheStandbySiteAndNotForPeople() async throws {
    let replication = "strategies.alone-after-5-s.disasterRecovery.replication"
    let settings = [
      "\(replication).layer=hostIO", "\(replication).mode=async", "\(replication).journal=20 GiB",
    ]
    for drill in try await drills("alone-after-5-s", "cut-8-s", settings) {
      #expect(drill.attempts == 1 && drill.takeover?.splitBrain == nil)
      #expect(!drill.criticalPhases.contains { $0.phase == .declare })
      #expect(try recovered(drill).rto < .minutes(5))
    }
  }
}
