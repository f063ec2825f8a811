import Importing
import Documents
import ScenarioLanguage
import Testing
import Units

/// Timers of systemd with their services, drop-ins and zones, and crontabs that name a zone.
@Suite struct TimerTests {
  private func findings(_ files: (String, String)...) throws -> Findings {
    try Importer.findings(in: files.map { (name: $0.0, bytes: Array($0.1.utf8)) })
  }

  @Test func aDropInOfSystemctlCatReplacesTheCalendar() throws {
    let text = """
      # /etc/systemd/system/borgmatic.timer
      [Unit]
      Description=Run borgmatic

      [Timer]
      OnCalendar=daily
      Persistent=yes
      RandomizedDelaySec=3h

      # /etc/systemd/system/borgmatic.timer.d/override.conf
      [Timer]
      OnCalendar=
      OnCalendar=*-*-* 02,14:30:00 Europe/Berlin

      # /etc/systemd/system/other.timer
      [Timer]
      OnCalendar=Sun 05:00
      """
    let found = try Findings(text, named: "timers.txt")
    #expect(found.policies.map(\.name) == ["borgmatic", "other"])
    #expect(
      found.rules == [
        "FREQ=DAILY;BYHOUR=2,14;BYMINUTE=30;BYSECOND=0", "FREQ=DAILY;BYDAY=SU;BYHOUR=5;BYMINUTE=0;BYSECOND=0",
      ])
    #expect(found.policies[0].schedules[0].zone == "Europe/Berlin")
    #expect(found.policies[0].delay == .hours(3))
    let imported = Importer.scenario(from: found, title: "Test").text
    #expect(imported.components(of: "not Persistent") == 1, "of 'other' alone: \(imported)")
  }

  @Test func twoTimersInOneFileWithoutHeadingsStayTwo() throws {
    let text = """
      [Unit]
      Description=restic
      [Timer]
      OnCalendar=02:00
      [Unit]
      Description=borg
      [Timer]
      OnCalendar=03:00
      """
    let found = try Findings(text, named: "all.timer")
    #expect(
      found.policies.map(\.tool) == ["restic", "borg"] && found.policies.map(\.schedules.count) == [1, 1])
  }

  @Test func aTimerHasToolAndRetentionFromItsService() throws {
    let timer = "[Timer]\nOnCalendar=*-*-* 03:00\nUnit=nas.service\n"
    let service = """
      [Service]
      ExecStart=/usr/bin/restic backup /srv \\
        --tag nas
      ExecStartPost=/usr/bin/restic forget --keep-daily 7 --keep-weekly=5
      """
    let found = try findings(("foo.timer", timer), ("nas.service", service))
    #expect(found.policies.map(\.tool) == ["restic"] && found.policies[0].name == "nas")
    #expect(found.policies[0].retention.dialect == "restic: { keepDaily: 7, keepWeekly: 5 }")
    let alone = try findings(("nas.service", service))
    #expect(alone.policies.isEmpty && alone.notes.count == 1)
    #expect(alone.notes[0].text.contains("no timer in the files starts 'nas.service'"))
  }

  @Test(arguments: [
    ("pgbackrest-full.timer", "pgBackRest full backup", "pgbackrest"),
    ("nightly.timer", "Nightly backup with BorgMatic", "borgmatic"), ("nightly.timer", "Nightly", "backup"),
  ])
  func theToolOfATimerStandsInItsNameOrDescription(name: String, description: String, tool: String) throws {
    let text = "[Unit]\nDescription=\(description)\n[Timer]\nOnCalendar=Sun 01:00\n"
    #expect(try Findings(text, named: name).policies.map(\.tool) == [tool])
  }

  @Test func aTimerForPgBackRestGivesItsConfigurationASchedule() throws {
    let config = "[global]\nrepo1-path=/b\nrepo1-host=h\nrepo1-retention-full=2\n[main]\npg1-path=/pg\n"
    let timer = "[Timer]\nOnCalendar=Sun 01:00\n"
    let scenario = try findings(("pgbackrest.conf", config), ("pgbackrest-full.timer", timer)).scenario()
      .scenario
    let backup = try #require(scenario.strategies.first { $0.name == "main" }?.backups.first)
    #expect("\(backup.schedule)" == "FREQ=DAILY;BYDAY=SU;BYHOUR=1;BYMINUTE=0;BYSECOND=0")
  }

  /// Zones without a slash are real ones too.
  @Test func aZoneWithoutASlashIsKept() throws {
    let found = try Findings("[Timer]\nOnCalendar=*-*-* 01:00 CET\n", named: "restic.timer")
    #expect(found.policies[0].schedules[0].zone == "CET")
    let backup = try found.scenario().scenario.strategies[0].backups[0]
    #expect("\(backup.schedule)".hasSuffix("CET"), "\(backup.schedule)")
  }

  @Test func aYearInACalendarStays() throws {
    let found = try Findings("[Timer]\nOnCalendar=2026-*-* 02:00\n", named: "restic.timer")
    let backup = try found.scenario().scenario.strategies[0].backups[0]
    #expect("\(backup.schedule)".contains("2026-*-*"), "\(backup.schedule)")
  }

  @Test(arguments: [
    (
      "[Timer]\nOnBootSec=15min\n",
      "1: this timer fires once after a start ('OnBootSec') and never again; add"
    ),
    ("[Timer]\nOnCalendar=*-02-30 02:00\n", "2: the schedule '*-02-30 02:00' never fires"),
    ("[Timer]\nOnCalendar=2020-*-* 02:00\n", "2: the schedule '2020-*-* 02:00' never fires"),
    ("[Timer]\nOnCalendar=02:00 Europe/Lissabon\n", "2: 'Europe/Lissabon' is not a time zone; "),
    ("[Timer]\nOnCalendar=every night\n", "2: 'every' is no calendar expression"),
    ("[Timer]\nOnUnitActiveSec=soon\n", "2: 'soon' is no time span; write for example '6h'"),
    ("CRON_TZ=Mars/Olympus\n0 3 * * * restic backup /\n", "1: 'Mars/Olympus' is not a time zone; "),
  ])
  func aTimerThatCannotFireHasItsPlaceReasonAndMend(text: String, error: String) throws {
    let told = try #require(firstError(text, named: "a.timer"))
    #expect(told.hasPrefix(error), "\(told)")
    #expect(!told.hasSuffix("; "))
  }

  @Test func aTimerOfALaterYearIsLeftOutOfTheRehearsal() throws {
    let found = try Findings("[Timer]\nOnCalendar=2027-*-01 02:00\n", named: "restic.timer")
    #expect(try found.scenario().scenario.strategies.map(\.name) == ["as-found", "nightly-elsewhere"])
  }

  /// The dash keeps a job out of the log (cronie).
  @Test func aCrontabsDashBelongsToNoField() throws {
    let found = try Findings("-*/30 * * * * root borg create ::{now} /srv\n")
    #expect(found.rules == ["FREQ=HOURLY;BYMINUTE=0,30;BYSECOND=0"])
  }

  /// A yearly backup is right, but no rehearsal of some weeks can hold it.
  @Test func aYearlyBackupIsLeftOutOfTheRehearsalAndSaidSo() throws {
    let both = try Findings("@yearly restic backup /srv\n0 3 * * * restic backup /srv\n")
    let imported = Importer.scenario(from: both, title: "Test")
    #expect(imported.notes.contains { $0.contains("'@yearly' is not rehearsed") }, "\(imported.notes)")
    let scenario = try both.scenario().scenario
    #expect(scenario.strategies.map { $0.backups.count } == [1, 1])
    let alone = try Findings("@yearly restic backup /srv\n").scenario().scenario
    #expect(alone.strategies.map(\.name) == ["as-found", "nightly-elsewhere"])
  }

  @Test func aJobOfEveryMinuteBesideAMonthlyOneIsRehearsedEveryFiveMinutes() throws {
    let found = try Findings("* * * * * rsync -a /srv host:\n0 3 15 * * restic backup /srv\n")
    let scenario = try found.scenario().scenario
    #expect(scenario.warmUp == .days(32))
    #expect("\(scenario.strategies[0].backups[0].schedule)" == "FREQ=MINUTELY;INTERVAL=5;BYSECOND=0")
  }
}

extension String {
  fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
