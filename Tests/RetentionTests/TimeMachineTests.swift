import Retention
import Schedules
import Testing
import Units
import Zones

/// Known counts and dates of schedules that run for days or years under each dialect.
@Suite struct TimeMachineTests {
  private func run(
    _ dialect: Dialect, _ rule: String = "FREQ=HOURLY", zone: String = "UTC", from start: String,
    days: Int64, _ change: (inout RetentionQuestion) throws -> Void = { _ in }
  ) throws -> RetentionTimeline {
    let zone = try Zone(named: zone)
    let timetable = Timetable(try RecurrenceRule(parsing: rule), in: zone)
    let start = try Instant(parsing: start)
    var question = RetentionQuestion(
      dialect, schedule: BackupSchedule(timetable, from: start), until: start + .days(days) - .seconds(1),
      zone: zone)
    try change(&question)
    return TimeMachine.run(question)
  }

  private func sanoid(_ counts: [Int]) -> Dialect {
    var policy = SanoidPolicy()
    policy.counts = counts
    return .sanoid(policy)
  }

  private func counts(of timeline: RetentionTimeline) -> [Int] {
    (0..<6).map { type in timeline.lives.count { $0.point.series == type } }
  }

  /// sanoid's own test-suite: the year 2017 in Vienna in hourly steps.
  @Test func sanoidMakesAYearOfSnapshotsAsItsOwnTestsSay() throws {
    let timeline = try run(
      sanoid([0, 9_999, 9_999, 0, 9_999, 0]), zone: "Europe/Vienna", from: "2016-12-31T23:00:00Z", days: 365
    ) {
      // Nothing expires in this year, so one prune says as much as many.
      $0.prune = BackupSchedule(try RecurrenceRule(parsing: "FREQ=YEARLY"), from: $0.schedule.start)
    }
    #expect(counts(of: timeline) == [0, 8_760, 365, 0, 12, 0])
  }

  /// sanoid's own test-suite: three days around the autumn change, one of 25 hours, in steps of 15 minutes.
  @Test func sanoidMakesSnapshotsOfALongDayAsItsOwnTestsSay() throws {
    let timeline = try run(
      sanoid([0, 9_999, 9_999, 0, 9_999, 0]), "FREQ=MINUTELY;INTERVAL=15", zone: "Europe/Vienna",
      from: "2017-10-27T22:00:00Z", days: 3
    ) { $0.end = Instant(second: 1_509_400_800) }
    #expect(counts(of: timeline) == [0, 73, 3, 0, 1, 0])
  }

  @Test func aWeeklyFullAndTwoPointsKeepUpToNine() throws {
    let timeline = try run(
      .gfs(GFSPolicy(points: 2)), "FREQ=DAILY", from: "2027-01-04T00:00:00Z", days: 60)
    #expect(timeline.presentMaximum == 9)
    #expect(timeline.presences(at: timeline.question.end).count >= 2)
  }

  @Test func dlmKeepsLocalSnapshotsByCountAndCopiesByAge() throws {
    let policy = DLMPolicy(count: 3, copies: [.init(region: "eu-west-1", age: .days(10))])
    let timeline = try run(.dlm(policy), "FREQ=DAILY", from: "2027-01-01T00:00:00Z", days: 30)
    let present = timeline.presences(at: timeline.question.end).map { timeline.lives[$0.life].point.series }
    #expect(present.count { $0 == 0 } == 3)
    #expect(present.count { $0 == 1 } == 11)
  }

  @Test func anOutageDoesNotUseUpTheDaysOfRestic() throws {
    var restic = ResticForget()
    restic.counts[ResticForget.Period.daily.rawValue] = 7
    let start = try Instant(parsing: "2027-01-01T00:00:00Z")
    let outage = start + .days(20)..<start + .days(30)
    let kept = try run(.restic(restic), from: "2027-01-01T00:00:00Z", days: 31) { $0.outages = [outage] }
    let days = Set(
      kept.presences(at: kept.question.end).map { CivilTime(kept.lives[$0.life].point.instant).day })
    #expect(days == [15, 16, 17, 18, 19, 20, 31])
  }

  @Test func aLockOutlivesTheRule() throws {
    let rule = Dialect.own(OwnRules(try RetentionPolicy([.newest(2)])))
    let timeline = try run(rule, "FREQ=DAILY", from: "2027-01-01T00:00:00Z", days: 30) { $0.lock = .days(5) }
    #expect(timeline.presences(at: timeline.question.end).count == 5)
    #expect(timeline.lives[0].ended == timeline.lives[0].point.instant + .days(5))
  }

