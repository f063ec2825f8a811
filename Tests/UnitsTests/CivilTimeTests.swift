import Testing
import Units

@Suite("Civil time")
struct CivilTimeTests {
  @Test func everyDayFrom1700To2250FollowsTheOneBefore() {
    var days = CivilTime(year: 1700, month: 1, day: 1).daysSinceEpoch
    for year in 1700...2250 {
      for month in 1...12 {
        for day in 1...CivilTime.length(ofMonth: month, in: year) {
          let civil = CivilTime(year: year, month: month, day: day)
          // One comparison for all: 200,000 expectations would take seconds.
          if civil.daysSinceEpoch != days || CivilTime(daysSinceEpoch: days) != civil
            || CivilTime(civil.instant) != civil
          {
            Issue.record("\(civil)")
          }
          days += 1
        }
      }
    }
    #expect(days == CivilTime(year: 2251, month: 1, day: 1).daysSinceEpoch)
  }

  @Test func anchors() {
    #expect(CivilTime(.epoch) == CivilTime(year: 1970, month: 1, day: 1))
    #expect(CivilTime(year: 2000, month: 3, day: 1).daysSinceEpoch == 11_017)
    #expect(CivilTime(Instant.epoch - .nanoseconds(1)).description == "1969-12-31T23:59:59.999999999Z")
    // 31 January 2017, 23:27 UTC, when the deletion at GitLab.com was stopped.
    #expect(
      CivilTime(year: 2017, month: 1, day: 31, hour: 23, minute: 27).instant.nanoseconds
        == 1_485_905_220_000_000_000)
  }

  @Test func theEndsOfTimeHaveADate() {
    #expect(CivilTime(Instant(nanoseconds: .min)).description == "1677-09-21T00:12:43.145224192Z")
    #expect(CivilTime(.distantFuture).description == "2262-04-11T23:47:16.854775807Z")
  }

  @Test func weekdays() {
    #expect(CivilTime(year: 1970, month: 1, day: 1).weekday == 3)
    #expect(CivilTime(year: 2017, month: 1, day: 31).weekday == 1)
    #expect(CivilTime(year: 1700, month: 1, day: 1).weekday == 4)
    #expect(CivilTime(year: 2026, month: 3, day: 2).weekday == 0)
  }

  @Test func leapYears() {
    #expect([1700, 1800, 1900, 2000, 2004, 2023, 2100].filter(CivilTime.isLeap) == [2000, 2004])
    #expect(CivilTime.length(ofMonth: 2, in: 2000) == 29)
    #expect((1...12).map { CivilTime.length(ofMonth: $0, in: 2023) }.reduce(0, +) == 365)
  }

  @Test func civilTimesOrderAsTheirInstants() {
    var random = RandomStream(seed: 3, stream: "civil order")
    let instants = (0..<200).map { _ in Instant(nanoseconds: Int64(random.below(5_000_000_000))) }
    for (a, b) in zip(instants, instants.dropFirst()) {
      #expect((CivilTime(a) < CivilTime(b)) == (a < b))
    }
  }

  @Test func flooredDivision() {
    for a in -7...7 as ClosedRange<Int> {
      for b in [-3, -2, -1, 1, 2, 3] {
        let (quotient, remainder) = (a.flooredQuotient(b), a.flooredRemainder(b))
        #expect(quotient * b + remainder == a)
        #expect(remainder == 0 || (remainder < 0) == (b < 0))
        #expect(abs(remainder) < abs(b))
      }
    }
    #expect(Int64.min.flooredRemainder(10) == 2)
  }
}
