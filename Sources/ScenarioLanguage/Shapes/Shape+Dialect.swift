import Documents
import Retention
import Schedules
import Units

extension Shape<Dialect> {
  /// The rules of one tool or provider, in its own words.
  static let dialect = choice("The retention rules of one tool or provider, in its own words.", ways)
    .defined(as: "dialect", "The retention rules of one tool or provider, in its own words.")

  static let names = ways.map(\.key)

  private static let ways: [Way<Dialect>] = [
    Way("restic", restic, "restic forget (0.14)."),
    Way("borg", borg, "borg prune (1.2 and 1.4)."),
    Way("pgbackrest", pgBackRest, "pgbackrest expire (2.45)."),
    Way("barman", barman, "barman's retention policy (3.4 and 3.20)."),
    Way("sanoid", sanoid, "sanoid (2.1)."),
    Way("btrbk", btrbk, "btrbk (0.32)."),
    Way("snapper", snapper, "snapper's timeline (0.10)."),
    Way("rsnapshot", rsnapshot, "rsnapshot (1.4), the lowest level first."),
    Way("zfsAutoSnapshot", zfsAutoSnapshot, "zfs-auto-snapshot (1.2): how many of each label."),
    Way("cbr", cbr, "Cloud Backup and Recovery."),
    Way("dlm", dlm, "AWS Data Lifecycle Manager."),
    Way("awsBackup", awsBackup, "AWS Backup."),
    Way("gfs", gfs, "Forward incremental chains with weekly, monthly and yearly fulls, as Veeam keeps them."),
  ]

  private static let count = Shape<Int>.integer(0...1_000_000)
  /// A count that may be negative, as in restic and borg.
  private static let signed = Shape<Int>.integer(-1...1_000_000)

  private static let interval = Shape<ResticForget.Interval>.scalar(
    Schema(.scalar(types: ["string"], pattern: nil, values: [], bounds: nil), example: "1y5m7d2h"),
    expected: "an interval of restic"
  ) { text throws(QuantityError) in try ResticForget.Interval(parsing: text) }

  private static let restic = mapping(
    "restic forget: a snapshot stays while any rule keeps it.",
    Field("keepLast", signed, default: "0", "--keep-last."),
    Field("keepHourly", signed, default: "0", "--keep-hourly."),
    Field("keepDaily", signed, default: "0", "--keep-daily."),
    Field("keepWeekly", signed, default: "0", "--keep-weekly."),
    Field("keepMonthly", signed, default: "0", "--keep-monthly."),
    Field("keepYearly", signed, default: "0", "--keep-yearly."),
    Field(optional: "keepWithin", interval, "--keep-within."),
    Field(optional: "keepWithinHourly", interval, "--keep-within-hourly."),
    Field(optional: "keepWithinDaily", interval, "--keep-within-daily."),
    Field(optional: "keepWithinWeekly", interval, "--keep-within-weekly."),
    Field(optional: "keepWithinMonthly", interval, "--keep-within-monthly."),
    Field(optional: "keepWithinYearly", interval, "--keep-within-yearly.")
  ) { last, hourly, daily, weekly, monthly, yearly, within, inHours, inDays, inWeeks, inMonths, inYears in
    var rules = ResticForget()
    rules.counts = [last, hourly, daily, weekly, monthly, yearly]
    rules.within = within ?? ResticForget.Interval()
    rules.withinPeriods = [nil, inHours, inDays, inWeeks, inMonths, inYears].map {
      $0 ?? ResticForget.Interval()
    }
    return .restic(rules)
  }

  private static let borgInterval = Shape<Duration>.scalar(
    Schema(.scalar(types: ["string"], pattern: nil, values: [], bounds: nil), example: "2d"),
    expected: "an interval of borg"
  ) { text throws(QuantityError) in try BorgPrune.interval(parsing: text) }

  private static let borg = mapping(
    "borg prune: an archive uses up one rule only.",
    Field(optional: "keepWithin", borgInterval, "--keep-within."),
    Field("keepSecondly", signed, default: "0", "--keep-secondly, or --keep-last."),
    Field("keepMinutely", signed, default: "0", "--keep-minutely."),
    Field("keepHourly", signed, default: "0", "--keep-hourly."),
    Field("keepDaily", signed, default: "0", "--keep-daily."),
    Field("keepWeekly", signed, default: "0", "--keep-weekly."),
    Field("keepMonthly", signed, default: "0", "--keep-monthly."),
    Field("keep13weekly", signed, default: "0", "--keep-13weekly, from 1.4 on."),
    Field("keep3monthly", signed, default: "0", "--keep-3monthly, from 1.4 on."),
    Field("keepYearly", signed, default: "0", "--keep-yearly.")
  ) { within, seconds, minutes, hours, days, weeks, months, thirteen, three, years throws(Misfit) in
    guard thirteen == 0 || three == 0 else {
      throw Misfit(
        at: "keep3monthly", "'keep13weekly' and 'keep3monthly' exclude each other",
        hint: "keep one of the two")
    }
    var rules = BorgPrune()
    rules.within = within
    rules.counts = [seconds, minutes, hours, days, weeks, months, thirteen, three, years]
    guard within != nil || rules.counts.contains(where: { $0 != 0 }) else {
      throw Misfit("borg prune wants at least one rule", hint: "write for example 'keepDaily: 7'")
    }
    return .borg(rules)
  }

