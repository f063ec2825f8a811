import History
import Schedules
import Testing
import Units

/// RPOs of histories whose answer is known beforehand.
@Suite struct BackupHistoryTests {
  private let midnight = CivilTime(year: 2026, month: 11, day: 1).instant

  /// Start and end in minutes, and whether the run ended well.
  private func list(_ runs: [(start: Int64, end: Int64?, isUsable: Bool)]) throws -> BackupList {
    let items = runs.enumerated().map { place, run in
      let start = midnight + .minutes(run.start)
      let end = run.end.map { ",\"completionTimestamp\":\"\(midnight + .minutes($0))\"" } ?? ""
      return
        "{\"metadata\":{\"name\":\"run\(place)\"},\"status\":{\"phase\":\"\(run.isUsable ? "Completed" : "Failed")\","
        + "\"startTimestamp\":\"\(start)\"\(end)}}"
    }
    return try HistoryReader.read(
      Array("{\"kind\":\"BackupList\",\"items\":[\(items.joined(separator: ","))]}".utf8), zone: nil)
  }

  private func every(
    _ minutes: Int64, lasting length: Int64, count: Int64
  ) -> [(start: Int64, end: Int64?, isUsable: Bool)] {
    (0..<count).map { (number: Int64) -> (start: Int64, end: Int64?, isUsable: Bool) in
      (start: number * minutes, end: number * minutes + length, isUsable: true)
    }
  }

  private func examine(
    _ runs: [(start: Int64, end: Int64?, isUsable: Bool)], from: Int64? = nil, until: Int64,
    timetable: Timetable? = nil
  ) throws -> BackupHistory {
    BackupHistory.examine(
      [try list(runs)], from: from.map { midnight + .minutes($0) }, until: midnight + .minutes(until),
      timetable: timetable)[0]
  }

  @Test func theWorstInstantIsJustBeforeTheNextGoodEnd() throws {
    let history = try examine([(0, 10, true), (60, 75, true), (120, 130, true)], until: 140)
    let worst = try #require(history.worst)
    #expect(worst.rpo == .minutes(75))
    #expect(worst.before.name == "run0" && worst.after?.name == "run1")
    #expect(history.age == .minutes(20))
  }

  @Test func aFailedRunProtectsNothing() throws {
    let history = try examine([(0, 10, true), (60, 70, false), (120, 130, true)], until: 140)
    #expect(history.worst?.rpo == .minutes(130))
    #expect(history.worst?.after?.name == "run2")
    #expect(history.failed.map(\.name) == ["run1"])
  }

  @Test func theWindowsEndBoundsTheLastGap() throws {
    let history = try examine([(0, 10, true), (60, 70, true)], until: 600)
    #expect(history.worst?.rpo == .minutes(540))
    #expect(history.worst?.after == nil)
  }

  /// The RPO rises evenly from 10 to 70 minutes in each hour, so half of all instants lie below 40.
  @Test func theTypicalRPOIsTheOneOfHalfOfAllInstants() throws {
    let runs = every(60, lasting: 10, count: 25)
    let history = try examine(runs, until: 24 * 60 + 10)
    #expect(history.typical == .minutes(40))
    #expect(history.high == .minutes(67))
    #expect(history.worst?.rpo == .minutes(70))
  }

  /// The long run began first and ends last: it protects an older state than the short one.
  @Test func anOlderStateThatArrivesLateDoesNotCountAsYounger() throws {
    let history = try examine([(0, 5, true), (10, 100, true), (60, 70, true)], until: 200)
    #expect(history.worst?.rpo == .minutes(140))
    #expect(history.worst?.before.name == "run2")
    #expect(history.overlaps.map(\.later.name) == ["run2"])
    #expect(history.overlaps.map(\.earlier.name) == ["run1"])
  }

  @Test func aWindowBeforeTheFirstBackupIsUnprotected() throws {
    let history = try examine([(60, 70, true)], from: 0, until: 100)
    #expect(history.unprotected == .minutes(70))
    #expect(history.worst?.rpo == .minutes(40))
    let never = try examine([(60, 70, false)], from: 0, until: 100)
    #expect(never.worst == nil && never.unprotected == .minutes(100))
  }

  @Test func missedSlotsAndLatenessAreCountedAgainstTheSchedule() throws {
    let hourly = Timetable(try RecurrenceRule(parsing: "FREQ=HOURLY;BYMINUTE=0;BYSECOND=0"))
    let history = try examine(
      [(1, 2, true), (62, 63, true), (123, 124, true), (244, 245, true)], until: 250, timetable: hourly)
    let found = try #require(history.punctuality)
    #expect(found.missed == 1 && found.slots == 5)
    #expect(found.latenessMaximum == .minutes(4))
    #expect(found.driftPerRun == .minutes(1))
  }

  @Test func aTimerThatCountsFromTheLastEndDriftsByItsDuration() throws {
    let runs = every(62, lasting: 2, count: 20)
    let found = try #require(try examine(runs, until: 1_300).punctuality)
    #expect(found.schedule.hasPrefix("every 1 h"))
    #expect(found.driftPerRun == .minutes(2))
  }

  @Test func aRestoreIsEstimatedFromTheRunThatMovedTheMost() throws {
    let list = try HistoryReader.read(
      Array(
        """
        [{"name":"main","backup":[
        {"label":"F","timestamp":{"start":0,"stop":100},"info":{"size":1000000,"delta":1000000,"repository":{"delta":500}}},
        {"label":"I","timestamp":{"start":86400,"stop":86410},"info":{"size":2000000,"delta":10,"repository":{"delta":864}}}]}]
        """.utf8), zone: nil)
    let volume = BackupHistory.examine([list], from: nil, until: Instant(second: 100_000), timetable: nil)[0]
      .volume
    #expect(volume.rate == 10_000)
    #expect(volume.restore == .seconds(200))
    #expect(volume.addedPerDay == 864)
  }

  /// An hourly increment of a thousandth says how long the search for changes takes, not a restore.
  @Test func aRunThatMovesLittleSaysNothingAboutARestore() throws {
    let list = try HistoryReader.read(
      Array(
        """
        [{"name":"main","backup":[{"label":"I","timestamp":{"start":0,"stop":300},
        "info":{"size":1000000,"delta":1000,"repository":{"delta":500}}}]}]
        """.utf8), zone: nil)
    let volume = BackupHistory.examine([list], from: nil, until: Instant(second: 400), timetable: nil)[0]
      .volume
    #expect(volume.rate == nil && volume.restore == nil && volume.size == 1_000_000)
  }

  @Test func sourcesAreJudgedApart() throws {
    let text = "a@1\t1000000000\nb@1\t1000000000\na@2\t1000003600\nb@2\t1000007200\n"
    let list = try HistoryReader.read(Array(text.utf8), zone: nil)
    let found = BackupHistory.examine(
      [list], from: nil, until: Instant(second: 1_000_007_200), timetable: nil)
    #expect(found.map(\.source) == ["a", "b"])
    #expect(found.map { $0.worst?.rpo } == [.hours(1), .hours(2)])
  }
}
