import Foundation
import Rehearsals
import ScenarioLanguage
import Testing
import Units

/// Each promise of the register is rehearsed within its scope and by the whole clock, and the register says how it
/// came out.
@Suite struct CalibrationTests {
  private static let fire = "fire: { cause: fire, site: a }"
  private static let hourly = "schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 24 }"

  /// The register's finding for a promise.
  private func calibration(_ name: String) throws -> Calibration {
    try #require(PromiseRegister.standard.first { $0.name == name }).calibration
  }

  @Test func everyPromiseIsCalibratedHere() {
    let known = ["otc-cbr-backup", "otc-sdrs", "azure-site-recovery", "aws-rds-pitr"]
    #expect(PromiseRegister.standard.map(\.name) == known)
  }

  @Test func theGuideSaysWhatTheRegisterSays() throws {
    let guide = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Sources/firedrill/firedrill.docc/Promises.md").standardized
    let rows = try String(contentsOf: guide, encoding: .utf8).split(separator: "\n").compactMap {
      line -> [String]? in
      guard line.hasPrefix("| `") else { return nil }
      return line.split(separator: "|").prefix(4).map { $0.trimmingCharacters(in: .whitespaces) }
    }
    func words(_ figures: Set<PromisedFigure>) -> String {
      let kept = PromisedFigure.allCases.filter(figures.contains)
      return kept.isEmpty ? "none" : kept.map { $0.rawValue.uppercased() }.joined(separator: ", ")
    }
    let expected = PromiseRegister.standard.map { promise in
      let published = [
        promise.published.rpo.map { "RPO \($0)" }, promise.published.rto.map { "RTO \($0)" },
      ].compactMap { $0 }
      return [
        "`\(promise.name)`", published.joined(separator: ", "), words(promise.calibration.inScope),
        words(promise.calibration.wholeClock),
      ]
    }
    #expect(rows == expected)
  }

  /// A log archived every five minutes: 49 MB, which take 4.1 s to arrive. A strike two seconds after the interval finds
  /// the segment on its way.
  @Test func aLogEveryFiveMinutesIsKeptWithoutTheTimeOfItsTransfer() async throws {
    func losses(_ strikes: String) async throws -> [Duration] {
      let scenario = try ArchiveCase.scenario(
        "\(ArchiveCase.fire), strikes: { \(strikes) }", archive: "interval: 5 min, segmentSize: 1 GiB")
      return await ArchiveCase.run(scenario).drills.compactMap(\.achievedRPO.duration)
    }
    let calibration = try calibration("aws-rds-pitr")
    let spread = try await losses("spread: 24")
    #expect(spread.count == 24)
    let inScope = spread.allSatisfy { $0 <= .minutes(5) + .seconds(5) }
    #expect(inScope == calibration.inScope.contains(.rpo))
    let onTheWay = try await losses("at: ['2026-03-02T04:25:02Z']")
    #expect(onTheWay == [.minutes(5) + .seconds(2)])
    #expect(onTheWay.allSatisfy { $0 <= .minutes(5) } == calibration.wholeClock.contains(.rpo))
  }

  /// Hourly backups of 2 GiB over 100 Mbit/s. A point lies within an hour of the one before; the loss is longer by the
  /// backup's own duration.
  @Test func aBackupEveryHourKeepsItsHourOnlyWithoutItsDuration() async throws {
    let report = await SmallCase.run(
      try SmallCase.scenario(
        warmUp: "3 h", strikes: 60,
        vaults: ["remote: { device: store-b, capacity: 1 TiB, credentials: x }"],
        disasters: [Self.fire],
        strategy: "backups: [{ vault: remote, \(Self.hourly) }]",
        recovery: "rebuild: { site: b, device: array-b, provision: 2 h }"))
    let drills = report.disasters[0].drills
    let losses = drills.compactMap(\.achievedRPO.duration)
    #expect(losses.count == 60)
    // 2 GiB over 100 Mbit/s are 172 s: the newest point is older than an hour for as long.
    let duration = Duration.seconds(172)
    let calibration = try calibration("otc-cbr-backup")
    #expect((losses.max().map { $0 <= .hours(1) } ?? false) == calibration.wholeClock.contains(.rpo))
    let inScope = losses.allSatisfy { $0 <= .hours(1) + duration + .seconds(30) }
    #expect(inScope == calibration.inScope.contains(.rpo))
    let times = drills.compactMap(\.achievedRTO.duration)
    #expect(times.allSatisfy { $0 <= .hours(24) } == calibration.wholeClock.contains(.rto))
    #expect(restoreTimes(of: drills).allSatisfy { $0 <= .hours(24) } == calibration.inScope.contains(.rto))
  }

