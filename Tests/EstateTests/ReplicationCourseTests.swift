import Estate
import Replication
import Testing
import Units

/// The meter of a copy follows from its source's claims to the nanosecond, however seldom the source says anything.
@Suite struct ReplicationCourseTests {
  private let start = SmallEstate.start

  private func claim(
    oldest: Instant?, hasCopy: Bool = true, isProtecting: Bool = true, isDegraded: Bool = false
  ) -> ReplicationClaim {
    ReplicationClaim(oldest: oldest, hasCopy: hasCopy, isProtecting: isProtecting, isDegraded: isDegraded)
  }

  @Test func aViolationBeginsWhenTheOldestWriteIsOlderThanTheObjective() {
    var course = ReplicationCourse(of: claim(oldest: nil), against: .minutes(1), at: start)
    course.observe(claim(oldest: start + .seconds(10)), at: start + .seconds(10))
    course.observe(claim(oldest: nil), at: start + .seconds(100))
    let reading = course.read(at: start + .seconds(200))
    #expect(reading.violations.count == 1 && reading.violations.total == .seconds(30))
    #expect(reading.peakLag == .seconds(90))
    #expect(reading.timeInRPO == .percent(85))
    // A triangle of 90 s by 90 s in 200 s.
    #expect(reading.meanLag == .milliseconds(20_250))
  }

  @Test func aViolationThatGoesOnEndsWhereItIsRead() {
    let course = ReplicationCourse(of: claim(oldest: start), against: .minutes(1), at: start)
    #expect(course.read(at: start + .seconds(60)).violations.count == 0)
    let reading = course.read(at: start + .seconds(61))
    #expect(reading.violations.count == 1 && reading.violations.longest == .seconds(1))
    #expect(course.read(at: start + .seconds(90)).violations.longest == .seconds(30))
  }

  @Test func withoutACopyThereIsNoLagToSpeakOf() {
    var course = ReplicationCourse(
      of: claim(oldest: start, hasCopy: false, isProtecting: false), against: .minutes(1), at: start)
    course.observe(claim(oldest: nil), at: start + .seconds(8))
    let reading = course.read(at: start + .seconds(16))
    #expect(reading.peakLag == nil && reading.lag.samples.max() == .noCopy)
    #expect(reading.violations.total == .seconds(8) && reading.unprotected.total == .seconds(8))
    #expect(reading.meanLag == .zero && reading.timeInRPO == .percent(50))
  }

  @Test func aSourceThatIsLostLeavesItsLastClaim() {
    var course = ReplicationCourse(of: claim(oldest: start), against: .minutes(1), at: start)
    course.observe(nil, at: start + .seconds(7))
    let reading = course.read(at: start + .hours(1))
    #expect(reading.lagWhenLost == .seconds(7) && reading.peakLag == .seconds(7))
    #expect(reading.unprotected.count == 1 && reading.violations.count == 0)
    #expect(reading.lag.samples.last == .unknown)
  }

  @Test func aSeriesOfAnyLengthKeepsItsPeak() {
    var course = ReplicationCourse(of: claim(oldest: nil), against: .minutes(1), at: start)
    for hour in 0..<Int64(500) {
      let now = start + .hours(hour)
      course.observe(claim(oldest: now), at: now)
      course.observe(claim(oldest: nil), at: now + .seconds(hour == 250 ? 50 : 5))
    }
    let series = course.read(at: start + .hours(500)).lag
    #expect(
      series.samples.count <= LagSeries.stepsMaximum && series.samples.count > LagSeries.stepsMaximum / 2)
    #expect(series.samples.max() == .lag(.seconds(50)))
    #expect(series.samples.count { $0 == .lag(.seconds(50)) } == 1)
  }
}
