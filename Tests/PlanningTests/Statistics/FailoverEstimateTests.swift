import Estate
import RecoveryPlanning
import Testing
import Units

/// The worst cases by formula where another site takes over.
@Suite struct FailoverEstimateTests {
  private static let sync = "layer: storage, mode: sync"
  private static let active = "layer: storage, mode: activeActive"
  private static let strict = "layer: storage, mode: strictSync"

  /// The shop with times that nothing is left to chance in, and the disaster in the place of its fire.
  private func estimate(
    _ replication: String?, against disaster: String = "cause: fire, site: frankfurt",
    standby: String = "kind: warmStandby, provision: 20 min, redirect: 5 min", settings: [String] = []
  ) throws -> ClosedFormEstimate {
    let text = (replication.map { Shop.twoSites(replication: $0, standby: standby) } ?? Shop.text)
      .replacing("cause: fire, site: frankfurt, detect: 2 min", with: disaster)
    let usual = [
      "people.decide=15 min", "services.database.appRecovery=6 min", "window=1 d", "warmUp=1 d",
      "disasters.array-then-deletion.strikes={ spread: 1 }",
    ]
    let scenario = try Shop.read(text, settings: usual + settings)
    let schedules = scenario.blueprint.volumes.enumerated().map { place, plan in
      WorkloadSchedule(
        volume: VolumeID(place), plan: plan, scale: scenario.scale, seed: scenario.seed,
        start: scenario.start, end: scenario.windowEnd)
    }
    return ClosedFormEstimate(
      of: scenario.disasters[1], under: scenario.strategies[0], in: scenario, schedules: schedules)
  }

  @Test(arguments: [
    sync, strict, "layer: storage, mode: memorySync", "layer: hostIO, mode: sync, journal: 1 GiB",
  ])
  func synchronousReplicationLosesNothing(mode: String) throws {
    #expect(try estimate(mode).rpo == .duration(.zero))
  }

