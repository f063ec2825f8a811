import Documents
import Estate
import Foundation
import Rehearsals
import ScenarioLanguage
import Testing
import Units

/// The way back, rehearsed from scenario to report.
@Suite struct FailbackTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
    .standardized

  private func report(
    _ settings: [String] = ["strikes.spread=2"], selection: Sweep.Selection = .init()
  ) async throws -> SweepReport {
    let file = try ScenarioFile(
      path: Self.root.appending(path: "scenarios/failback.yaml").path, settings: settings)
    let provenance = Provenance(version: "test", digest: "", arguments: [])
    return await Sweep(file.scenario, provenance: provenance, selection: selection).run(jobs: 2)
  }

  @Test func everyPlannedMoveHomeLosesNothing() async throws {
    let report = try await report()
    var count = 0
    for strategy in report.strategies {
      for disaster in strategy.disasters {
        for failback in disaster.drills.compactMap(\.failback) {
          guard case .returned(let returned) = failback.outcome else {
            #expect(failback.failure?.hasPrefix("another disaster") == true, "\(failback.failure ?? "")")
            continue
          }
          count += 1
          #expect(returned.rpo == .zero && returned.lostWrites == 0)
          #expect(returned.downtime > .minutes(5) && returned.unprotectedWindow > returned.resynchronization)
        }
      }
    }
    #expect(count > 30)
  }

  /// The services stop when everything stands ready, so that neither people nor servers are waited for.
  @Test(arguments: ["storage-async", "host-async", "three-sites"])
  func aPlannedMoveForMaintenanceLosesNothing(strategy: String) async throws {
    let report = try await report(selection: .init(strategy: strategy, disaster: "maintenance"))
    for drill in report.strategies[0].disasters[0].drills {
      guard case .recovered(let recovered) = drill.outcome else {
        Issue.record("\(drill.outcome)")
        continue
      }
      #expect(recovered.rpo == .zero && recovered.lostWrites == 0 && recovered.lostTransactions == 0)
      #expect(recovered.rto > .minutes(5) && recovered.rto < .minutes(30))
      #expect(
        !drill.criticalPhases.contains { [.detect, .declare, .decide].contains($0.phase) && $0.time > .zero })
      #expect(drill.failback?.returned?.rpo == .zero)
      // The work takes its six hours, and the site is resynchronised only then.
      #expect(try #require(drill.failback?.returned?.unprotectedWindow) >= .hours(6))
    }
  }

  @Test func whoHasNowhereToGoStandsStillForTheWholeWork() async throws {
    let path = Self.root.appending(path: "scenarios/backup.yaml").path
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let source = SourceText(
      name: path, folder: Self.root.appending(path: "scenarios").path,
      text: text.replacing(
        "\ndisasters:\n",
        with: "\ndisasters:\n  work: { cause: maintenance, site: frankfurt, duration: 3 h }\n"))
    let file = try ScenarioFile(source, settings: ["strikes.spread=2"])
    let provenance = Provenance(version: "test", digest: "", arguments: [])
    let selection = Sweep.Selection(strategy: file.scenario.strategies[0].name, disaster: "work")
    let report = await Sweep(file.scenario, provenance: provenance, selection: selection).run(jobs: 2)
    for drill in report.strategies[0].disasters[0].drills {
      guard case .recovered(let recovered) = drill.outcome else {
        Issue.record("\(drill.outcome)")
        continue
      }
      #expect(recovered.rpo == .zero && recovered.lostWrites == 0)
      #expect(recovered.rto > .hours(3) && recovered.rto < .hours(4))
    }
  }

  /// A site that only lost its power has nearly everything; one that burned has nothing.
  @Test func aReturningSiteIsSentWhatItLacks() async throws {
    let outage = try await report(selection: .init(strategy: "storage-sync", disaster: "power-outage"))
    let fire = try await report(selection: .init(strategy: "storage-sync", disaster: "fire"))
    func bytes(_ report: SweepReport) throws -> ByteCount {
      try #require(
        report.strategies[0].disasters[0].drills.compactMap(\.failback?.returned?.resynchronizedBytes).max())
    }
    #expect(try bytes(fire) > .gibibytes(38))
    #expect(try bytes(outage) < .gibibytes(38))
    #expect(try bytes(outage) > .gibibytes(1))
  }

  @Test func aDisasterOnTheWayBackIsRecoveredFrom() async throws {
    let report = try await report(
      ["strikes.spread=6"], selection: .init(strategy: "storage-sync", disaster: "power-outage-twice"))
    let outcomes = report.strategies[0].disasters[0].drills.compactMap(\.failback?.outcome)
    let again = outcomes.compactMap { outcome in
      if case .struckAgain(let again) = outcome { again } else { nil }
    }
    #expect(!again.isEmpty)
    for outcome in again {
      guard case .recovered(let recovered) = outcome else {
        Issue.record("\(outcome)")
        continue
      }
      #expect(recovered.rto > .zero)
    }
  }

  @Test func theNearCopyIsTakenAndTheFarOneProtectsIt() async throws {
    let report = try await report(selection: .init(strategy: "three-sites", disaster: "fire"))
    let losses = report.strategies[0].disasters[0].drills.map(\.achievedRPO)
    #expect(losses == [.duration(.zero), .duration(.zero)])
  }

  @Test func aDrillInWhichTheWayBackIsRehearsedAloneComesOutTheSame() async throws {
    let selection = Sweep.Selection(strategy: "storage-async", disaster: "server")
    let settings = [
      "strikes.spread=6", "strategies.storage-async.disasterRecovery.failback.every=3",
    ]
    let all = try await report(settings, selection: selection).strategies[0].disasters[0].drills
    #expect(all.contains { $0.failback == nil } && all.contains { $0.failback != nil })
    for drill in all {
      var one = selection
      one.instant = drill.strike
      let alone = try await report(settings, selection: one).strategies[0].disasters[0].drills
      #expect((alone.first?.failback == nil) == (drill.failback == nil))
    }
  }
}