  private enum FullType: String, CaseIterable { case count, time }

  private static let pgBackRest = mapping(
    "pgbackrest expire; a week begins with a full backup, a day with a differential one.",
    Field(optional: "full", .integer(1...9_999_999), "repo-retention-full."),
    Field("fullType", Shape<FullType>.oneOf, default: "count", "repo-retention-full-type: a count, or days."),
    Field(optional: "diff", .integer(1...9_999_999), "repo-retention-diff.")
  ) { full, type, differential in
    var rules = PgBackRestExpire()
    rules.full = full
    rules.isFullByTime = type == .time
    rules.differential = differential
    return .pgBackRest(rules)
  }

  private static let window = Shape<Int>.scalar(
    Schema(.scalar(types: ["string"], pattern: nil, values: [], bounds: nil), example: "4 WEEKS"),
    expected: "a recovery window"
  ) { text throws(QuantityError) in
    let words = text.split(separator: " ")
    let units = [("DAY", 1), ("WEEK", 7), ("MONTH", 31)]
    guard words.count == 2, let number = Int(words[0]), number > 0, number < 100_000,
      let unit = units.first(where: { words[1].uppercased().hasPrefix($0.0) })
    else {
      throw QuantityError(
        "'\(text)' is not a recovery window", hint: "write a number and DAYS, WEEKS or MONTHS")
    }
    return number * unit.1
  }

  private static let barman = mapping(
    "barman: REDUNDANCY or RECOVERY WINDOW.",
    Field(optional: "redundancy", .integer(1...100_000), "REDUNDANCY n."),
    Field(optional: "recoveryWindow", window, "RECOVERY WINDOW OF n DAYS, WEEKS or MONTHS (of 31 days)."),
    Field("minimumRedundancy", count, default: "0", "minimum_redundancy.")
  ) { redundancy, window, minimum throws(Misfit) in
    switch (redundancy, window) {
    case (let count?, nil): return .barman(BarmanRetention(.redundancy(count), redundancyMinimum: minimum))
    case (nil, let days?):
      return .barman(BarmanRetention(.recoveryWindow(days: days), redundancyMinimum: minimum))
    default:
      throw Misfit("a policy of barman has one rule", hint: "write one of 'redundancy' and 'recoveryWindow'")
    }
  }

  private static let sanoid = mapping(
    "sanoid: how many of each type.",
    Field("frequently", count, default: "0", "Every few minutes."),
    Field("hourly", count, default: "48", "Every hour."),
    Field("daily", count, default: "90", "Every day at 23:59."),
    Field("weekly", count, default: "0", "Every Monday at 23:30."),
    Field("monthly", count, default: "6", "On the first of the month."),
    Field("yearly", count, default: "0", "On 1 January."),
    Field("frequentPeriod", .integer(1...60), default: "15", "The minutes between two of 'frequently'.")
  ) { frequently, hourly, daily, weekly, monthly, yearly, period in
    var rules = SanoidPolicy()
    rules.counts = [frequently, hourly, daily, weekly, monthly, yearly]
    rules.frequentPeriod = period
    return .sanoid(rules)
  }

  private static let btrbk = mapping(
    "btrbk: windows, not counts; with 'preserveMin: all', btrbk's default, 'preserve' decides nothing.",
    Field("preserve", .text, default: "no", "snapshot_preserve, as in '14d 8w *m'."),
    Field("preserveMin", .text, default: "all", "snapshot_preserve_min: all, latest or a window."),
    Field("preserveDayOfWeek", Shape<Weekday>.weekday, default: "sunday", "preserve_day_of_week."),
    Field("preserveHourOfDay", .integer(0...23), default: "0", "preserve_hour_of_day.")
  ) { preserve, minimum, day, hour throws(Misfit) in
    do throws(QuantityError) {
      var rules = try BtrbkPolicy(preserve: preserve, minimum: minimum)
      rules.weekStart = day
      rules.dayStart = hour
      return .btrbk(rules)
    } catch {
      throw Misfit(
        at: error.problem.contains("preserve_min") ? "preserveMin" : "preserve", error.problem,
        hint: error.hint)
    }
  }

  private static let snapper = mapping(
    "snapper: limits of the timeline.",
    Field("hourly", count, default: "10", "TIMELINE_LIMIT_HOURLY."),
    Field("daily", count, default: "10", "TIMELINE_LIMIT_DAILY."),
    Field("weekly", count, default: "0", "TIMELINE_LIMIT_WEEKLY."),
    Field("monthly", count, default: "10", "TIMELINE_LIMIT_MONTHLY."),
    Field("yearly", count, default: "10", "TIMELINE_LIMIT_YEARLY."),
    Field("minAge", .duration, default: "30 min", "TIMELINE_MIN_AGE.")
  ) { hourly, daily, weekly, monthly, yearly, age in
    var rules = SnapperTimeline()
    rules.limits = [hourly, daily, weekly, monthly, yearly]
    rules.ageMinimum = age
    return .snapper(rules)
  }

