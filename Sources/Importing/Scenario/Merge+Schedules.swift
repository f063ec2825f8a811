import Schedules
import Units

/// The weeks that an imported scenario rehearses, from the start of scenarios on.
enum RehearsedWeeks {
  /// The default start of scenarios, 2026-03-02.
  private static let start = Instant.epoch + .days(20_514)
  /// The default warm-up of 4 d with the window of 7 d.
  private static let usual = Duration.days(11)
  /// The warm-up in which even a monthly schedule runs, before disasters strike.
  static let longWarmUp = Duration.days(32)
  private static let longest = longWarmUp + .days(7)
  /// The limit on runs, somewhat below that of scenarios.
  private static let runsMaximum = 45_000

  /// Returns the instants of a schedule in UTC, from the tool's notation where only that says all.
  private static func timetable(of schedule: Schedule) -> Timetable? {
    if schedule.isNative, let notation = schedule.notation {
      if notation.hasPrefix("onCalendar") {
        return (try? CalendarEvent(parsing: schedule.written)).map { Timetable(.calendar($0)) }
      }
      if notation.hasSuffix("aws") {
        return (try? CronRule(parsing: schedule.written.trimmingBlanks, dialect: .aws)).map {
          Timetable(.cron($0))
        }
      }
    }
    return (try? RecurrenceRule(parsing: schedule.rule)).map { Timetable($0) }
  }

  /// The fit of a schedule into the weeks.
  enum Fit: Equatable { case usual, longWarmUp, never, tooOften }

  static func fit(_ schedule: Schedule) -> Fit {
    guard let timetable = timetable(of: schedule) else { return .usual }
    var runs = 0
    var first: Instant?
    for instant in BackupSchedule(timetable, from: start).slots {
      // A time zone may move a run by a day.
      if instant > start + longest - .days(1) || runs > runsMaximum { break }
      first = first ?? instant
      runs += 1
    }
    guard let first else { return .never }
    if runs > runsMaximum { return .tooOften }
    return first > start + usual - .days(1) ? .longWarmUp : .usual
  }
}

extension Merge {
  /// Fits schedules into the rehearsed weeks: leaves out yearly ones, and runs at most every minute.
  mutating func fitSchedules() {
    for index in findings.policies.indices {
      var schedules: [Schedule] = []
      for var schedule in findings.policies[index].schedules {
        switch RehearsedWeeks.fit(schedule) {
        case .usual, .longWarmUp: break
        case .never:
          let text = "'\(schedule.written)' is not rehearsed: it does not run in the weeks of a rehearsal"
          findings.policies[index].comments.append(text)
          findings.note("\(text) ('\(findings.policies[index].name)')", schedule.origin)
          continue
        case .tooOften:
          schedule.comments.append("more often than a rehearsal follows: every 5 minutes are rehearsed")
          schedule.rule = "FREQ=MINUTELY;INTERVAL=5;BYSECOND=0"
          schedule.notation = nil
          schedule.isNative = false
        }
        schedules.append(schedule)
      }
      if schedules.isEmpty, !findings.policies[index].schedules.isEmpty {
        findings.policies[index].absence = findings.policies[index].absence ?? .tooRare
      }
      findings.policies[index].schedules = schedules
    }
  }
}