  // MARK: CBR: the four cases of a changed rule

  private func cbr(_ before: CBRPolicy.Keep, then after: CBRPolicy.Keep) throws -> RetentionTimeline {
    try run(.cbr(CBRPolicy(before)), "FREQ=DAILY;BYHOUR=1", from: "2027-01-01T00:00:00Z", days: 90) {
      question in
      question.changes = [(question.schedule.start + .days(30), .cbr(CBRPolicy(after)))]
    }
  }

  @Test func aLoweredCountDropsOldPointsAtTheNextBackup() throws {
    let timeline = try cbr(.count(20), then: .count(5))
    let change = timeline.question.changes[0].instant
    #expect(timeline.presences(at: change).count == 20)
    #expect(timeline.presences(at: change + .hours(1)).count == 5)
  }

  @Test func pointsMadeUnderACountStayForEverUnderADuration() throws {
    let timeline = try cbr(.count(10), then: .duration(days: 7))
    let old = timeline.presences(at: timeline.question.end).filter {
      timeline.lives[$0.life].point.instant < timeline.question.changes[0].instant
    }
    #expect(old.count == 10)
    #expect(old.allSatisfy { $0.finding.note == .orphaned })
  }

  @Test func pointsKeepTheDateThatTheirDurationGaveThem() throws {
    let timeline = try cbr(.duration(days: 10), then: .duration(days: 60))
    let old = timeline.lives.filter { $0.point.instant < timeline.question.changes[0].instant }
    // The clean-up runs every other day.
    #expect(old.allSatisfy { life in life.ended.map { $0 - life.point.instant <= .days(12) } ?? false })
    #expect(timeline.presences(at: timeline.question.end).count >= 59)
  }

  @Test func underACountAfterADurationEitherRuleDropsAPoint() throws {
    let byCount = try cbr(.duration(days: 40), then: .count(5))
    #expect(byCount.presences(at: byCount.question.changes[0].instant + .hours(2)).count == 5)
    let byDate = try cbr(.duration(days: 3), then: .count(50))
    let old = byDate.lives.filter { $0.point.instant < byDate.question.changes[0].instant }
    #expect(old.allSatisfy { $0.ended != nil && $0.end.note == .expired })
  }

  // MARK: rsnapshot and spans

  @Test func rsnapshotHasNoWeeklyPointBeforeTheDailySlotsAreFull() throws {
    let levels = [("hourly", 4), ("daily", 3), ("weekly", 2)].map {
      RsnapshotLevels.Level(name: $0.0, count: $0.1)
    }
    let timeline = try run(
      .rsnapshot(RsnapshotLevels(levels)), "FREQ=HOURLY;INTERVAL=6", from: "2027-01-04T00:00:00Z", days: 40)
    let early = timeline.presences(at: timeline.question.schedule.start + .days(3))
    #expect(early.allSatisfy { $0.finding.rules & 4 == 0 })
    let late = timeline.presences(at: timeline.question.end)
    #expect(late.count { $0.finding.rules & 4 != 0 } == 2)
    #expect(late.count { $0.finding.rules & 2 != 0 } <= 3)
  }

  @Test func spansSayTheSameAsTheDaysThemselves() throws {
    var rules = ResticForget()
    rules.counts = [0, 3, 4, 2, 2, 0]
    let timeline = try run(.restic(rules), zone: "Europe/Lisbon", from: "2027-03-01T00:00:00Z", days: 60)
    let ends = timeline.dayEnds
    let spans = timeline.spans
    for (day, end) in ends.enumerated() {
      let present = timeline.presences(at: end)
      let found = spans.filter { $0.days.contains(day) }
      #expect(Set(found.map(\.life)) == Set(present.map(\.life)))
      for presence in present {
        #expect(found.first { $0.life == presence.life }?.finding.rules == presence.finding.rules)
      }
    }
  }

