/// A program whose interpretation of cron expressions is implemented.
///
/// All agree on most expressions. They differ in the number of fields, in the days when both day fields are restricted, in
/// the number of Monday, and in what happens when the clock changes.
public enum CronDialect: String, CaseIterable, Hashable, Sendable {
  /// Debian's cron 3.0pl1, observed through both clock changes of 2026. Jobs at a fixed time run just after a
  /// gap, and once in a repeated hour. Jobs whose minute or hour begins with `*` follow elapsed time.
  case cron
  /// croniter 7.0 (Python).
  case croniter
  /// cronsim 2.8 (Python).
  case cronsim
  /// APScheduler 3.11 (Python), where 0 is Monday.
  case apscheduler
  /// Kubernetes CronJobs, Velero and others that use robfig/cron.
  case kubernetes
  /// CloudNativePG's ScheduledBackup: robfig/cron with a first field for seconds.
  case cloudNativePG
  /// AWS: six fields, `?`, a year, and Sunday is 1.
  case aws

  var fieldNames: [String] {
    let five = ["minute", "hour", "day of month", "month", "day of week"]
    return switch self {
    case .cloudNativePG: ["second"] + five
    case .aws: five + ["year"]
    case .cron, .croniter, .cronsim, .apscheduler, .kubernetes: five
    }
  }

  /// The number and the weekday of the first day of a week.
  var weekStart: (number: Int, weekday: Weekday) {
    switch self {
    case .aws: (1, .sunday)
    case .apscheduler: (0, .monday)
    case .cron, .croniter, .cronsim, .kubernetes, .cloudNativePG: (0, .sunday)
    }
  }

  /// Whether `*/7` in a day field counts as unrestricted. The expression then fires on days that match both fields.
  var stepIsUnrestricted: Bool { self == .cron || self == .cronsim }
  /// Whether both day fields must match even when both are restricted.
  var needsBothDays: Bool { self == .apscheduler || self == .aws }
}

extension CronRule {
  var clockChange: ClockChange {
    switch dialect {
    case .cron:
      followsPassingTime
        ? ClockChange(gap: .skipped, repeats: true) : ClockChange(gap: .atTheChange, repeats: false)
    case .croniter:
      ClockChange(gap: followsPassingTime ? .skipped : .atTheChange, repeats: true)
    case .cronsim:
      followsPassingTime
        ? ClockChange(gap: .skipped, repeats: true) : ClockChange(gap: .atTheChange, repeats: false)
    case .apscheduler: ClockChange(gap: .shifted, repeats: followsPassingTime)
    case .kubernetes, .cloudNativePG: ClockChange(gap: .skipped, repeats: true)
    case .aws: ClockChange(gap: .skipped, repeats: false)
    }
  }
}
