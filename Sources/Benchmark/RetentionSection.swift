import Foundation

/// Measures the retention simulator over ten years of hourly points, beside the real tools' dry runs.
func retentionFigures() -> [BenchmarkFigure] {
  var seconds: [String: Double] = [:]
  var figures: [BenchmarkFigure] = []
  for (name, rules) in dialects {
    guard let run = simulation(rules) else {
      figures.append(BenchmarkFigure("ten years of hourly points, \(name)", "not measured: firedrill failed"))
      continue
    }
    seconds[name] = run.wallSeconds
    figures.append(
      BenchmarkFigure("ten years of hourly points, \(name)", run.wallSeconds, "s", below: 2))
  }
  let folder = BenchmarkFolder()
  return figures + race("restic", resticDryRun(in: folder), seconds["restic"])
    + race("borg", borgDryRun(in: folder), seconds["borg"])
}

private let dialects: [(name: String, rules: String)] = [
  ("own rules", "{count: 24, dayBackups: 14, weekBackups: 8, monthBackups: 12, yearBackups: 10}"),
  ("restic", "{restic: {keepHourly: 24, keepDaily: 7, keepWeekly: 5, keepMonthly: 12, keepYearly: 10}}"),
  ("borg", "{borg: {keepHourly: 24, keepDaily: 7, keepWeekly: 5, keepMonthly: 12, keepYearly: 10}}"),
  ("pgbackrest", "{pgbackrest: {full: 4, diff: 6}}"),
  ("barman", "{barman: {recoveryWindow: 4 WEEKS, minimumRedundancy: 3}}"),
  ("sanoid", "{sanoid: {hourly: 36, daily: 30, monthly: 12, yearly: 5}}"),
  ("btrbk", "{btrbk: {preserve: 48h 14d 8w 12m *y, preserveMin: 1d}}"),
  ("snapper", "{snapper: {hourly: 24, daily: 14, weekly: 8, monthly: 12, yearly: 10}}"),
  ("rsnapshot", "{rsnapshot: {hourly: 24, daily: 7, weekly: 4, monthly: 12}}"),
  ("zfs-auto-snapshot", "{zfsAutoSnapshot: {hourly: 24, daily: 31, weekly: 8, monthly: 12}}"),
  ("CBR", "{cbr: {maxBackups: 24, dayBackups: 14, weekBackups: 8, monthBackups: 12, yearBackups: 10}}"),
  ("AWS DLM", "{dlm: {count: 48, copies: {eu-west-1: 30 d}}}"),
  ("AWS Backup", "{awsBackup: {deleteAfterDays: 365}}"),
  ("GFS", "{gfs: {points: 14, weekly: 8, monthly: 12, yearly: 10}}"),
]

private func simulation(_ rules: String) -> TimedRun? {
  TimedRun(
    TimedRun.firedrill, "retention", "--schedule", "FREQ=HOURLY;BYMINUTE=0;BYSECOND=0", "--rules", rules,
    "--from",
    "2020-01-01", "--until", "2029-12-31", "--zone", "Europe/Berlin", "--day", "2029-12-30")
}

/// Compares the simulation of ten years with one dry run of the tool on each day.
private func race(_ tool: String, _ dryRun: Double?, _ simulation: Double?) -> [BenchmarkFigure] {
  guard let dryRun, let simulation else {
    return [
      BenchmarkFigure("\(tool)'s dry runs over the same days", "not measured: the tool is not installed")
    ]
  }
  let days = 3_653.0
  return [
    BenchmarkFigure("\(tool): one dry run on 60 points, median of 5", "\(dryRun.short) s"),
    BenchmarkFigure(
      "ten years, against \(tool)'s dry runs on the same days", dryRun * days / simulation, "times",
      atLeast: 20),
  ]
}

private func median(_ run: () -> TimedRun?) -> Double? {
  let runs = (0..<5).compactMap { _ in run()?.wallSeconds }
  return runs.count == 5 ? runs.median : nil
}

/// The instants of 60 points, six hours apart.
private let instants = (0..<60).map { Date(timeIntervalSince1970: 1_780_000_000 + Double($0) * 21_600) }

private func text(_ instant: Date, _ format: String) -> String {
  let formatter = DateFormatter()
  formatter.locale = Locale(identifier: "en_US_POSIX")
  formatter.timeZone = TimeZone(secondsFromGMT: 0)
  formatter.dateFormat = format
  return formatter.string(from: instant)
}

private func resticDryRun(in folder: BenchmarkFolder) -> Double? {
  let environment = [
    "RESTIC_REPOSITORY": "\(folder.path)/restic", "RESTIC_PASSWORD": "x", "TZ": "UTC", "HOME": folder.path,
  ]
  let file = "\(folder.path)/file"
  try? "data".write(toFile: file, atomically: true, encoding: .utf8)
  guard TimedRun("restic", "init", environment: environment) != nil else { return nil }
  for instant in instants {
    let time = text(instant, "yyyy-MM-dd HH:mm:ss")
    guard TimedRun("restic", "backup", "--time", time, file, environment: environment) != nil else {
      return nil
    }
  }
  return median {
    TimedRun(
      "restic", "forget", "--dry-run", "--keep-hourly", "24", "--keep-daily", "7", "--keep-weekly", "5",
      "--keep-monthly", "12", "--keep-yearly", "10", environment: environment)
  }
}

private func borgDryRun(in folder: BenchmarkFolder) -> Double? {
  let environment = [
    "BORG_REPO": "\(folder.path)/borg", "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes", "TZ": "UTC",
    "HOME": folder.path,
  ]
  let file = "\(folder.path)/file"
  try? "data".write(toFile: file, atomically: true, encoding: .utf8)
  guard TimedRun("borg", "init", "-e", "none", environment: environment) != nil else { return nil }
  for (number, instant) in instants.enumerated() {
    let time = text(instant, "yyyy-MM-dd'T'HH:mm:ss")
    guard
      TimedRun("borg", "create", "--timestamp", time, "::a\(number)", file, environment: environment) != nil
    else { return nil }
  }
  return median {
    TimedRun(
      "borg", "prune", "--dry-run", "--keep-hourly", "24", "--keep-daily", "7", "--keep-weekly", "5",
      "--keep-monthly", "12", "--keep-yearly", "10", environment: environment)
  }
}
