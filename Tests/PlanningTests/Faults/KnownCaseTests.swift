import Rehearsals
import Testing
import Units

/// Small cases with values known by hand, at scales 32 times apart.
@Suite struct KnownCaseTests {
  private static let scales = [512, 2_048, 32_768]
  private static let fire = "fire: { cause: fire, site: a }"

  private func mean(_ drills: [Drill]) throws -> Duration {
    let losses = try drills.map { try #require($0.achievedRPO.duration) }
    return losses.reduce(.zero, +) / Int64(losses.count)
  }

  /// 900 MB of 15 min take 72 s over 12.5 MB/s: losses are uniform in 72 to 972 s, 522 s in the mean.
  @Test(arguments: scales) func anIntervalCopyLosesHalfItsIntervalAndTheTransfer(scale: Int) async throws {
    let report = await SmallCase.run(
      try SmallCase.scenario(
        scale: scale, window: "150 min", strikes: 100,
        volume: "size: 4 GiB, used: 50 %, workload: { rate: 1 MB/s, sequentialShare: 100 % }",
        disasters: [Self.fire],
        strategy: SmallCase.standby("layer: storage, mode: interval, interval: 15 min"))
    ).disasters[0]
    let mean = try mean(report.drills)
    #expect(mean > .seconds(521) && mean < .seconds(523), "\(mean)")
    #expect(report.drills.allSatisfy { $0.achievedRPO <= report.estimate.rpo })
  }

  /// People 6 min, provisioning, boot 4 min, redirection 2 min, verification 5 min, warm-up 3 min; the application starts
  /// in 2 min.
  @Test(arguments: [
    ("pilotLight, provision: 30 min", 52), ("warmStandby, provision: 10 min", 28), ("hotStandby", 18),
  ])
  func constantFailoversTakeTheSumOfTheirPhases(standby: String, minutes: Int64) async throws {
    for scale in Self.scales {
      let report = await SmallCase.run(
        try SmallCase.scenario(
          scale: scale, disasters: [Self.fire],
          strategy:
            "disasterRecovery: { replication: { layer: storage, mode: sync, site: b, device: array-b }, "
            + "standby: { kind: \(standby), redirect: 2 min } }")
      ).disasters[0]
      for drill in report.drills {
        let time = try #require(drill.achievedRTO.duration)
        #expect(time >= .minutes(minutes) && time < .minutes(minutes) + .milliseconds(3), "1/\(scale)")
      }
    }
  }

  /// 590 kB/s fit a link of 2 MB/s: at most the checkpoint of 5 s is lost.
  @Test(arguments: scales) func aJournalOverANarrowLinkLosesItsCheckpoint(scale: Int) async throws {
    let report = await SmallCase.run(
      try SmallCase.scenario(
        scale: scale, strikes: 10, link: "16 Mbit/s",
        volume: "size: 10 GiB, used: 10 %, workload: { rate: 590 kB/s }", disasters: [Self.fire],
        strategy: SmallCase.standby(
          "layer: hostIO, mode: async, checkpoint: 5 s, journal: 200 GiB, buffer: 8 GiB"))
    ).disasters[0]
    for drill in report.drills {
      #expect(drill.achievedRPO < .duration(.seconds(5) + .milliseconds(100)), "\(drill.achievedRPO)")
    }
  }

  /// Hourly snapshots: the loss of a volume with few writes is uniform in an hour all the same.
  @Test(arguments: [2_048, 32_768]) func aQuietVolumeLosesHalfAnHourInTheMean(scale: Int) async throws {
    let report = await SmallCase.run(
      try SmallCase.scenario(
        scale: scale, warmUp: "4 h", window: "1 d", strikes: 96,
        volume: "size: 40 GiB, used: 50 %, workload: { rate: 5 kB/s }",
        moreServices:
          "busy: { host: h, volumes: { busy: { device: array, size: 40 GiB, used: 50 %, workload: { rate: 1 MB/s } } } }",
        disasters: ["deletion: { cause: accidentalDeletion, volumes: [data], share: 30 % }"],
        strategy:
          "snapshots: { schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 4 }, credentials: s }"
      )
    ).disasters[0]
    let mean = try mean(report.drills)
    #expect(mean > .seconds(1_750) && mean < .seconds(1_850), "\(mean)")
    #expect(report.drills.allSatisfy { $0.achievedRPO <= report.estimate.rpo })
  }

  /// 8 GiB at 100 MB/s take 86 s while computing and writing overlap; people and the application 16 min. At 1/32768 all
  /// 8 GiB are in flight at once, so that nothing overlaps.
  @Test(arguments: [512, 2_048]) func aRestoreOverlapsReadingComputingAndWriting(scale: Int) async throws {
    let report = await SmallCase.run(
      try SmallCase.scenario(
        scale: scale, warmUp: "6 h", link: "800 Mbit/s",
        volume: "size: 8 GiB, used: 100 %, workload: { rate: 100 kB/s }",
        vaults: ["v: { device: store-b, capacity: 1 TiB, credentials: c }"],
        disasters: ["deletion: { cause: accidentalDeletion, volumes: [data], share: 10 % }"],
        strategy:
          "backups: [ { vault: v, schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 9 } } ]")
    ).disasters[0]
    for drill in report.drills {
      let restore = try #require(drill.achievedRTO.duration) - .minutes(16)
      #expect(restore < .seconds(95), "\(restore)")
      #expect(drill.achievedRTO <= report.estimate.rto)
    }
  }

  /// The first copy of 16 GiB into a store of 400 MB/s takes 43 s while the array is read at 800 MB/s and blocks are
  /// sealed; one after the other, reading and storing alone take 64 s. At 1/512 a quarter of the blocks of 1 MiB is read
  /// at once, so that less overlaps.
  @Test(arguments: ["blockSize: 64 KiB", "blockSize: 1 MiB"])
  func aBackupOverlapsReadingComputingAndStoring(blocks: String) async throws {
    let report = await SmallCase.run(
      try SmallCase.scenario(
        scale: 128, warmUp: "2 h", strikes: 1,
        volume: "size: 16 GiB, used: 100 %, workload: { rate: 10 kB/s, compressibility: 0 % }",
        vaults: ["v: { device: store, capacity: 1 TiB, credentials: c }"],
        disasters: ["array: { cause: arrayFailure, device: array }"],
        strategy:
          "backups: [ { vault: v, schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 9 }, \(blocks) } ]"
      ))
    let longest = try #require(report.protection.longestBackup)
    #expect(longest > .seconds(42) && longest < .seconds(50), "\(longest)")
  }

  /// 5 GiB and 1.73 GB a day in a row: a vault of three days holds 10.6 GB, and as much as is written crosses the link.
  @Test(arguments: scales) func sequentialWritesAreStoredOnceAtAnyScale(scale: Int) async throws {
    let report = await SmallCase.run(
      try SmallCase.scenario(
        scale: scale, warmUp: "4 d", window: "2 d", strikes: 1,
        volume:
          "size: 10 GiB, used: 50 %, workload: { rate: 20 kB/s, writeSize: 4 KiB, sequentialShare: 100 %, compressibility: 0 % }",
        vaults: [
          "v: { device: store, capacity: 1 TiB, credentials: c }",
          "w: { device: store-b, capacity: 1 TiB, credentials: c }",
        ], disasters: ["array: { cause: arrayFailure, device: array }"],
        strategy:
          "backups: [ { vault: v, schedule: FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0, retention: { count: 3 }, replica: w } ]"
      ))
    for vault in report.vaults {
      // The first copy, and the changes of three days; then those of two more.
      let first = 5 * 1.073_741_824e9 + 3 * 1.728e9
      #expect(abs(Double(vault.atStart.bytes.bytes) / first - 1) < 0.05, "1/\(scale): \(vault.atStart)")
      let growth = Double(vault.atEnd.bytes.bytes - vault.atStart.bytes.bytes)
      #expect(abs(growth / (2 * 1.728e9) - 1) < 0.08, "1/\(scale): \(growth)")
    }
  }
}