  @Test func asynchronousReplicationLosesTheOldestUnsentWrite() throws {
    let mode = "layer: storage, mode: async"
    let fast = try #require(try estimate(mode).rpo.duration)
    let slow = try #require(
      try estimate(
        mode, settings: ["links.backbone.rate=4 Mbit/s", "services.database.volumes.db-data.used=1 %"]
      ).rpo.duration)
    // At least a round trip of 12 ms and the 32 MiB that one write of the run stands for, at 125 MB/s.
    #expect(fast >= .milliseconds(12 + 268) && fast < .minutes(1))
    #expect(slow > .minutes(30))
  }

  @Test func aJournalLosesUpToOneCheckpointMore() throws {
    let storage = try #require(try estimate("layer: storage, mode: async").rpo.duration)
    let host = try estimate("layer: hostIO, mode: async, checkpoint: 7 s, journal: 100 GiB")
    #expect(host.rpo == .duration(storage + .seconds(7)))
  }

  @Test func snapshotsThatAreSentLoseAnIntervalAndTheTransfer() throws {
    let rpo = try estimate("layer: storage, mode: interval, interval: 15 min").rpo.duration
    let transfer = try #require(rpo) - .minutes(15)
    #expect(transfer > .seconds(1) && transfer < .minutes(1))
  }

  @Test(
    arguments: [
      ("pilotLight, provision: 20 min", 77), ("warmStandby, provision: 20 min", 73), ("hotStandby", 53),
      ("activeActive", 47),
    ] as [(String, Int64)])
  func aFailoverPassesItsPhasesOneAfterTheOther(standby: String, minutes: Int64) throws {
    let disaster = "cause: fire, site: frankfurt, detect: 2 min"
    let replication = standby == "activeActive" ? Self.active : Self.sync
    let estimate = try estimate(replication, against: disaster, standby: "kind: \(standby), redirect: 5 min")
    // Beside the minutes, the copy is promoted.
    let time = try #require(estimate.rto.duration)
    #expect(time >= .minutes(minutes) && time < .minutes(minutes) + .milliseconds(100))
  }

  @Test(arguments: [
    "cause: serverFailure, host: db", "cause: arrayFailure, device: array", "cause: flood, site: frankfurt",
    "cause: powerOutage, site: frankfurt, duration: 4 h",
    "cause: earthquake, centre: { latitude: 50, longitude: 9 }, radius: 100 km",
  ])
  func whateverTakesProductionAwayIsAnsweredByAFailover(disaster: String) throws {
    let fire = try estimate(Self.sync)
    #expect(try estimate(Self.sync, against: disaster) == fire)
  }

  @Test func whatHarmsBytesIsRecoveredFromBackupsAsWithoutReplication() throws {
    let deletion = "cause: accidentalDeletion, volumes: [db-data]"
    #expect(try estimate(Self.sync, against: deletion) == estimate(nil, against: deletion))
  }

  @Test func whatReachesBothSitesIsNotSurvivedByReplication() throws {
    let quake = "cause: earthquake, centre: { latitude: 51, longitude: 11 }, radius: 900 km"
    #expect(try estimate(Self.sync, against: quake).rpo == .unrecoverable)
    #expect(try estimate(Self.sync, against: quake).rto == .unrecoverable)
  }

  @Test func aCutLinkCostsNothingUnlessNoWriteGoesOnAlone() throws {
    let cut = "cause: linkFault, link: backbone, duration: 20 min"
    #expect(
      try estimate(Self.sync, against: cut)
        == ClosedFormEstimate(rpo: .duration(.zero), rto: .duration(.zero)))
    // Refused their writes, the hosts stop: people, then both services one after the other, checks and warming up.
    #expect(
      try estimate(Self.strict, against: cut)
        == ClosedFormEstimate(rpo: .duration(.zero), rto: .duration(.minutes(5 + 10 + 15 + 6 + 10 + 5))))
  }

  private func cutThenFire(lasting: String) -> String {
    "cause: linkFault, link: backbone, lasting: \(lasting), followedBy: { disaster: blaze, after: 9 min } }\n"
      + "  blaze: { cause: fire, site: frankfurt"
  }

  @Test(arguments: [(sync, 9), (strict, 0)] as [(String, Int64)])
  func whatWasWrittenWhileTheLinkWasCutIsLostInAFire(mode: String, minutes: Int64) throws {
    #expect(try estimate(mode, against: cutThenFire(lasting: "20 min")).rpo == .duration(.minutes(minutes)))
  }

  /// After 5 of the 9 minutes; a link that carries less than is written never makes up for the cut.
  @Test func afterACutTheCopyIsBehindUntilItHasCaughtUp() throws {
    let cut = cutThenFire(lasting: "5 min")
    let fast = try #require(try estimate(Self.sync, against: cut).rpo.duration)
    #expect(fast > .minutes(5) + .seconds(1) && fast < .minutes(6))
    let slow = try estimate(
      Self.sync, against: cut,
      settings: ["links.backbone.rate=4 Mbit/s", "services.database.volumes.db-data.used=1 %"])
    #expect(slow.rpo == .duration(.minutes(9)))
  }

  @Test func aSmallBufferMakesTheRecoveryPointStandStill() throws {
    let slow = ["links.backbone.rate=8 Mbit/s", "services.database.volumes.db-data.used=1 %"]
    let losses = try ["100 GiB", "1 GiB"].map { buffer in
      let mode = "layer: storage, mode: async, buffer: \(buffer)"
      return try #require(try estimate(mode, settings: slow).rpo.duration)
    }
    #expect(losses[1] > losses[0] + .minutes(1))
  }

  @Test func aFireAfterTheLossOfTheDRSiteIsMetByBackupsAlone() throws {
    let both =
      "cause: drSiteFault, site: berlin, followedBy: { disaster: blaze, after: 9 min } }\n"
      + "  blaze: { cause: fire, site: frankfurt"
    // The replica and the place to rebuild stood in Berlin too.
    #expect(try estimate(Self.sync, against: both).rpo == .unrecoverable)
  }

  @Test func withoutAnotherSitePowerIsWaitedFor() throws {
    let outage = try estimate(nil, against: "cause: powerOutage, site: frankfurt, duration: 4 h")
    #expect(outage.rpo == .duration(.zero))
    // A second more, then the longest way: boot, start, check and warm up the database.
    #expect(outage.rto == .duration(.hours(4) + .seconds(1) + .minutes(4 + 6 + 10 + 5)))
  }
}
