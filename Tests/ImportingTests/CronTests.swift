import Importing
import Testing

/// The meaning of the schedules of each dialect, as recurrence rules.
@Suite struct CronTests {
  private static func crontab(_ fields: String) -> String { "\(fields) /usr/local/bin/backup.sh\n" }

  @Test(arguments: [
    ("0 1 * * *", ["FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0"]),
    ("*/15 * * * *", ["FREQ=HOURLY;BYMINUTE=0,15,30,45;BYSECOND=0"]),
    ("* * * * *", ["FREQ=MINUTELY;BYSECOND=0"]),
    ("30 2 * * 1-5", ["FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=2;BYMINUTE=30;BYSECOND=0"]),
    ("0 0 1,15 jan-mar *", ["FREQ=DAILY;BYMONTH=1,2,3;BYMONTHDAY=1,15;BYHOUR=0;BYMINUTE=0;BYSECOND=0"]),
    // Sunday is 0 and 7.
    ("0 0 * * 0,7", ["FREQ=DAILY;BYDAY=SU;BYHOUR=0;BYMINUTE=0;BYSECOND=0"]),
    // A restricted day of the month or of the week.
    (
      "0 3 1 * 1",
      [
        "FREQ=DAILY;BYMONTHDAY=1;BYHOUR=3;BYMINUTE=0;BYSECOND=0",
        "FREQ=DAILY;BYDAY=MO;BYHOUR=3;BYMINUTE=0;BYSECOND=0",
      ]
    ),
    // An asterisk with a step is an asterisk to Debian's cron: both must match.
    ("0 3 */7 * 1", ["FREQ=DAILY;BYMONTHDAY=1,8,15,22,29;BYDAY=MO;BYHOUR=3;BYMINUTE=0;BYSECOND=0"]),
    ("@daily", ["FREQ=DAILY;BYHOUR=0;BYMINUTE=0;BYSECOND=0"]),
    ("@weekly", ["FREQ=DAILY;BYDAY=SU;BYHOUR=0;BYMINUTE=0;BYSECOND=0"]),
  ])
  func aCrontabsFieldsBecomeRules(fields: String, rules: [String]) throws {
    #expect(try Findings(Self.crontab(fields)).rules == rules)
  }

  @Test func aSystemCrontabHasAUserBeforeTheCommand() throws {
    let findings = try Findings("SHELL=/bin/sh\n17 2 * * * root /usr/bin/borgmatic --verbosity 1\n")
    #expect(findings.policies.map(\.tool) == ["borgmatic"])
    #expect(findings.rules == ["FREQ=DAILY;BYHOUR=2;BYMINUTE=17;BYSECOND=0"])
  }

  @Test func choresOfABackupToolAreNoBackups() throws {
    let findings = try Findings(
      "0 1 * * * restic backup /srv\n0 5 * * * restic forget --keep-daily 7 --keep-last=3 --prune\n")
    #expect(findings.policies.map(\.retention.days) == [7] && findings.policies[0].retention.count == 3)
    #expect(findings.rules == ["FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0"])
  }

  @Test func aZoneOfACrontabIsKept() throws {
    let findings = try Findings("CRON_TZ=Europe/Lisbon\n0 1 * * * restic backup /srv\n")
    #expect(findings.policies[0].schedules[0].zone == "Europe/Lisbon")
    let schedule = try findings.scenario().scenario.strategies[0].backups[0].schedule
    #expect("\(schedule)".contains("Europe/Lisbon"), "\(schedule)")
  }

  private static func velero(_ schedule: String) -> String {
    """
    apiVersion: velero.io/v1
    kind: Schedule
    metadata: { name: daily, namespace: velero }
    spec:
      schedule: "\(schedule)"
      template: { ttl: 240h0m0s }
    """
  }

  @Test(arguments: [
    ("@every 6h", ["FREQ=HOURLY;INTERVAL=6;BYMINUTE=0;BYSECOND=0"]),
    // A step behind a single number counts to the end of the field.
    ("30 4/8 * * *", ["FREQ=DAILY;BYHOUR=4,12,20;BYMINUTE=30;BYSECOND=0"]),
    // Here an asterisk with a step restricts: one of both days is enough.
    (
      "0 3 */14 * 1",
      [
        "FREQ=DAILY;BYMONTHDAY=1,15,29;BYHOUR=3;BYMINUTE=0;BYSECOND=0",
        "FREQ=DAILY;BYDAY=MO;BYHOUR=3;BYMINUTE=0;BYSECOND=0",
      ]
    ),
  ])
  func kubernetesReadsCronItsOwnWay(schedule: String, rules: [String]) throws {
    #expect(try Findings(Self.velero(schedule)).rules == rules)
  }

  private static func plan(_ schedule: String) -> String {
    """
    { "BackupPlan": { "BackupPlanName": "plan", "Rules": [ { "RuleName": "r", "TargetBackupVaultName": "v",
      "ScheduleExpression": "\(schedule)", "Lifecycle": { "DeleteAfterDays": 35 } } ] } }
    """
  }

