import Schedules
import Testing
import Units

/// Examples of RFC 5545, section 3.8.5.3, read in UTC, and what the RFC says in prose.
@Suite struct RecurrenceExampleTests {
  private func days(
    _ rule: String, from start: String = "1997-09-02T09:00:00Z", first count: Int = 6
  ) throws -> [String] {
    let rule = try RecurrenceRule(parsing: rule)
    return rule.occurrences(from: try Instant(parsing: start)).prefix(count)
      .map { String($0.description.prefix(10)) }
  }

  @Test func everyOtherWeekOnTuesdayAndSundayDependsOnWhereTheWeekBegins() throws {
    let rule = "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST="
    let start = "1997-08-05T09:00:00Z"
    #expect(
      try days(rule + "MO", from: start) == ["1997-08-05", "1997-08-10", "1997-08-19", "1997-08-24"])
    #expect(
      try days(rule + "SU", from: start) == ["1997-08-05", "1997-08-17", "1997-08-19", "1997-08-31"])
  }

  @Test func everyFridayThe13th() throws {
    #expect(
      try days("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", first: 4)
        == ["1998-02-13", "1998-03-13", "1998-11-13", "1999-08-13"])
  }

  @Test func theSecondToLastWeekdayOfTheMonth() throws {
    #expect(
      try days("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", from: "1997-09-29T09:00:00Z", first: 3)
        == ["1997-09-29", "1997-10-30", "1997-11-27"])
  }

  @Test func theMondayOfWeek20() throws {
    #expect(
      try days("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", first: 3) == ["1998-05-11", "1999-05-17", "2000-05-15"])
  }

  @Test func aWeekNumberAloneStandsForTheWeekdayOfTheStart() throws {
    #expect(try days("FREQ=YEARLY;BYWEEKNO=20", first: 2) == ["1998-05-12", "1999-05-18"])
  }

  @Test func januaryDaysOfTheLastWeekOfTheYearBeforeAreFound() throws {
    #expect(
      try days("FREQ=YEARLY;BYMONTH=1;BYWEEKNO=52;BYDAY=SU", from: "2039-01-01", first: 2)
        == ["2039-01-02", "2040-01-01"])
  }

  @Test func numberedAndPlainDaysAreJoined() throws {
    #expect(
      try days("FREQ=MONTHLY;BYDAY=MO,1TU", first: 6)
        == ["1997-09-02", "1997-09-08", "1997-09-15", "1997-09-22", "1997-09-29", "1997-10-06"])
  }

  @Test func theLeapSecondIsTheSecondBeforeIt() throws {
    let rule = try RecurrenceRule(parsing: "FREQ=MINUTELY;BYSECOND=30,60")
    let start = try Instant(parsing: "2026-03-02T00:00:00Z")
    #expect(rule.occurrences(from: start).prefix(3).map { ($0 - start).seconds } == [30, 59, 90])
  }

  @Test func aFractionOfTheStartIsRoundedUp() throws {
    let start = try Instant(parsing: "2026-03-02T00:00:00.25Z")
    let first = try #require(
      try RecurrenceRule(parsing: "FREQ=DAILY").occurrences(from: start).first { _ in true })
    #expect(first == (try Instant(parsing: "2026-03-02T00:00:01Z")))
  }

  @Test(arguments: [
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=SECONDLY;INTERVAL=60;BYSECOND=5",
    "FREQ=MINUTELY;INTERVAL=120;BYHOUR=3", "FREQ=SECONDLY;INTERVAL=999999999;BYHOUR=4",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9", "FREQ=SECONDLY;UNTIL=20251231T000000Z",
    "FREQ=YEARLY;INTERVAL=999999999",
  ])
  func aRuleThatNeverMatchesEnds(text: String) throws {
    let start = try Instant(parsing: "2026-03-02T00:00:00Z")
    let rest = try RecurrenceRule(parsing: text).occurrences(from: start).drop { $0 == start }
    #expect(Array(rest.prefix(1)).isEmpty)
  }

  @Test func theEndOfTimeEndsEveryRule() throws {
    let rule = try RecurrenceRule(parsing: "FREQ=YEARLY")
    let all = Array(rule.occurrences(from: try Instant(parsing: "2026-03-02T00:00:00Z")))
    #expect(all.count == 237)
    var rest = rule.occurrences(from: .epoch)
    rest.skip(to: .distantFuture)
    #expect(rest.next() == nil)
  }

  @Test func aYearOfEverySecondIsNotStored() throws {
    let clock = "BYHOUR=" + (0..<24).map(String.init).joined(separator: ",")
    let sixty = (0..<60).map(String.init).joined(separator: ",")
    let rule = try RecurrenceRule(
      parsing: "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;\(clock);BYMINUTE=\(sixty);BYSECOND=\(sixty)")
    let start = try Instant(parsing: "2026-01-01")
    var rest = rule.occurrences(from: start)
    rest.skip(to: start + .days(364) + .nanoseconds(1))
    #expect(rest.next() == start + .days(364) + .seconds(1))
  }
}
