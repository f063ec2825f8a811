import Schedules
import Testing
import Units
import Zones

/// The slots on days of 23 and 25 hours. The expected instants were measured on the named programs.
@Suite struct ClockChangeTests {
  private static let spring = "2026-03-28T00:00:00Z"
  private static let autumn = "2026-10-24T00:00:00Z"

  /// Slots as day and time in UTC.
  private func slots(_ rule: Timetable.Rule, from start: String, _ count: Int) throws -> [String] {
    let timetable = Timetable(rule, in: try Zone(named: "Europe/Berlin"))
    return try BackupSchedule(timetable, from: Instant(parsing: start)).slots.prefix(count)
      .map { String("\($0)".dropFirst(8).dropLast(4)) }
  }

  private func nightly(_ dialect: CronDialect, from start: String) throws -> [String] {
    try slots(.cron(CronRule(parsing: "30 2 * * *", dialect: dialect)), from: start, 3)
  }

  @Test(arguments: [CronDialect.cron, .croniter, .cronsim])
  func cronRunsAJobOfASkippedHourWhenTheClockHasLeapt(_ dialect: CronDialect) throws {
    #expect(try nightly(dialect, from: Self.spring) == ["28T01:30", "29T01:00", "30T00:30"])
  }

  @Test func apschedulerRunsAJobOfASkippedHourAnHourLater() throws {
    #expect(try nightly(.apscheduler, from: Self.spring) == ["28T01:30", "29T01:30", "30T00:30"])
  }

  @Test(arguments: [CronDialect.cron, .cronsim])
  func cronRunsAJobOfAFixedTimeOnceInARepeatedHour(_ dialect: CronDialect) throws {
    #expect(try nightly(dialect, from: Self.autumn) == ["24T00:30", "25T00:30", "26T01:30"])
  }

  @Test func croniterRunsAJobOfAFixedTimeTwiceInARepeatedHour() throws {
    #expect(try nightly(.croniter, from: Self.autumn) == ["24T00:30", "25T00:30", "25T01:30"])
  }

  @Test func cronRepeatsAJobWhoseHourBeginsWithAStar() throws {
    let rule = Timetable.Rule.cron(try CronRule(parsing: "15 */2 * * *"))
    #expect(
      try slots(rule, from: "2026-10-24T22:00:00Z", 4) == ["24T22:15", "25T00:15", "25T01:15", "25T03:15"])
    #expect(try slots(rule, from: "2026-03-28T22:00:00Z", 3) == ["28T23:15", "29T02:15", "29T04:15"])
  }

  @Test func aZonedTimerSkipsTheNightWhoseHourDoesNotExist() throws {
    let rule = Timetable.Rule.calendar(try CalendarEvent(parsing: "*-*-* 02:30"))
    #expect(try slots(rule, from: Self.spring, 3) == ["28T01:30", "30T00:30", "31T00:30"])
  }

  @Test func anHourlyZonedTimerLeavesAGapOfTwoHoursInAutumn() throws {
    let rule = Timetable.Rule.calendar(try CalendarEvent(parsing: "hourly"))
    #expect(
      try slots(rule, from: "2026-10-24T22:00:00Z", 5) == [
        "24T22:00", "24T23:00", "25T00:00", "25T02:00", "25T03:00",
      ])
  }

  @Test(arguments: [("2026-03-28T23:00:00Z", 23), ("2026-10-24T22:00:00Z", 25), ("2026-06-09T22:00:00Z", 24)])
  func anHourlyRuleHasAsManySlotsAsTheDayHasHours(_ midnight: String, _ hours: Int) throws {
    let start = try Instant(parsing: midnight)
    for rule in [
      Timetable.Rule.recurrence(try RecurrenceRule(parsing: "FREQ=HOURLY")),
      .cron(try CronRule(parsing: "0 * * * *")),
    ] {
      let zone = try Zone(named: "Europe/Berlin")
      let slots = BackupSchedule(Timetable(rule, in: zone), from: start).slots
      let day = CivilTime(start, in: zone).day
      #expect(slots.prefix { CivilTime($0, in: zone).day == day }.count == hours)
    }
  }

  @Test func aDailyRuleIgnoresLocalTimesThatDoNotExistAndDoesNotCountThem() throws {
    let rule = try RecurrenceRule(parsing: "FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0;COUNT=3")
    #expect(try slots(.recurrence(rule), from: Self.spring, 9) == ["28T01:30", "30T00:30", "31T00:30"])
  }

  /// Lord Howe's clock changes by half an hour; Apia left out a whole day, 30 December 2011.
  @Test func zonesWithOddChangesAreFollowed() throws {
    let apia = try Zone(named: "Pacific/Apia")
    let daily = Timetable(.cron(try CronRule(parsing: "0 9 * * *")), in: apia)
    let start = try Instant(parsing: "2011-12-29T00:00:00Z")
    let days = BackupSchedule(daily, from: start).slots.prefix(3).map { CivilTime($0, in: apia).day }
    #expect(days == [29, 31, 31])
    let howe = try Zone(named: "Australia/Lord_Howe")
    let hourly = Timetable(try RecurrenceRule(parsing: "FREQ=MINUTELY;INTERVAL=30"), in: howe)
    let autumn = try Instant(parsing: "2026-04-04T13:00:00Z")
    let slots = BackupSchedule(hourly, from: autumn).slots.prefix { CivilTime($0, in: howe).day == 5 }
    #expect(slots.count == 49)
  }

  @Test(arguments: [
    "30 2 * * *", "*/20 * * * *", "Sun 02:15", "FREQ=DAILY;BYHOUR=2;BYMINUTE=30", "FREQ=HOURLY",
  ])
  func skippingAheadLeavesTheSlotsThatWalkingThereLeaves(_ text: String) throws {
    for dialect in CronDialect.allCases where dialect.rawValue.first != "a" && dialect != .cloudNativePG {
      var rule = try Timetable.Rule(parsing: text)
      if case .cron = rule { rule = .cron(try CronRule(parsing: text, dialect: dialect)) }
      let timetable = Timetable(rule, in: try Zone(named: "Europe/Berlin"))
      for start in [Self.spring, Self.autumn] {
        let schedule = BackupSchedule(timetable, from: try Instant(parsing: start))
        let all = Array(schedule.slots.prefix(150))
        for (slot, next) in zip(all, all.dropFirst()) {
          #expect(schedule.slot(notBefore: slot) == slot)
          #expect(schedule.slot(after: slot) == next)
        }
      }
    }
  }
}
