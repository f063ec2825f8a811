import Estate
import Rehearsals
import Testing
import Units

/// Two sites, three centres, in a row: drills from the scenario to what came back.
@Suite struct CascadeDrillTests {
  /// The shop's fire in frankfurt with another disaster in place of its vault attack.
  private func drills(of disaster: String, then other: String) async throws -> StrategyReport {
    let settings = [
      "warmUp=6 h", "window=12 h", "strikes.spread=2", "people.decide=15 min",
      "disasters.array-then-deletion.strikes={ spread: 1 }", "disasters.theft={ \(other) }",
      "disasters.fire={ \(disaster) }",
    ]
    let scenario = try Shop.read(Shop.threeSites(), settings: settings)
    let provenance = Provenance(version: "test", digest: "", arguments: [])
    let report = await Sweep(
      scenario, provenance: provenance, selection: Sweep.Selection(disaster: "fire")
    ).run(jobs: 2)
    return report.strategies[0]
  }

  private func recovered(_ report: StrategyReport) -> [Drill.Recovered] {
    report.disasters[0].drills.compactMap {
      if case .recovered(let recovered) = $0.outcome { recovered } else { nil }
    }
  }

  @Test func aSecondDisasterThatTakesTheNearSiteLosesOnlyWhatThatHadNotPassedOn() async throws {
    let report = try await drills(
      of: "cause: fire, site: frankfurt, followedBy: { disaster: theft, after: 10 min }",
      then: "cause: fire, site: potsdam")
    let recovered = recovered(report)
    #expect(recovered.count == 2)
    // The far copy is asynchronous, so that the last part of a write before the strike is all that a drill can tell.
    for drill in recovered {
      #expect(drill.rpoAtLeast == .zero && drill.rpo <= .seconds(1) && drill.lostWrites == 0)
    }
  }

  @Test func aFarCopyThatTheNearSiteFeedsNoMoreIsAsOldAsThatIsLost() async throws {
    let report = try await drills(
      of: "cause: fire, site: potsdam, followedBy: { disaster: theft, after: 40 min }",
      then: "cause: fire, site: frankfurt")
    let recovered = recovered(report)
    #expect(recovered.count == 2)
    for drill in recovered { #expect(drill.rpo > .minutes(30) && drill.rpo <= .minutes(41)) }
    let trials = try #require(report.replication)
    #expect(trials.trials.count == 96 && trials.understatedTrials == 0)
  }

  @Test func aPlannedMoveGoesToTheNearSiteAndLosesNothing() async throws {
    let report = try await drills(
      of: "cause: maintenance, site: frankfurt, duration: 3 h", then: "cause: fire, site: potsdam")
    let recovered = recovered(report)
    #expect(recovered.count == 2)
    for drill in recovered { #expect(drill.rpo == .zero && drill.rto < .hours(1)) }
  }
}
