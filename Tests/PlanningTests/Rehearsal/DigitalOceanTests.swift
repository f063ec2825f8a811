import Foundation
import Rehearsals
import ScenarioLanguage
import Testing
import Units

/// The scenario of DigitalOcean's outage of 5 April 2017, held to the published times.
@Suite struct DigitalOceanTests {
  private static let path = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../scenarios/digitalocean-2017.yaml").standardized.path

  @Test func theDelayedReplicaBringsBackEverythingWithinAFewPercentOfThePublishedTimes() async throws {
    let scenario = try ScenarioFile(path: Self.path).scenario
    let report = await Sweep(
      scenario, provenance: Provenance(version: "test", digest: "", arguments: [])
    ).run(jobs: 1)
    let delayed = try #require(report.strategies.first { $0.strategy.name == "delayed-replica" })
    let drill = try #require(delayed.disasters[0].drills.first)
    #expect(drill.achievedRPO == .duration(.zero))
    let everything = try #require(drill.achievedRTO.duration)
    #expect(Self.isNear(everything, .hours(4) + .minutes(56)))
    let primary = try #require(
      drill.timeline.first { $0.phase == .appRecovery && $0.subject == "database" }?.end)
    #expect(Self.isNear(primary - drill.outageStart, .hours(3) + .minutes(7)))
    #expect(
      drill.timeline.contains { $0.subject == "protection group, replayed up to the mistake" })
    #expect(drill.achievedRTO <= delayed.disasters[0].estimate.rto)
    // The deletion is in the log: a replica that applies it at once has carried it out.
    let prompt = try #require(report.strategies.first { $0.strategy.name == "prompt-replica" })
    #expect(prompt.disasters[0].drills.allSatisfy { $0.achievedRPO == .unrecoverable })
  }

  /// Within 15 %.
  private static func isNear(_ time: Duration, _ published: Duration) -> Bool {
    time * 100 >= published * 85 && time * 100 <= published * 115
  }
}
