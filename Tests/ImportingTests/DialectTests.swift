import Documents
import Importing
import ScenarioLanguage
import Testing
import Units

/// Strategies keep points by the very rules of the tool that was imported, and run at the instants of its notation.
@Suite struct DialectTests {
  /// Returns the first retention of the scenario, which must be valid.
  private static func retention(_ files: (String, String)...) throws -> String {
    try scenario(files).split(separator: "\n").first { $0.contains("retention: {") }.map {
      String($0.split(separator: "#")[0]).trimmingPrefixBlanks
    } ?? ""
  }

  private static func scenario(_ files: [(String, String)]) throws -> String {
    let findings = try Importer.findings(in: files.map { (name: $0.0, bytes: Array($0.1.utf8)) })
    let imported = Importer.scenario(from: findings, title: "T")
    _ = try ScenarioFile(SourceText(name: "t.yaml", text: imported.textWithoutFiles))
    return imported.text
  }

  @Test(arguments: [
    (
      "source_directories: [/srv]\nrepositories: [{ path: 'ssh://h/r' }]\nkeep_within: 48H\nkeep_hourly: 24\nkeep_13weekly: 4\nkeep_yearly: -1\n",
      "retention: { borg: { keepHourly: 24, keep13weekly: 4, keepYearly: -1, keepWithin: 48H } }"
    ),
    (
      "0 2 * * * restic backup /srv && restic forget --keep-last 3 -d 7 --keep-within-weekly=1y\n",
      "retention: { restic: { keepLast: 3, keepDaily: 7, keepWithinWeekly: 1y } }"
    ),
    (
      "0 2 * * * borg create ::x /srv\n0 3 * * 0 borg prune --keep-last 2 --keep-weekly=4\n",
      "retention: { borg: { keepSecondly: 2, keepWeekly: 4 } }"
    ),
    (
      "[main]\npg1-path=/pg\nrepo1-type=s3\nrepo1-retention-full=14\nrepo1-retention-full-type=time\nrepo1-retention-diff=3\n",
      "retention: { pgbackrest: { full: 14, fullType: time, diff: 3 } }"
    ),
    (
      "[barman]\nminimum_redundancy = 3\n[pg]\nconninfo = host=pg\narchiver = on\nretention_policy = RECOVERY WINDOW OF 2 MONTHS\n",
      "retention: { barman: { recoveryWindow: 2 MONTHS, minimumRedundancy: 3 } }"
    ),
    (
      "[tank/a]\nuse_template = p\n[template_p]\nhourly = 24\n",
      "retention: { sanoid: { frequently: 0, hourly: 24, daily: 90, weekly: 0, monthly: 6, yearly: 0 } }"
    ),
    (
      "snapshot_preserve_min latest\npreserve_day_of_week monday\nvolume /mnt\n  subvolume home\n    snapshot_preserve 14d 4w\n  subvolume var\n",
      "retention: { btrbk: { preserve: \"14d 4w\", preserveMin: \"latest\", preserveDayOfWeek: monday } }"
    ),
    (
      "SUBVOLUME=\"/\"\nTIMELINE_CREATE=\"yes\"\nTIMELINE_CLEANUP=\"yes\"\nTIMELINE_MIN_AGE=\"3600\"\nTIMELINE_LIMIT_DAILY=\"7\"\n",
      "retention: { snapper: { hourly: 10, daily: 7, weekly: 0, monthly: 10, yearly: 10, minAge: 3600 s } }"
    ),
    (
      "{\"policies\": [{\"id\": \"1\", \"name\": \"p\", \"operation_type\": \"backup\", \"trigger\": {\"properties\": {\"pattern\": [\"FREQ=DAILY;BYHOUR=1\"]}}, \"operation_definition\": {\"max_backups\": 9, \"day_backups\": 3, \"timezone\": \"UTC+01:00\"}}]}",
      "retention: { cbr: { maxBackups: 9, dayBackups: 3 } }"
    ),
  ])
  func theRulesOfTheToolAreThoseOfTheStrategy(file: String, retention: String) throws {
    #expect(try Self.retention(("file", file)) == retention)
  }

  @Test func volsyncKeepsAsResticDoes() throws {
    let text = """
      apiVersion: volsync.backube/v1alpha1
      kind: ReplicationSource
      metadata: { name: a }
      spec: { sourcePVC: a, trigger: { schedule: "0 */4 * * *" }, restic: { retain: { hourly: 6, daily: 14 } } }
      """
    #expect(try Self.retention(("a.yaml", text)) == "retention: { restic: { keepHourly: 6, keepDaily: 14 } }")
  }