  @Test(arguments: [
    // Sunday is 1.
    ("cron(0 5 ? * 1 *)", ["FREQ=DAILY;BYDAY=SU;BYHOUR=5;BYMINUTE=0;BYSECOND=0"]),
    ("cron(0 5 ? * MON-FRI *)", ["FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=5;BYMINUTE=0;BYSECOND=0"]),
    ("cron(15 10 L * ? *)", ["FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=10;BYMINUTE=15;BYSECOND=0"]),
    ("cron(0 8 ? * 2#1 *)", ["FREQ=MONTHLY;BYDAY=1MO;BYHOUR=8;BYMINUTE=0;BYSECOND=0"]),
    ("cron(0 0/6 * * ? *)", ["FREQ=DAILY;BYHOUR=0,6,12,18;BYMINUTE=0;BYSECOND=0"]),
    ("cron(0 8 ? * MON#1 *)", ["FREQ=MONTHLY;BYDAY=1MO;BYHOUR=8;BYMINUTE=0;BYSECOND=0"]),
    ("cron(0 8 ? * FRIL *)", ["FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=8;BYMINUTE=0;BYSECOND=0"]),
    ("cron(0 8 LW * ? *)", ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;BYHOUR=8;BYMINUTE=0;BYSECOND=0"]),
    ("rate(12 hours)", ["FREQ=HOURLY;INTERVAL=12;BYMINUTE=0;BYSECOND=0"]),
  ])
  func awsReadsSixFields(schedule: String, rules: [String]) throws {
    let findings = try Findings(Self.plan(schedule))
    #expect(findings.rules == rules)
    #expect(findings.policies[0].schedules.allSatisfy { $0.zone == "UTC" })
  }

  /// A rule cannot say the weekday nearest to a day, nor years: the scenario keeps the tool's own notation.
  @Test(arguments: ["0 5 15W * ? *", "0 5 ? * 2-6 2026-2027"])
  func whatNoRuleSaysStaysInTheNotationOfAWS(cron: String) throws {
    let imported = Importer.scenario(from: try Findings(Self.plan("cron(\(cron))")), title: "Test")
    #expect(imported.text.contains("schedule: { cron: \"\(cron)\", dialect: aws }"), "\(imported.text)")
  }

  @Test(arguments: [
    ("daily", "FREQ=DAILY;BYHOUR=0;BYMINUTE=0;BYSECOND=0", nil),
    (
      "Mon..Fri *-*-* 02:30:00 Europe/Lisbon",
      "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=2;BYMINUTE=30;BYSECOND=0", "Europe/Lisbon"
    ),
    ("*:0/15", "FREQ=HOURLY;BYMINUTE=0,15,30,45;BYSECOND=0", nil),
    ("*-*~1 23:00", "FREQ=DAILY;BYMONTHDAY=-1;BYHOUR=23;BYMINUTE=0;BYSECOND=0", nil),
    ("Sat,Sun 0/6:00 UTC", "FREQ=DAILY;BYDAY=SU,SA;BYHOUR=0,6,12,18;BYMINUTE=0;BYSECOND=0", "UTC"),
    ("quarterly", "FREQ=DAILY;BYMONTH=1,4,7,10;BYMONTHDAY=1;BYHOUR=0;BYMINUTE=0;BYSECOND=0", nil),
  ])
  func timersOfSystemdBecomeRules(calendar: String, rule: String, zone: String?) throws {
    let timer =
      "[Unit]\nDescription=Run restic backup\n[Timer]\nOnCalendar=\(calendar)\nRandomizedDelaySec=45m\n"
    let policy = try Findings(timer, named: "restic.timer").policies[0]
    #expect(policy.schedules.map(\.rule) == [rule])
    #expect(policy.schedules[0].zone == zone)
    #expect(policy.delay == .minutes(45))
  }

  @Test(arguments: [
    ("0 0 3 * * * /usr/bin/backup", "six fields before its command"),
    ("0 25 * * * /usr/bin/backup", "'25' is no value of the field 'hour'"),
    ("0 1 31 2 * /usr/bin/backup", "never fires"),
    ("0 1 5-2 * * /usr/bin/backup", "runs backwards"),
  ])
  func aCrontabThatCannotBeRightIsRefusedWithItsPlace(line: String, message: String) throws {
    let error = try #require(firstError("# jobs\n\(line)\n"))
    #expect(error.hasPrefix("2: ") && error.contains(message), "\(error)")
  }

  @Test func theNumberOfFieldsIsTheTools() throws {
    let six = try #require(firstError(Self.velero("0 0 1 * * *")))
    #expect(six.hasPrefix("5: '0 0 1 * * *' has 6 fields, and this tool reads 5"), "\(six)")
    #expect(six.hasSuffix("remove the seconds: '0 1 * * *'"), "\(six)")
    let five = try #require(firstError(Self.plan("cron(0 5 * * ?)")))
    #expect(five.contains("has 5 fields, and this tool reads 6"), "\(five)")
    let cnpg = """
      apiVersion: postgresql.cnpg.io/v1
      kind: ScheduledBackup
      metadata: { name: b }
      spec: { schedule: "0 1 * * *", cluster: { name: c } }
      """
    #expect(firstError(cnpg)?.contains("has 5 fields, and this tool reads 6: second") == true)
  }

  @Test func aTimerThatNeverFiresIsRefused() throws {
    let error = try #require(firstError("[Timer]\nOnCalendar=*-02-30 02:00\n", named: "backup.timer"))
    #expect(error.hasPrefix("2: ") && error.contains("never fires"), "\(error)")
    #expect(firstError("[Timer]\nPersistent=true\n")?.contains("never fires") == true)
  }
}
