import Estate
import Testing
import Units

/// The case journal-rewind.yaml: whatever harms bytes is undone from the journal at the DR site.
@Suite struct JournalRewindTests {
  private static let disasters = [
    "deletion: { cause: accidentalDeletion, volumes: [data], share: 30 % }",
    "dwelling: { cause: accidentalDeletion, volumes: [data], share: 30 %, dwell: 15 min }",
    "virus: { cause: virusAttack, volumes: [data], share: 30 %, dwell: 20 min }",
    "update: { cause: applicationUpdateError, volumes: [data], share: 2 %, dwell: 10 min }",
  ]

  @Test func aJournalUndoesDamageWithALossOfDwellAndOneCheckpoint() async throws {
    let strategy = SmallCase.standby("layer: hostIO, mode: async, checkpoint: 5 s, journal: 50 GiB")
    let report = await SmallCase.run(
      try SmallCase.scenario(disasters: Self.disasters, strategy: strategy))
    for disaster in report.disasters {
      let dwell = disaster.disaster.dwell
      for drill in disaster.drills {
        let most = try #require(drill.achievedRPO.duration, "\(disaster.disaster.name)")
        #expect(most >= dwell && most <= dwell + .milliseconds(5_100))
        let time = try #require(drill.achievedRTO.duration)
        let estimate = try #require(disaster.estimate.rto.duration)
        #expect(time <= estimate)
        #expect(drill.restored.map(\.source) == [.journal(SiteID(1))])
      }
    }
  }

  @Test func aSynchronousJournalIsRewoundToTheLastFlushBeforeTheDamage() async throws {
    let report = await SmallCase.run(
      try SmallCase.scenario(
        disasters: [Self.disasters[1]],
        strategy: SmallCase.standby("layer: hostIO, mode: sync, journal: 50 GiB")))
    for drill in report.disasters[0].drills {
      let most = try #require(drill.achievedRPO.duration)
      #expect(most >= .minutes(15) && most <= .minutes(15) + .seconds(2))
    }
  }

  /// 200 kB/s for 2 h are 1.4 GB: 128 MiB reach back 10 min, and 15 min of dwell lie before.
  @Test func aJournalThatIsTooSmallViolatesItsHistoryAndCannotUndoOldDamage() async throws {
    let strategy = SmallCase.standby("layer: hostIO, mode: async, journal: 128 MiB, history: 1 h")
    let report = await SmallCase.run(
      try SmallCase.scenario(scale: 256, disasters: [Self.disasters[1]], strategy: strategy))
    for drill in report.disasters[0].drills {
      #expect(drill.achievedRPO == .unrecoverable)
      let window = try #require(drill.journalWindow)
      #expect(window.isViolated == true)
      let length = try #require(window.length)
      #expect(length < .minutes(15))
    }
    #expect(report.disasters[0].estimate.rpo == .unrecoverable)
  }

  @Test func keptSnapshotsOfAnIntervalCopyUndoDamage() async throws {
    let mode = "layer: storage, mode: interval, interval: 5 min"
    let kept = await SmallCase.run(
      try SmallCase.scenario(
        disasters: [Self.disasters[1]], strategy: SmallCase.standby("\(mode), keep: 8")))
    for drill in kept.disasters[0].drills {
      let most = try #require(drill.achievedRPO.duration)
      #expect(most >= .minutes(15) && most <= .minutes(21))
      #expect(drill.restored.map(\.source) == [.remoteSnapshot(SiteID(1))])
    }
    let none = await SmallCase.run(
      try SmallCase.scenario(disasters: [Self.disasters[1]], strategy: SmallCase.standby(mode)))
    #expect(none.disasters[0].drills.allSatisfy { $0.achievedRPO == .unrecoverable })
  }
}
