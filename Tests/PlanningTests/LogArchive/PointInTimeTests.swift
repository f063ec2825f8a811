import Estate
import Rehearsals
import ScenarioLanguage
import Testing
import Units

/// The recovery of a database to a point in time: a base, and the log behind it.
@Suite struct PointInTimeTests {
  private static let atFiveTo = "strikes: { at: ['2026-03-02T04:55:00Z'] }"

  private func only(_ scenario: Scenario) async throws -> Drill {
    let report = await ArchiveCase.run(scenario)
    let drill = try #require(report.drills.first)
    #expect(drill.achievedRPO <= report.estimate.rpo && drill.achievedRTO <= report.estimate.rto)
    return drill
  }

  /// The base is of 04:00 and the last segment of 04:50: 50 min of log, at 30 min for an hour.
  @Test func theReplayTakesTheLogSinceTheBaseAtItsPace() async throws {
    let drill = try await only(
      ArchiveCase.scenario(
        "\(ArchiveCase.fire), \(Self.atFiveTo)",
        archive: "interval: 10 min, segmentSize: 1 GiB, replayPerHour: 30 min"))
    #expect(drill.replay == .minutes(25))
    #expect(drill.restored.map(\.replayedTo) == [drill.strike - .minutes(5)])
    #expect(drill.recoveryPointAge == .minutes(5))
  }

  /// 50 min have 60,000 transactions of 8 KiB, 492 MB: 246 s at 2 MB/s.
  @Test func theReplayTakesTheBytesOfTheLogAtItsRate() async throws {
    let drill = try await only(
      ArchiveCase.scenario(
        "\(ArchiveCase.fire), \(Self.atFiveTo)",
        archive: "interval: 10 min, segmentSize: 1 GiB, replayRate: 2 MB/s", scale: 256))
    let time = try #require(drill.replay)
    #expect(abs((time - .milliseconds(245_760)).nanoseconds) < 12_000_000_000, "\(time)")
  }

  /// A replay faster than the line waits for the line: 492 MB in 39.3 s at 100 Mbit/s.
  @Test func theReplayIsNoFasterThanItsLogArrives() async throws {
    let drill = try await only(
      ArchiveCase.scenario(
        "\(ArchiveCase.deletion("data, log")), \(Self.atFiveTo)",
        archive: "interval: 10 min, segmentSize: 1 GiB, replayRate: 1 GB/s",
        scale: 256))
    let time = try #require(drill.replay)
    #expect(time > .seconds(38) && time < .seconds(43), "\(time)")
  }

  @Test(arguments: ["15 min", "65 min"])
  func aMistakeCostsTheTimeForWhichItWasHidden(dwell: String) async throws {
    let report = await ArchiveCase.run(try ArchiveCase.scenario(ArchiveCase.mistake(dwell)))
    let hidden = try Duration(parsing: dwell)
    for drill in report.drills {
      guard case .recovered(let recovered) = drill.outcome else {
        Issue.record("\(drill.outcome)")
        continue
      }
      #expect(recovered.rpo == hidden && recovered.rpoAtLeast > hidden - .minutes(10))
      // 20 transactions a second, of which one of the run stands for 2,048.
      let expected = Int(hidden.seconds) * 20
      #expect(recovered.lostTransactions > expected / 2 && recovered.lostTransactions < expected * 2)
      #expect(drill.restored.map(\.replayedTo) == [drill.strike])
      #expect(drill.restored.allSatisfy { $0.candidatesTried == 1 })
      #expect(drill.timeline.contains { $0.subject == "app, log replayed up to the mistake" })
      #expect(drill.achievedRPO <= report.estimate.rpo && drill.achievedRTO <= report.estimate.rto)
    }
  }

  @Test func withoutTheLogTheSameMistakeCostsTheAgeOfTheBackupToo() async throws {
    let report = await ArchiveCase.run(
      try ArchiveCase.scenario("\(ArchiveCase.mistake("15 min")), \(Self.atFiveTo)", archive: nil))
    #expect(report.drills.map(\.achievedRPO).allSatisfy { $0 >= .duration(.minutes(70)) })
  }

  @Test func aVirusIsLeftBehindByACleanBaseAndTheLogToItsEnd() async throws {
    let virus = "cause: virusAttack, volumes: [data, log], share: 20 %, dwell: 40 min"
    let report = await ArchiveCase.run(try ArchiveCase.scenario(virus))
    for drill in report.drills {
      let loss = try #require(drill.achievedRPO.duration, "\(drill.outcome)")
      #expect(loss <= .minutes(10) + .seconds(9) && loss > .zero)
      #expect(drill.achievedRPO <= report.estimate.rpo && drill.achievedRTO <= report.estimate.rto)
      #expect(drill.timeline.contains { $0.subject == "app, log replayed to its end" })
    }
  }

  @Test func aRestoreThatIsRepeatedIsFollowedByOneReplay() async throws {
    let drill = try await only(
      ArchiveCase.scenario(
        "\(ArchiveCase.deletion("data")), \(Self.atFiveTo)", archive: "replayPerHour: 30 min",
        recovery: "stepFailures: { restoreData: { chance: 100 %, retryChance: 0 %, attempts: 2 } }"))
    #expect(drill.achievedRPO == .duration(.zero))
    #expect(drill.timeline.filter { $0.phase == .restoreData }.map(\.hasFailed) == [true, false, false])
    // The log is intact up to the deletion.
    #expect(drill.replay == .seconds(55 * 30))
  }

  @Test func resultsDoNotDependOnTheNumberOfJobs() async throws {
    let scenario = try ArchiveCase.scenario(ArchiveCase.mistake("15 min"), strikes: 4)
    var seen: [[String]] = []
    for jobs in [1, 3] {
      let sweep = Sweep(scenario, provenance: Provenance(version: "test", digest: "", arguments: []))
      let report = await sweep.run(jobs: jobs).strategies[0]
      seen.append(
        [report.protection.trace]
          + report.disasters[0].drills.map { "\($0.achievedRPO) \($0.achievedRTO) \($0.restored)" })
    }
    #expect(seen[0] == seen[1])
  }
}