  private struct Level: Sendable {
    let name: String
    let count: Int
  }

  private static let level = Shape<Level>(Shape<Int>.integer(1...100_000).schema) { node, reading in
    Shape<Int>.integer(1...100_000).read(node, &reading).map {
      Level(name: reading.path.last ?? "", count: $0)
    }
  }

  private static let rsnapshot =
    Shape<[Level]>.entries(of: level, noun: "level").map { levels in
      .rsnapshot(RsnapshotLevels(levels.map { RsnapshotLevels.Level(name: $0.name, count: $0.count) }))
    } as Shape<Dialect>

  private static let zfsAutoSnapshot =
    Shape<[Level]>.entries(of: level, noun: "label").map { labels in
      .zfsAutoSnapshot(
        ZFSAutoSnapshotLabels(labels.map { ZFSAutoSnapshotLabels.Label(name: $0.name, count: $0.count) }))
    } as Shape<Dialect>

  private static let cbr = mapping(
    "Cloud Backup and Recovery: a count, a duration or neither, and points of periods beside it.",
    Field(optional: "maxBackups", .integer(1...99_999), "max_backups."),
    Field(optional: "retentionDurationDays", .integer(1...99_999), "retention_duration_days."),
    Field("permanent", .flag, default: "false", "Every backup, forever."),
    Field("dayBackups", .integer(0...100), default: "0", "day_backups."),
    Field("weekBackups", .integer(0...100), default: "0", "week_backups."),
    Field("monthBackups", .integer(0...100), default: "0", "month_backups."),
    Field("yearBackups", .integer(0...100), default: "0", "year_backups.")
  ) { count, days, isPermanent, dayBackups, weekBackups, monthBackups, yearBackups throws(Misfit) in
    let rules: [CBRPolicy.Keep] =
      [count.map { .count($0) }, days.map { .duration(days: $0) }, isPermanent ? .permanent : nil]
      .compactMap { $0 }
    guard rules.count == 1 else {
      throw Misfit(
        "a CBR policy has one main rule",
        hint: "write one of 'maxBackups', 'retentionDurationDays' and 'permanent: true'")
    }
    return .cbr(CBRPolicy(rules[0], periods: [dayBackups, weekBackups, monthBackups, yearBackups]))
  }

  private static let remoteCopy = Shape<DLMPolicy.Copy>(Shape<Duration>.positiveDuration.schema) {
    node, reading in
    Shape<Duration>.positiveDuration.read(node, &reading).map {
      DLMPolicy.Copy(region: reading.path.last ?? "", age: $0)
    }
  }

  private static let dlm = mapping(
    "AWS DLM: local snapshots by count, copies by age.",
    Field("count", .integer(1...1_000), "RetainRule's count."),
    Field(
      "copies", Shape<[DLMPolicy.Copy]>.entries(of: remoteCopy, noun: "region"), otherwise: [],
      "The age up to which each region keeps copies.")
  ) { .dlm(DLMPolicy(count: $0, copies: $1)) }

  private static let awsBackup = mapping(
    "AWS Backup's lifecycle.",
    Field(optional: "deleteAfterDays", .integer(1...36_500), "DeleteAfterDays; by default never."),
    Field(optional: "moveToColdStorageAfterDays", .integer(1...36_500), "MoveToColdStorageAfterDays."),
    Field("continuous", .flag, default: "false", "EnableContinuousBackup.")
  ) { delete, cold, isContinuous throws(Misfit) in
    do throws(QuantityError) {
      return .awsBackup(
        try AWSBackupLifecycle(deleteAfterDays: delete, coldAfterDays: cold, isContinuous: isContinuous))
    } catch {
      throw Misfit(at: "deleteAfterDays", error.problem, hint: error.hint)
    }
  }

  private static let gfs = mapping(
    "Forward incremental chains; a week begins with a full backup.",
    Field("points", .integer(1...99_999), "The points that newer chains must hold before a chain goes."),
    Field("weekly", count, default: "0", "The number of weeks whose first full backup is kept."),
    Field("monthly", count, default: "0", "The number of months whose first full backup is kept."),
    Field("yearly", count, default: "0", "The number of years whose first full backup is kept.")
  ) { .gfs(GFSPolicy(points: $0, periods: [$1, $2, $3])) }
}

extension Shape<Weekday> {
  static let weekday = scalar(
    Schema(
      .scalar(types: ["string"], pattern: nil, values: Weekday.allCases.map { "\($0)" }, bounds: nil),
      example: "sunday"),
    expected: "a day of the week"
  ) { text throws(QuantityError) in
    guard let day = Weekday.allCases.first(where: { "\($0)" == text.lowercased() }) else {
      throw QuantityError(
        "'\(text)' is not a day of the week",
        hint: Weekday.allCases.map { "\($0)" }.suggestion(for: text, noun: "days"))
    }
    return day
  }
}
