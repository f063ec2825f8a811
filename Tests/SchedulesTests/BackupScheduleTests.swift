import Schedules
import Testing
import Units

@Suite struct BackupScheduleTests {
  private let midnight = CivilTime(year: 2026, month: 3, day: 2).instant

  private func schedule(_ rule: String) throws -> BackupSchedule {
    BackupSchedule(try RecurrenceRule(parsing: rule), from: midnight)
  }

  /// The slots that are taken when every run lasts as given; a run of zero length is allowed.
  private func taken(_ schedule: BackupSchedule, lasting durations: [Duration]) -> [Duration] {
    var slots: [Duration] = []
    var slot = schedule.slot(notBefore: midnight)
    for duration in durations {
      guard let taken = slot else { break }
      slots.append(taken - midnight)
      slot = schedule.slot(afterRunOf: taken, endingAt: taken + duration)
    }
    return slots
  }

  @Test func aRunOf90MinutesSwallowsTheSlotThatItOverlaps() throws {
    let hourly = try schedule("FREQ=HOURLY;COUNT=3")
    #expect(taken(hourly, lasting: [.minutes(90), .minutes(5), .minutes(5)]) == [.zero, .hours(2)])
  }

  @Test func aSlotOnTheVeryEndOfARunIsFree() throws {
    let hourly = try schedule("FREQ=HOURLY")
    #expect(
      taken(hourly, lasting: [.hours(1), .hours(1) + .nanoseconds(1), .minutes(1)])
        == [.zero, .hours(1), .hours(3)])
  }

  @Test func aRunThatTakesNoTimeDoesNotTakeItsSlotTwice() throws {
    #expect(taken(try schedule("FREQ=HOURLY"), lasting: [.zero, .zero]) == [.zero, .hours(1)])
  }

  @Test func swallowedSlotsCountTowardsTheEndOfTheRule() throws {
    #expect(taken(try schedule("FREQ=HOURLY;COUNT=2"), lasting: [.minutes(90), .zero]) == [.zero])
  }

  @Test func slotsAreCountedFromTheStartNotFromTheInstantAskedFor() throws {
    let schedule = try schedule("FREQ=HOURLY;INTERVAL=7")
    #expect(schedule.slot(notBefore: midnight + .days(1)) == midnight + .hours(28))
    #expect(schedule.slot(notBefore: midnight - .days(9)) == midnight)
    #expect(schedule.slot(after: midnight) == midnight + .hours(7))
    #expect(schedule.slot(after: .distantFuture) == nil)
  }
}
