import Retention
import Schedules
import Testing
import Units

@Suite struct RetentionPolicyTests {
  private func instant(_ text: String) throws -> Instant { try Instant(parsing: text) }

  private func points(_ instants: [Instant]) -> [RetentionPoint<Int>] {
    instants.enumerated().map { RetentionPoint(id: $0.offset, instant: $0.element) }
  }

  private func daily(_ count: Int, from first: String) throws -> [RetentionPoint<Int>] {
    let first = try instant(first)
    return points((0..<count).map { first + .days(Int64($0)) })
  }

  private func kept(_ policy: RetentionPolicy, of points: [RetentionPoint<Int>], at now: Instant) -> [Int] {
    policy.decide(on: points, at: now).filter(\.isKept).map(\.point.id)
  }

  @Test func aPolicySetOnMondayKeepsThursdayFridayAndSaturday() throws {
    let monday = try instant("2026-03-02T10:00:00Z")
    let saturday = try instant("2026-03-07T11:00:00Z")
    let schedule = BackupSchedule(
      try RecurrenceRule(parsing: "FREQ=DAILY;BYHOUR=2;BYMINUTE=0;BYSECOND=0"), from: monday)
    let taken = points(schedule.slots.prefix { $0 <= saturday })
    let decisions = try RetentionPolicy([.newest(3)]).decide(on: taken, at: saturday)
    #expect(
      decisions.filter(\.isKept).map { $0.point.instant.description }
        == ["2026-03-05T02:00:00Z", "2026-03-06T02:00:00Z", "2026-03-07T02:00:00Z"])
    #expect(decisions.map(\.isKept) == [false, false, true, true, true])
  }

  @Test func fiveDailyAndOneWeeklyKeepFivePoints() throws {
    let policy = try RetentionPolicy([.newestOfEach(.day, 5), .newestOfEach(.week, 1)])
    let taken = try daily(12, from: "2026-03-02T02:00:00Z")
    let now = try instant("2026-03-13T11:00:00Z")
    #expect(kept(policy, of: taken, at: now) == [7, 8, 9, 10, 11])
    let newest = try #require(policy.decide(on: taken, at: now).last)
    #expect(
      newest.reasons.map(\.description) == [
        "newest of day 2026-03-13, number 1 of those with backups, 5 are kept",
        "newest of week 2026-W11, number 1 of those with backups, 1 are kept",
      ])
  }

  @Test func onlyPeriodsThatHaveBackupsCount() throws {
    let taken = points(
      try ["2026-01-05", "2026-02-01", "2026-03-01", "2026-03-10"].map { try instant($0) })
    let policy = try RetentionPolicy([.newestOfEach(.day, 3)])
    #expect(kept(policy, of: taken, at: try instant("2026-06-01")) == [1, 2, 3])
  }

  @Test func theNewestBackupOfAPeriodRepresentsIt() throws {
    let taken = points(
      try ["2026-03-02T01:00:00Z", "2026-03-02T23:00:00Z", "2026-03-03T01:00:00Z"].map { try instant($0) })
    let decisions = try RetentionPolicy([.newestOfEach(.day, 9)])
      .decide(on: taken, at: try instant("2026-03-04"))
    #expect(decisions.map(\.isKept) == [false, true, true])
    #expect(decisions[0].reasons.map(\.description) == ["not the newest of day 2026-03-02"])
  }

  @Test(arguments: [
    (CalendarPeriod.hour, "2026-12-31T22:59:59Z", "2026-12-31T22"), (.day, "2026-12-31", "2026-12-31"),
    (.week, "2027-01-03T23:59:59Z", "2026-W53"), (.week, "2027-01-04", "2027-W01"),
    (.month, "2026-12-31", "2026-12"), (.quarter, "2026-12-31", "2026-Q4"),
    (.quarter, "2026-04-01", "2026-Q2"), (.quarter, "2026-03-31T23:59:59Z", "2026-Q1"),
    (.year, "2026-12-31", "2026"),
  ])
  func periodsAreThoseOfTheUTCCalendarAndWeeksThoseOfISO8601(
    period: CalendarPeriod, text: String, name: String
  ) throws {
    #expect(period.name(ofNumber: period.number(at: try instant(text))) == name)
  }

  @Test func aPointStaysUpToItsAgeAndNotLonger() throws {
    let policy = try RetentionPolicy([.age(.days(30))])
    let taken = try daily(1, from: "2026-03-01")
    let end = taken[0].instant + .days(30)
    #expect(kept(policy, of: taken, at: end) == [0])
    let late = policy.decide(on: taken, at: end + .nanoseconds(1))
    #expect(late[0].isKept == false)
    #expect(late[0].reasons == [.age(.days(30) + .nanoseconds(1), limit: .days(30))])
  }

  @Test func aLockedPointStaysWhateverTheRulesSayUntilItsDate() throws {
    let date = try instant("2026-04-01")
    let taken = [
      RetentionPoint(id: 0, instant: try instant("2026-03-01"), lockedUntil: date),
      RetentionPoint(id: 1, instant: try instant("2026-03-02")),
    ]
    let policy = try RetentionPolicy([.newest(1)])
    #expect(policy.decide(on: taken, at: date - .nanoseconds(1))[0].reasons == [.locked(until: date)])
    #expect(kept(policy, of: taken, at: date) == [1])
  }

  @Test func aPolicyWithoutRulesKeepsEverything() throws {
    let taken = try daily(100, from: "2016-03-01")
    let now = try instant("2226-01-01")
    #expect(kept(try RetentionPolicy([]), of: taken, at: now) == Array(0..<100))
    #expect(kept(.permanent, of: taken, at: now) == Array(0..<100))
  }

  @Test(arguments: [RetentionRule.newest(0), .newestOfEach(.week, -1), .age(.zero)])
  func aRuleThatKeepsNothingIsRefused(rule: RetentionRule) {
    #expect(throws: QuantityError.self) { try RetentionPolicy([rule]) }
  }
}
