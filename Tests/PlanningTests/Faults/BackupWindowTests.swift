import Estate
import Rehearsals
import Schedules
import Testing
import Units

/// Backups that move data only in a daily window.
@Suite struct BackupWindowTests {
  private static let deletion = "deletion: { cause: accidentalDeletion, volumes: [data], share: 30 % }"

  /// 80 GiB over 8 Mbit/s in nights of 8 h.
  private func run(
    scale: Int = 4_096, unfinished: String = "resume", warmUp: String = "8 d", link: String = "8 Mbit/s"
  ) async throws -> StrategyReport {
    await SmallCase.run(
      try SmallCase.scenario(
        scale: scale, warmUp: warmUp, window: "1 d", strikes: 6, link: link,
        volume:
          "size: 100 GiB, used: 80 %, workload: { rate: 40 kB/s, compressibility: 0 %, sequentialShare: 100 % }",
        vaults: ["far: { device: store-b, capacity: 1 TiB, credentials: admin }"], disasters: [Self.deletion],
        strategy:
          "backups: [ { vault: far, schedule: FREQ=DAILY;BYHOUR=22;BYMINUTE=0;BYSECOND=0, retention: { count: 5 }, "
          + "window: { start: \"22:00\", length: 8 h, unfinished: \(unfinished) } } ]"))
  }

  /// 80 GiB at 1 MB/s take 85,899 s: two nights of 28,800 s and 28,299 s of the third, which begins after 48 h.
  @Test(arguments: [2_048, 8_192])
  func aSlowFirstBackupGoesOnInTheNextWindows(scale: Int) async throws {
    let report = try await run(scale: scale)
    let longest = try #require(report.protection.longestBackup)
    let byHand = Duration.seconds(172_800 + 28_299)
    #expect(longest > byHand - .minutes(5) && longest < byHand + .minutes(15), "\(longest)")
    #expect(report.protection.backupsContinued == 1 && report.protection.slotsSwallowed == 2)
    #expect(report.protection.backupsFailed == 0 && report.protection.backupsTaken == 7)
    for drill in report.disasters[0].drills {
      #expect(drill.achievedRPO <= report.disasters[0].estimate.rpo)
    }
  }

  /// Strikes from the second day on find no point before the third night, and the estimate promises none.
  @Test func nothingIsPromisedBeforeTheFirstBackupIsWhole() async throws {
    let report = try await run(warmUp: "2 d").disasters[0]
    #expect(report.estimate.rpo == .unrecoverable)
    #expect(report.drills.contains { $0.achievedRPO == .unrecoverable })
  }

  @Test func aBackupThatMayNotGoOnFailsWithAReason() async throws {
    let report = try await run(unfinished: "fail")
    #expect(report.protection.backupsTaken == 0 && report.protection.backupsContinued == 0)
    #expect(
      report.protection.failures == [CountedReason(reason: "the window of vault far closed", count: 8)])
    #expect(report.disasters[0].drills.allSatisfy { $0.achievedRPO == .unrecoverable })
    #expect(report.disasters[0].estimate.rpo == .unrecoverable)
  }

  /// A window that is never reached changes nothing: 80 GiB take 1,718 s at 50 MB/s.
  @Test func aBackupThatFitsIsAsFastAsWithoutAWindow() async throws {
    let report = try await run(unfinished: "fail", link: "400 Mbit/s")
    #expect(report.protection.backupsFailed == 0 && report.protection.backupsContinued == 0)
    #expect(report.protection.longestBackup ?? .zero < .minutes(35))
  }

  @Test func theEndOfWorkCountsThePausesBetweenWindows() throws {
    let window = BackupWindow(
      openings: Timetable(try RecurrenceRule(parsing: "FREQ=DAILY;BYHOUR=22;BYMINUTE=0;BYSECOND=0")),
      length: .hours(8), unfinished: .resume)
    let start = CivilTime(year: 2026, month: 3, day: 2, hour: 23).instant
    #expect(window.closing(openAt: start) == start + .hours(7))
    #expect(window.closing(openAt: start + .hours(7)) == nil)
    #expect(window.end(of: .hours(7), from: start) == start + .hours(7))
    #expect(window.end(of: .hours(8), from: start) == start + .hours(24))
    #expect(window.end(of: .hours(16), from: start) == start + .hours(48))
    #expect(window.end(of: .hours(1), from: start + .hours(10)) == start + .hours(24))
  }
}