  @Test func aDayInLisbonEndsAtItsOwnMidnight() throws {
    let rule = Dialect.own(OwnRules(try RetentionPolicy([.newest(2)])))
    let timeline = try run(rule, zone: "Europe/Lisbon", from: "2027-03-27T00:00:00Z", days: 3)
    #expect(
      timeline.dayEnds.prefix(2).map { ($0 + .nanoseconds(1)).description } == [
        "2027-03-28T00:00:00Z", "2027-03-28T23:00:00Z",
      ])
  }

  /// A lock of a nanosecond changes nothing but makes the machine look at every point.
  @Test(arguments: 0..<24)
  func aPruneThatLeapsOverPeriodsDropsTheSamePoints(_ seed: UInt64) throws {
    var stream = RandomStream(seed: seed, stream: "leaps")
    func count() -> Int { Int(stream.below(6)) }
    var restic = ResticForget()
    restic.counts = (0..<6).map { _ in count() }
    if seed % 2 == 0 { restic.within = try ResticForget.Interval(parsing: "\(1 + count())d7h") }
    if seed % 3 == 0 { restic.withinPeriods[2] = try ResticForget.Interval(parsing: "\(1 + count())m") }
    var borg = BorgPrune()
    borg.counts = [0, 0, count(), count(), count(), count(), 0, 0, count()]
    if seed % 2 == 0 { borg.within = .days(1 + Int64(count())) }
    let own = try RetentionPolicy([
      .newest(1 + count()), .newestOfEach(.day, 1 + count()), .newestOfEach(.week, 1 + count()),
      .age(.hours(30)),
    ])
    let barman = [
      BarmanRetention(.redundancy(1 + count()), redundancyMinimum: count()),
      BarmanRetention(.recoveryWindow(days: 1 + count()), redundancyMinimum: 12 * count()),
    ]
    let dialects =
      [Dialect.restic(restic), .borg(borg), .own(OwnRules(own))] + barman.map { .barman($0) }
      + [
        .awsBackup(
          try AWSBackupLifecycle(deleteAfterDays: 1 + count(), coldAfterDays: nil, isContinuous: false))
      ]
    for dialect in dialects {
      func timeline(_ lock: Duration?) throws -> RetentionTimeline {
        try run(
          dialect, "FREQ=HOURLY;INTERVAL=2", zone: "Australia/Lord_Howe", from: "2027-03-20T00:00:00Z",
          days: 60
        ) { $0.lock = lock }
      }
      let leaping = try timeline(nil).lives.map(\.ended)
      #expect(try leaping == timeline(.nanoseconds(1)).lives.map(\.ended), "\(dialect)")
    }
  }

  /// A point that is dropped never comes back, and no prune drops what the rules keep.
  @Test(arguments: 0..<12)
  func everyDropHasAReasonAndEveryPointOneEnd(_ place: Int) throws {
    var restic = ResticForget()
    restic.counts = [1, 2, 3, 2, 2, 1]
    var borg = BorgPrune()
    borg.counts = [0, 0, 3, 4, 2, 2, 0, 0, 1]
    var expire = PgBackRestExpire()
    expire.full = 2
    expire.differential = 3
    var snapper = SnapperTimeline()
    snapper.limits = [5, 5, 2, 2, 1]
    let dialects: [Dialect] = [
      .own(OwnRules(try RetentionPolicy([.newestOfEach(.day, 3), .age(.days(1))]))), .restic(restic),
      .borg(borg),
      .pgBackRest(expire), .barman(BarmanRetention(.recoveryWindow(days: 3), redundancyMinimum: 2)),
      sanoid([0, 5, 5, 2, 2, 0]), .btrbk(try BtrbkPolicy(preserve: "5h 4d 2w 2m", minimum: "2h")),
      .snapper(snapper),
      .zfsAutoSnapshot(
        ZFSAutoSnapshotLabels([("hourly", 5), ("daily", 4)].map { .init(name: $0.0, count: $0.1) })),
      .cbr(CBRPolicy(.count(5), periods: [3, 2, 2, 1])),
      .awsBackup(try AWSBackupLifecycle(deleteAfterDays: 12)),
      .gfs(GFSPolicy(points: 5, periods: [2, 2, 1])),
    ]
    let timeline = try run(dialects[place], "FREQ=HOURLY;INTERVAL=3", from: "2027-01-01T00:00:00Z", days: 45)
    for life in timeline.lives {
      guard let ended = life.ended else { continue }
      #expect(ended >= life.point.instant)
      #expect(!life.end.isKept)
      #expect(!dialects[place].explanation(life.end).isEmpty)
    }
    let present = timeline.presences(at: timeline.question.end)
    #expect(!present.isEmpty && present.count < timeline.lives.count)
    #expect(present.allSatisfy { !dialects[place].explanation($0.finding).isEmpty })
  }
}
