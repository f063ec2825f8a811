import Rehearsals
import Testing
import Units

/// Restores from a vault: the slowest stage decides their length, and no estimate is exceeded.
@Suite struct RestoreEstimateTests {
  private static let backups =
    "backups: [ { vault: far, schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 50 } } ]"
  private static let farVault = "far: { device: store-b, capacity: 2 TiB, credentials: admin }"
  private static let array = "array: { cause: arrayFailure, device: array }"
  private static let deletion = "deletion: { cause: accidentalDeletion, volumes: [data], share: 10 % }"
  /// People need 6 min; the application and its users 10 min.
  private static let around = Duration.minutes(16)

  private func run(
    _ disaster: String, scale: Int, volume: String, link: String = "400 Mbit/s", vault: String = farVault,
    strategy: String = backups, recovery: String = "", more: String = ""
  ) async throws -> DisasterReport {
    await SmallCase.run(
      try SmallCase.scenario(
        scale: scale, warmUp: "1 d", window: "1 d", link: link, volume: volume, vaults: [vault],
        moreServices: more, disasters: [disaster], strategy: strategy, recovery: recovery)
    ).disasters[0]
  }

  /// 80 GiB at 50 MB/s take 1,718 s, while the processors work for 280 s and the array for 107 s. The first and the last
  /// bytes in flight wait for those: 4 GiB of 80 at a scale of 1/4096, 2 GiB at 1/2048.
  @Test(arguments: [("4 kB/s", 2_048), ("4 kB/s", 4_096), ("40 kB/s", 4_096)])
  func aWholeRestoreTakesAsLongAsItsSlowestStage(rate: String, scale: Int) async throws {
    let report = try await run(
      Self.array, scale: scale,
      volume:
        "size: 100 GiB, used: 80 %, workload: { rate: \(rate), compressibility: 0 %, sequentialShare: 100 % }"
    )
    let estimate = try #require(report.estimate.rto.duration)
    for drill in report.drills {
      let time = try #require(drill.achievedRTO.duration)
      let restore = time - .hours(24) - Self.around
      #expect(restore > .seconds(1_710) && restore < .seconds(1_790), "\(restore)")
      #expect(time <= estimate, "\(time) \(estimate)")
    }
    #expect(estimate < .hours(24) + Self.around + .seconds(1_800), "\(estimate)")
  }

  /// 20 GiB at 50 MB/s take 429 s. On the damaged volume 80 GiB of zeros at 800 MB/s take 107 s more.
  @Test(arguments: [4_096, 8_192])
  func zerosOnADamagedVolumeTakeTheirTimeAndAreEstimated(scale: Int) async throws {
    let report = try await run(
      Self.deletion, scale: scale,
      volume: "size: 100 GiB, used: 20 %, workload: { rate: 4 kB/s, compressibility: 0 % }")
    for drill in report.drills {
      let time = try #require(drill.achievedRTO.duration)
      let restore = time - Self.around
      #expect(restore > .seconds(525) && restore < .seconds(600), "\(restore)")
      #expect(time <= report.estimate.rto.duration ?? .zero)
    }
    let estimate = try #require(report.estimate.rto.duration)
    #expect(estimate < Self.around + .seconds(680), "\(estimate)")
  }

  /// A deletion 24 h 8 min after the outage interrupts the restore, so that the new volume is no longer empty: people need
  /// 6 min again, zeros and data 537 s, the application and its users 10 min.
  @Test func aRestoreThatBeginsAgainWritesZerosToo() async throws {
    let report = await SmallCase.run(
      try SmallCase.scenario(
        scale: 8_192, warmUp: "1 d", window: "1 d", link: "400 Mbit/s",
        volume: "size: 100 GiB, used: 20 %, workload: { rate: 4 kB/s, compressibility: 0 % }",
        vaults: [Self.farVault],
        disasters: [
          "array: { cause: arrayFailure, device: array, followedBy: { disaster: deletion, after: 1448 min } }",
          Self.deletion,
        ], strategy: Self.backups))
    for drill in report.disasters[0].drills {
      let time = try #require(drill.achievedRTO.duration)
      #expect(drill.attempts == 2)
      #expect(time > .minutes(1_448) + Self.around + .seconds(532), "\(time)")
      #expect(time < .minutes(1_448) + Self.around + .seconds(600), "\(time)")
      #expect(time <= report.disasters[0].estimate.rto.duration ?? .zero)
    }
  }

  /// Vaults at hand and far, on the volume's own array, small and large blocks, other services beside, and a search.
  @Test(arguments: [
    ("far: { device: store-b, capacity: 2 TiB, credentials: admin }", "2 Gbit/s", "", ""),
    ("far: { device: array, capacity: 2 TiB, credentials: admin }", "2 Gbit/s", "", ""),
    ("far: { device: store, capacity: 2 TiB, credentials: admin }", "100 Mbit/s", ", blockSize: 4 KiB", ""),
    ("far: { device: store, capacity: 2 TiB, credentials: admin }", "100 Mbit/s", ", blockSize: 1 MiB", ""),
    ("far: { device: store, capacity: 2 TiB, credentials: admin }", "100 Mbit/s", "", ", dwell: 7 h"),
  ])
  func noRestoreTakesLongerThanItsEstimate(vault: String, link: String, blocks: String, dwell: String)
    async throws
  {
    let other =
      "other: { host: h, volumes: { busy: { device: array, size: 8 GiB, used: 50 %, workload: { rate: 5 MB/s } } } }"
    for scale in [2_048, 8_192] {
      let report = try await run(
        "deletion: { cause: accidentalDeletion, volumes: [data], share: 10 %\(dwell) }", scale: scale,
        volume: "size: 20 GiB, used: 40 %, workload: { rate: 100 kB/s, compressibility: 0 % }", link: link,
        vault: vault,
        strategy:
          "backups: [ { vault: far, schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 50 }\(blocks) } ]",
        more: other)
      for drill in report.drills {
        let time = try #require(drill.achievedRTO.duration)
        #expect(time <= report.estimate.rto.duration ?? .zero, "1/\(scale)")
      }
    }
  }
}
