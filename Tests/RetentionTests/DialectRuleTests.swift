import Retention
import Schedules
import Testing
import Units
import Zones

/// Rules at their limits, from the tools' measured behaviour.
@Suite struct DialectRuleTests {
  private func points(_ times: [String]) throws -> [ArchivedPoint] {
    try times.map { ArchivedPoint(name: $0, instant: try Instant.iso($0).instant) }
  }

  @Test func resticKeepsStrictlyLaterThanItsLimit() throws {
    let list = try points(["2026-11-22T12:00:00Z", "2026-11-22T12:00:01Z", "2026-11-29T12:00:00Z"])
    var rules = ResticForget()
    rules.within = try ResticForget.Interval(parsing: "7d")
    let kept = Dialect.restic(rules).kept(list, at: try Instant(parsing: "2026-11-29T12:00:00Z"))
    #expect(kept.keys.sorted() == ["2026-11-22T12:00:01Z", "2026-11-29T12:00:00Z"])
  }

  /// 31 March minus one month is 3 March.
  @Test func resticLetsADayThatTheMonthLacksRollOn() throws {
    let list = try points(["2026-03-03T12:00:00Z", "2026-03-03T12:00:01Z", "2026-03-31T12:00:00Z"])
    var rules = ResticForget()
    rules.within = try ResticForget.Interval(parsing: "1m")
    let kept = Dialect.restic(rules).kept(list, at: try Instant(parsing: "2026-04-01T00:00:00Z"))
    #expect(kept.keys.sorted() == ["2026-03-03T12:00:01Z", "2026-03-31T12:00:00Z"])
  }

  @Test func aNegativeCountOfResticKeepsNothing() throws {
    let list = try points(["2026-03-03T12:00:00Z"])
    var rules = ResticForget()
    #expect(Dialect.restic(rules).kept(list, at: list[0].instant).count == 1)
    rules.counts[0] = -1
    #expect(Dialect.restic(rules).kept(list, at: list[0].instant).isEmpty)
  }

  @Test func borgTakesBothHoursOfAnAutumnNightForOne() throws {
    let list = try points(["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"])
    var rules = BorgPrune()
    rules.counts[BorgPrune.Rule.hourly.rawValue] = 2
    let kept = Dialect.borg(rules).kept(
      list, at: try Instant(parsing: "2026-10-26T00:00:00Z"), zone: try Zone(named: "Europe/Berlin"))
    #expect(kept.keys.sorted() == ["2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"])
  }

  @Test func barmanKeepsABackupThatEndedExactlyAtTheLimit() throws {
    let now = try Instant(parsing: "2026-11-29T12:00:00Z")
    let list = try points(["2026-11-20T12:00:00Z", "2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z"])
    let rules = Dialect.barman(BarmanRetention(.recoveryWindow(days: 7)))
    // The first backup older than the window stays too.
    #expect(rules.kept(list, at: now).keys.sorted() == ["2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z"])
  }

  @Test func btrbksWindowOfFourteenDaysCanKeepFifteen() throws {
    let now = try Instant(parsing: "2026-11-29T12:00:00Z")
    let list = (0..<30).map { ArchivedPoint(name: "\($0)", instant: now - .days($0)) }
    let rules = Dialect.btrbk(try BtrbkPolicy(preserve: "14d", minimum: "latest"))
    #expect(rules.kept(list, at: now).count == 15)
  }

  @Test(arguments: ["no", "14", "*d", "d"])
  func btrbkRefusesMinimaThatItDoesNotKnow(_ text: String) {
    #expect(throws: QuantityError.self) { try BtrbkPolicy(preserve: "14d", minimum: text) }
  }

  @Test(arguments: ["7", "1s", "d7", ""])
  func intervalsThatResticRefusesAreRefused(_ text: String) {
    #expect(throws: QuantityError.self) { try ResticForget.Interval(parsing: text) }
  }

  @Test func coldStorageLastsAtLeastNinetyDays() {
    #expect(throws: QuantityError.self) { try AWSBackupLifecycle(deleteAfterDays: 100, coldAfterDays: 30) }
    #expect(throws: Never.self) { try AWSBackupLifecycle(deleteAfterDays: 120, coldAfterDays: 30) }
    #expect(throws: QuantityError.self) { try AWSBackupLifecycle(deleteAfterDays: 40, isContinuous: true) }
  }

  @Test func aLockKeepsWhatEveryRuleDrops() throws {
    var list = try points(["2026-11-20T12:00:00Z", "2026-11-21T12:00:00Z"])
    list[0].lockedUntil = try Instant(parsing: "2026-12-31T00:00:00Z")
    let rules = Dialect.own(OwnRules(try RetentionPolicy([.newest(1)])))
    let now = try Instant(parsing: "2026-11-29T12:00:00Z")
    #expect(rules.findings(on: list, at: now).map(\.note) == [.locked, .none])
  }

  /// The rules of scenarios and the same rules as a dialect are one.
  @Test(arguments: 0..<40)
  func ownRulesDecideAsScenariosDo(_ seed: UInt64) throws {
    var stream = RandomStream(seed: seed, stream: "own rules")
    let start = CivilTime(year: 2026, month: 1, day: 1).instant
    let instants = (0..<60).map { _ in start + .hours(Int64(stream.below(3_000))) }.sorted()
    let policy = try RetentionPolicy([
      .newest(1 + Int(stream.below(5))), .newestOfEach(.day, 1 + Int(stream.below(9))),
      .newestOfEach(.week, 1 + Int(stream.below(5))), .age(.days(Int64(1 + stream.below(20)))),
    ])
    let now = start + .hours(3_000)
    let zone = try Zone(named: "America/New_York")
    let decisions = policy.decide(
      on: instants.enumerated().map { RetentionPoint(id: $0.offset, instant: $0.element) }, at: now, in: zone)
    let findings = Dialect.own(OwnRules(policy)).findings(
      on: instants.map { ArchivedPoint(instant: $0) }, at: now, zone: zone)
    #expect(decisions.map(\.isKept) == findings.map(\.isKept))
  }

  @Test func aPolicyCanLetAToolDecide() throws {
    var rules = ResticForget()
    rules.counts[ResticForget.Period.daily.rawValue] = 2
    let policy = RetentionPolicy(.restic(rules))
    let start = CivilTime(year: 2026, month: 1, day: 1).instant
    let decisions = policy.decide(
      on: (0..<72).map { RetentionPoint(id: $0, instant: start + .hours(Int64($0))) }, at: start + .hours(72))
    #expect(decisions.filter(\.isKept).map(\.point.id) == [47, 71])
    #expect(decisions[71].reasons.map(\.description) == ["daily snapshot #1"])
  }
}