  private func restoreTimes(of drills: [Drill]) -> [Duration] {
    drills.flatMap { drill in drill.timeline.filter { $0.phase == .restoreData }.map { $0.end - $0.start } }
  }

  private static let synchronous = SmallCase.standby("layer: storage, mode: sync")

  /// Synchronous replication. From the click to running servers it takes seconds and the boot; the whole clock adds
  /// people, applications and names.
  @Test func aSynchronousStandbyKeepsItsPromiseInSyncOnly() async throws {
    let report = await SmallCase.run(
      try SmallCase.scenario(
        strikes: 4,
        disasters: [
          Self.fire,
          "cut: { cause: linkFault, link: line, duration: 30 min, followedBy: { disaster: fire, after: 10 min } }",
        ], strategy: Self.synchronous))
    let calibration = try calibration("otc-sdrs")
    let inSync = report.disasters[0].drills
    #expect(inSync.compactMap(\.achievedRPO.duration) == Array(repeating: .zero, count: 4))
    let running = inSync.compactMap { drill -> Duration? in
      let steps = drill.timeline.filter { [.provision, .failover, .boot].contains($0.phase) }
      guard let start = steps.map(\.start).min(), let end = steps.map(\.end).max() else { return nil }
      return end - start
    }
    #expect(running.count == 4)
    #expect(running.allSatisfy { $0 > .zero && $0 <= .minutes(30) } == calibration.inScope.contains(.rto))
    let outages = inSync.compactMap(\.achievedRTO.duration)
    #expect(outages.allSatisfy { $0 <= .minutes(30) } == calibration.wholeClock.contains(.rto))
    // Ten minutes after the cut the copy lags by ten minutes, less what the time-out for the peer took.
    let apart = report.disasters[1].drills.compactMap(\.achievedRPO.duration)
    let cutFor = Duration.minutes(10) + .seconds(1)
    #expect(apart.count == 4 && apart.allSatisfy { $0 > .minutes(9) && $0 <= cutFor }, "\(apart)")
    #expect(calibration.inScope.contains(.rpo) && !calibration.wholeClock.contains(.rpo))
  }

  private func losses(
    link: String, workload: String, strikes: Int, replication: String
  ) async throws -> [Duration] {
    let scenario = try SmallCase.scenario(
      window: "4 h", strikes: strikes, link: link,
      volume: "size: 2 GiB, used: 50 %, workload: { \(workload) }", disasters: [Self.fire],
      strategy: SmallCase.standby(replication))
    let losses = await SmallCase.run(scenario).disasters[0].drills.compactMap(\.achievedRPO.duration)
    #expect(losses.count == strikes)
    return losses
  }

  /// A checkpoint every five minutes: as old as the time since then, while the link takes more than is written. In bursts
  /// of 1.6 MB/s over 1 MB/s the points queue behind the data.
  @Test func aCheckpointEveryFiveMinutesIsKeptWhileTheLinkTakesWhatIsWritten() async throws {
    let checkpoint = "layer: hostIO, mode: async, checkpoint: 5 min, journal: 2 GiB"
    let calm = try await losses(
      link: "100 Mbit/s", workload: "rate: 200 kB/s", strikes: 40, replication: checkpoint)
    let bursting = try await losses(
      link: "8 Mbit/s", workload: "rate: 200 kB/s, burst: { factor: 800 %, share: 10 %, length: 10 min }",
      strikes: 40, replication: checkpoint)
    let calibration = try calibration("azure-site-recovery")
    #expect(calm.allSatisfy { $0 <= .minutes(5) + .seconds(1) } == calibration.inScope.contains(.rpo))
    #expect(bursting.allSatisfy { $0 <= .minutes(5) } == calibration.wholeClock.contains(.rpo))
    let mean = calm.reduce(0) { $0 + $1.seconds } / 40
    #expect(abs(mean - 150) < 15, "\(mean)")
  }
}
