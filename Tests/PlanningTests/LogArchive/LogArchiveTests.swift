import Estate
import Rehearsals
import ScenarioLanguage
import Testing
import Units

/// The loss of a database whose log is archived.
@Suite struct LogArchiveTests {
  /// A segment of 10 min has 12,000 transactions of 8 KiB: 98.3 MB, which take 0.12 s from the array, 7.86 s over the line and
  /// 0.25 s into the store.
  private static let transfer = Duration.milliseconds(8_240)

  private func losses(_ scenario: Scenario) async throws -> [(
    strike: Instant, most: Duration, least: Duration
  )] {
    let report = await ArchiveCase.run(scenario)
    return try report.drills.map { drill in
      let most = try #require(drill.achievedRPO.duration, "\(drill.outcome)")
      #expect(drill.achievedRPO <= report.estimate.rpo && drill.achievedRTO <= report.estimate.rto)
      return (drill.strike, most, try #require(drill.achievedRPOAtLeast.duration))
    }
  }

  @Test func theLossIsTheTimeSinceTheLastIntervalWhoseSegmentHasArrived() async throws {
    let scenario = try ArchiveCase.scenario(
      ArchiveCase.fire, archive: "interval: 10 min, segmentSize: 1 GiB", strikes: 12)
    let all = try await losses(scenario)
    #expect(all.count == 12)
    let interval = Duration.minutes(10)
    for (strike, most, least) in all {
      let since = Duration(nanoseconds: (strike - scenario.start).nanoseconds % interval.nanoseconds)
      // A strike within a second of the arrival depends on what else is on the line.
      guard abs((since - Self.transfer).nanoseconds) > 1_000_000_000 else { continue }
      #expect(most == (since < Self.transfer ? since + interval : since), "\(strike)")
      #expect(least <= most)
    }
    let mean = all.reduce(Duration.zero) { $0 + $1.most } / 12
    #expect(abs((mean - interval / 2 - Self.transfer / 2).nanoseconds) < 90_000_000_000, "\(mean)")
  }

  @Test func aSegmentOnTheWayWhenTheSiteIsLostDoesNotCount() async throws {
    let at = "strikes: { at: ['2026-03-02T04:20:04Z', '2026-03-02T04:20:10Z'] }"
    let archive = "interval: 10 min, segmentSize: 1 GiB"
    let all = try await losses(ArchiveCase.scenario("\(ArchiveCase.fire), \(at)", archive: archive))
    #expect(all.map(\.most) == [.minutes(10) + .seconds(4), .seconds(10)])
  }

  @Test(arguments: [256, 2_048, 8_192]) func theLossDoesNotDependOnTheScale(scale: Int) async throws {
    let all = try await losses(
      ArchiveCase.scenario(
        "\(ArchiveCase.fire), strikes: { at: ['2026-03-02T04:27:00Z'] }",
        archive: "interval: 10 min, segmentSize: 1 GiB", scale: scale, window: "2 h"))
    #expect(all.map(\.most) == [.minutes(7)])
  }

  @Test func aContinuousArchiveLosesNoMoreThanOneTransactionOfTheRunAndItsTransfer() async throws {
    let scenario = try ArchiveCase.scenario(ArchiveCase.fire, archive: "continuous: true", scale: 256)
    for (_, most, least) in try await losses(scenario) {
      #expect(most < .seconds(150) && least < .seconds(80), "\(least) to \(most)")
    }
  }

  @Test func fullSegmentsAreSentBeforeTheIntervalEnds() async throws {
    // 16 MiB are full after 2,048 transactions, in 102 s.
    let at = "strikes: { at: ['2026-03-02T04:58:00Z'] }"
    let all = try await losses(
      ArchiveCase.scenario(
        "\(ArchiveCase.fire), \(at)", archive: "interval: 1 h, segmentSize: 16 MiB", scale: 256))
    #expect(all[0].most < .minutes(5) && all[0].most > .zero, "\(all[0].most)")
  }

  @Test func nothingIsLostWhereTheVolumeOfTheLogIsIntact() async throws {
    for (_, most, _) in try await losses(ArchiveCase.scenario(ArchiveCase.deletion("data"))) {
      #expect(most == .zero)
    }
    for (_, most, _) in try await losses(ArchiveCase.scenario(ArchiveCase.deletion("data, log"))) {
      #expect(most > .zero && most <= .minutes(10) + Self.transfer)
    }
  }

  @Test func anArchiveThatAnAttackerEmptiesLeavesTheBackup() async throws {
    let attack = "cause: vaultAttack, volumes: [data, log], credentials: log-admin"
    let open = await ArchiveCase.run(try ArchiveCase.scenario(attack))
    for drill in open.drills {
      let loss = try #require(drill.achievedRPO.duration, "\(drill.outcome)")
      let sinceBackup = Duration(nanoseconds: drill.strike.nanoseconds % Duration.hours(1).nanoseconds)
      #expect(loss >= sinceBackup && drill.achievedRPO <= open.estimate.rpo)
    }
    for (_, most, _) in try await losses(
      ArchiveCase.scenario(attack, archive: "interval: 10 min, lock: 2 d"))
    {
      #expect(most <= .minutes(10) + Self.transfer)
    }
  }

  @Test func aFullVaultArchivesNothingAndTheReportCountsTheAttempts() async throws {
    // An hour has 590 MB of log: the vault is full within four hours, since no log is dropped before the second base.
    let vaults = [
      ArchiveCase.vaults[0],
      "logs: { device: store-b, capacity: 512 MiB, autoExpand: false, credentials: log-admin }",
    ]
    let scenario = try ArchiveCase.scenario(ArchiveCase.fire, vaults: vaults)
    let report = await SmallCase.run(scenario)
    let archive = try #require(report.protection.logArchive)
    #expect(archive.failures > 60)
    #expect(report.disasters[0].drills.contains { $0.achievedRPO > .duration(.minutes(15)) })
  }

  /// Two bases are kept, so that at most the log of two hours and a half is needed, and half an hour more until it is pruned.
  @Test func logWithoutItsBaseIsDeleted() async throws {
    let pruned = await SmallCase.run(try ArchiveCase.scenario(ArchiveCase.deletion("data")))
    let perHour = ByteCount.kibibytes(8).bytes * 20 * 3_600
    let archived = try #require(pruned.protection.logArchive)
    #expect(archived.bytes.bytes > perHour * 6 && archived.bytes.bytes < perHour * 8)
    let logs = try #require(pruned.vaultUsage(of: "logs"))
    #expect(logs.bytes > perHour * 3 / 2 && logs.bytes < perHour * 7 / 2, "\(logs)")
  }
}

extension StrategyReport {
  /// The bytes that the log's vault stored on average in the metered window.
  fileprivate func vaultUsage(of name: String) -> ByteCount? {
    guard let meter = metered.vaults.last else { return nil }
    return ByteCount(Int64(meter.stored.byteNanoseconds / Int128(Duration.hours(4).nanoseconds)))
  }
}