  @Test func globalSectionsOfOtherFilesCount() throws {
    let server = ("pg.conf", "[pg]\nconninfo = host=pg\narchiver = on\n")
    let global = ("barman.conf", "[barman]\nbarman_home = /b\nretention_policy = REDUNDANCY 2\n")
    for files in [[server, global], [global, server]] {
      #expect(try Self.scenario(files).contains("retention: { barman: { redundancy: 2 } }"))
    }
    let stanza = ("main.conf", "[main]\npg1-path=/pg\n")
    let settings = ("pgbackrest.conf", "[global]\nrepo1-type=s3\nrepo1-retention-full=2\n")
    let text = try Self.scenario([settings, stanza])
    #expect(text.contains("retention: { pgbackrest: { full: 2 } }") && !text.contains("no stanza"))
  }

  /// A snapshot sent to btrbk's target stays by the target's own rules.
  @Test func aTargetOfBtrbkIsABackupOfItsOwn() throws {
    let text =
      "target_preserve_min no\ntarget_preserve 20d *m\nsnapshot_preserve_min 2d\nvolume /mnt\n  target /backup\n  subvolume home\n"
    let findings = try Findings(text)
    #expect(findings.policies.map(\.name) == ["mnt-home", "mnt-home-target"])
    #expect(
      try Self.scenario([("btrbk.conf", text)]).contains(
        "btrbk: { preserve: \"20d *m\", preserveMin: \"latest\" }"))
    let wrong = text.replacing("snapshot_preserve_min 2d", with: "snapshot_preserve_min no")
    #expect(firstError(wrong)?.hasPrefix("3: 'no' is no value of snapshot_preserve_min") == true)
  }

  @Test(arguments: [
    (
      "CRON_TZ=Europe/Berlin\n30 2 * * mon-fri restic backup /srv\n",
      "schedule: { cron: \"30 2 * * mon-fri\", dialect: cron, zone: Europe/Berlin }"
    ),
    (
      "[Timer]\nOnCalendar=daily\nOnCalendar=\nOnCalendar=Sat *-*-1..7 18:00 Europe/Lisbon\n",
      "schedule: { onCalendar: \"Sat *-*-1..7 18:00\", zone: Europe/Lisbon }"
    ),
    // Two rules of one expression would keep twice as many points.
    ("0 3 1 * 1 restic backup /srv\n", "schedule: { cron: \"0 3 1 * 1\", dialect: cron }"),
    ("0 3 * * * restic backup /srv\n", "schedule: FREQ=DAILY;BYHOUR=3;BYMINUTE=0;BYSECOND=0"),
  ])
  func aZonedScheduleKeepsTheNotationWhoseTrapsAreModelled(file: String, schedule: String) throws {
    let text = try Self.scenario([("backup.timer", file)])
    #expect(text.contains("\(schedule) #"), "\(text)")
    #expect(text.components(separatedBy: "schedule:").count == 3)
  }

  /// CBR keeps five points in all, not five of each time of day.
  @Test func timesOfDayOfOnePolicyShareItsCount() throws {
    let text = """
      {"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "l", "resources": [{"mode": "managed",
       "type": "huaweicloud_cbr_policy", "name": "h", "instances": [{"attributes": {"id": "h", "name": "h", "type": "backup",
        "enabled": true, "backup_quantity": 5, "backup_cycle": [{"days": "MO,TH", "execution_times": ["18:00", "06:00"]}]}}]},
       {"mode": "managed", "type": "huaweicloud_cbr_vault", "name": "v", "instances": [{"attributes": {"id": "v",
        "resources": [{"server_id": "s"}], "policy": [{"id": "h"}]}}]}]}
      """
    let scenario = try Self.scenario([("state.json", text)])
    #expect(scenario.contains("schedule: FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=6,18;BYMINUTE=0;BYSECOND=0"))
    #expect(scenario.components(separatedBy: "cbr: { maxBackups: 5 }").count == 2)
  }

  @Test func aMinuteDrawnAtRandomIsSaidToBeAssumed() throws {
    let schedule = try Findings("5~35 1 * * * restic backup /srv\n").policies[0].schedules[0]
    #expect(schedule.rule == "FREQ=DAILY;BYHOUR=1;BYMINUTE=5;BYSECOND=0")
    #expect(schedule.comments[0].contains("drawn at random from 5 to 35"))
  }

  @Test func aWrongLineOfACrontabIsToldWithItsPlace() {
    let text = "0 1 * * * restic backup /a\n0 2 * * * restic backup /b\nrestic backup /c\n"
    #expect(firstError(text)?.hasPrefix("3: this line is neither a job nor an assignment") == true)
  }
}

extension String {
  fileprivate var trimmingPrefixBlanks: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
