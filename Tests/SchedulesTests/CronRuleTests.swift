import Schedules
import Testing
import Units

@Suite struct CronRuleTests {
  private func days(_ text: String, _ dialect: CronDialect = .cron) throws -> [Int] {
    let timetable = Timetable(.cron(try CronRule(parsing: text, dialect: dialect)))
    let start = CivilTime(year: 2026, month: 11, day: 1).instant
    return BackupSchedule(timetable, from: start).slots.prefix {
      CivilTime($0).month == 11 && CivilTime($0).year == 2026
    }
    .map { CivilTime($0).day }
  }

  @Test func bothRestrictedDayFieldsMeanEither() throws {
    #expect(try days("0 3 13 * 5") == [6, 13, 20, 27])
    #expect(try days("0 3 14 * 5") == [6, 13, 14, 20, 27])
  }

  /// November 2026 begins on a Sunday; the days of `*/7` are 1, 8, 15, 22 and 29.
  @Test func aSteppedDayWithAWeekdayIsReadAsEachProgramReadsIt() throws {
    #expect(try days("0 3 */7 * 1", .croniter) == [1, 2, 8, 9, 15, 16, 22, 23, 29, 30])
    #expect(try days("0 3 */7 * 1", .cronsim) == [])
    #expect(try days("0 3 */7 * 0", .cronsim) == [1, 8, 15, 22, 29])
    #expect(try days("0 3 2-31/7 * 0", .apscheduler) == [2, 9, 16, 23, 30])
  }

  @Test func mondayHasTheNumberThatTheProgramGivesIt() throws {
    #expect(try days("0 3 * * 1") == [2, 9, 16, 23, 30])
    #expect(try days("0 3 * * 1", .apscheduler) == [3, 10, 17, 24])
    #expect(try days("0 3 ? * 1 *", .aws) == [1, 8, 15, 22, 29])
    #expect(try days("0 3 * * 7") == [1, 8, 15, 22, 29])
  }

  @Test func theFirstMondayIsEveryMondayToAPScheduler() throws {
    #expect(try days("0 3 * * MON#1", .croniter) == [2])
    #expect(try days("0 3 * * MON#1", .apscheduler) == [2, 9, 16, 23, 30])
  }

  @Test func awsKnowsLastDaysAndNearestWorkdays() throws {
    #expect(try days("0 3 L * ? *", .aws) == [30])
    #expect(try days("0 3 1W * ? *", .aws) == [2])
    #expect(try days("0 3 ? * 6L *", .aws) == [27])
    #expect(try days("0 3 ? * 3#2 2026", .aws) == [10])
  }

  @Test func wordsAndStepsAreRead() throws {
    #expect(try days("@weekly") == [1, 8, 15, 22, 29])
    #expect(try days("0 0 25-30/2 * *") == [25, 27, 29])
    #expect(try days("0 0 * nov sat") == [7, 14, 21, 28])
  }

  @Test(arguments: [
    ("0 0 30 2 *", "never fires"), ("0 0 0 * * *", "6 fields"), ("61 * * * *", "field for the minute"),
    ("@reboot", "no calendar"), ("5 4 * *", "4 fields"), ("0 5-2 * * *", "backwards"),
    ("0 0 * * mun", "day of week"),
  ])
  func whatNoProgramRunsIsRefused(_ text: String, _ reason: String) {
    let error = #expect(throws: QuantityError.self) { try CronRule(parsing: text) }
    #expect(error?.problem.contains(reason) == true, "\(error?.problem ?? "")")
    #expect(error?.hint.isEmpty == false)
  }
}
