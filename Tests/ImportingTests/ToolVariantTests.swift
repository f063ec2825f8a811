import Importing
import Testing
import Units

/// The forms in which the configurations of one tool appear: old and new names, sections, notations and defaults.
@Suite struct ToolVariantTests {
  private func dialects(_ text: String, named name: String = "file") throws -> [String?] {
    try Findings(text, named: name).policies.map(\.retention.dialect)
  }

  // MARK: snapper

  private static let table = """
    Key                      | Value
    -------------------------+------
    SUBVOLUME                | /home
    TIMELINE_CREATE          | yes
    TIMELINE_CLEANUP         | yes
    TIMELINE_LIMIT_HOURLY    | 24
    TIMELINE_LIMIT_DAILY     | 2-7
    TIMELINE_LIMIT_MONTHLY   | 0
    TIMELINE_LIMIT_YEARLY    | 0
    TIMELINE_MIN_AGE         | 3600

    """
  private static let shell = """
    # subvolume to snapshot
    SUBVOLUME="/home"
    TIMELINE_CREATE="yes"
    TIMELINE_CLEANUP="yes"
    TIMELINE_LIMIT_HOURLY="24"
    TIMELINE_LIMIT_DAILY="2-7"
    TIMELINE_LIMIT_MONTHLY="0"
    TIMELINE_LIMIT_YEARLY="0"
    TIMELINE_MIN_AGE="3600"

    """
  private static let json = """
    {"SUBVOLUME": "/home", "TIMELINE_CREATE": "yes", "TIMELINE_CLEANUP": "yes", "TIMELINE_LIMIT_HOURLY": "24",
     "TIMELINE_LIMIT_DAILY": "2-7", "TIMELINE_LIMIT_MONTHLY": "0", "TIMELINE_LIMIT_YEARLY": "0", "TIMELINE_MIN_AGE": "3600"}
    """

  @Test(arguments: [shell, table, json])
  func snappersFileTableAndJSONMeanTheSame(text: String) throws {
    let policy = try #require(try Findings(text).policies.first)
    #expect(policy.name == "snapper-/home")
    #expect(
      policy.retention.dialect
        == "snapper: { hourly: 24, daily: 7, weekly: 0, monthly: 0, yearly: 0, minAge: 3600 s }")
    #expect(try Findings(text).scenario().scenario.strategies[0].snapshots != nil)
  }

  @Test func snappersDefaultsQuartersAndSwitches() throws {
    let defaults = try Findings("TIMELINE_CREATE=yes\nTIMELINE_CLEANUP=yes\n")
    #expect(
      defaults.policies[0].retention.dialect
        == "snapper: { hourly: 10, daily: 10, weekly: 0, monthly: 10, yearly: 10, minAge: 1800 s }")
    let quarters = try Findings("TIMELINE_CREATE=yes\nTIMELINE_CLEANUP=yes\nTIMELINE_LIMIT_QUARTERLY=2\n")
    #expect(quarters.policies[0].retention.comments == ["TIMELINE_LIMIT_QUARTERLY 2 is not carried over"])
    #expect(try Findings("TIMELINE_CREATE=yes\n").policies[0].retention.isPermanent)
    let none = try Findings("TIMELINE_CREATE=\"no\"\nTIMELINE_CLEANUP=yes\n")
    #expect(none.policies.isEmpty && none.gaps.count == 1)
    let error = try #require(
      firstError("TIMELINE_CREATE=yes\nTIMELINE_CLEANUP=yes\nTIMELINE_LIMIT_DAILY=ten\n"))
    #expect(error.hasPrefix("3: 'ten' is no limit of snapshots; write a number or a range"), "\(error)")
  }

  // MARK: pgBackRest and barman

  @Test(arguments: [
    (
      "[global]\nrepo1-path=/b\nrepo1-retention-full=4\n[m]\npg1-path=/x\n[m:backup]\nrepo1-retention-diff=3\n",
      "pgbackrest: { full: 4, diff: 3 }"
    ),
    (
      "[global]\nrepo-path=/b\nretention-full=2\nretention-diff=4\n[m]\ndb-path=/x\n",
      "pgbackrest: { full: 2, diff: 4 }"
    ),
    ("[global]\nrepo2-type=azure\nrepo2-retention-full=3\n[m]\npg1-path=/x\n", "pgbackrest: { full: 3 }"),
    (
      "[global:expire]\nrepo1-retention-full=14\nrepo1-retention-full-type=time\n[m]\npg1-path=/x\n",
      "pgbackrest: { full: 14, fullType: time }"
    ),
  ])
  func pgBackRestsOptionsHaveTheirSectionsNumbersAndFormerNames(text: String, dialect: String) throws {
    #expect(try dialects(text) == [dialect])
    _ = try Findings(text).scenario()
  }

  @Test func theSecondRepositoryOfPgBackRestIsACopyWithItsOwnRetention() throws {
    let text = """
      [global]
      repo1-path=/b
      repo1-host=h
      repo1-retention-full=2
      repo2-type=s3
      repo2-s3-region=eu-central-1
      repo2-retention-full=90
      repo2-retention-full-type=time
      [m]
      pg1-path=/x
      """
    let backup = try Findings(text).scenario().scenario.strategies[0].backups[0]
    #expect(backup.replica != nil)
    #expect(
      backup.replicaRetention.map { "\($0)" }?.contains("90") == true,
      "\(String(describing: backup.replicaRetention))")
  }

  @Test func aWrongOptionOfPgBackRestIsNamedAsTheFileWritesIt() throws {
    let error = try #require(
      firstError("[global]\nrepo2-path=/b\nrepo2-retention-full=two\n[m]\npg1-path=/x\n"))
    #expect(error.hasPrefix("3: 'two' is no number of backups or days"), "\(error)")
    #expect(error.hasSuffix("'repo2-retention-full=2'"))
  }

  @Test func barmansModelsAreNoServersAndColonsAreAllowed() throws {
    let text = """
      [barman]
      barman_home: /var/lib/barman
      retention_policy: RECOVERY WINDOW OF 2 weeks
      minimum_redundancy: 3
      [main]
      conninfo: host=pg user=barman
      streaming_archiver: on
      [main:other]
      model = true
      conninfo = host=pg2
      [old]
      conninfo = host=o
      active = no
      archiver = on
      """
    let found = try Findings(text)
    #expect(
      found.policies.map(\.name) == ["main", "old"] && found.policies.map(\.isEnabled) == [true, false])
    #expect(Importer.scenario(from: found, title: "T").text.contains("the log between backups"))
    #expect(
      found.policies[0].retention.dialect == "barman: { recoveryWindow: 2 WEEKS, minimumRedundancy: 3 }")
    let none = try Findings("[barman]\nbarman_home = /b\nretention_policy = REDUNDANCY 2\n")
    #expect(none.policies.isEmpty && none.gaps.map(\.text).first?.contains("no server in barman's") == true)
  }

  // MARK: resticprofile and autorestic

  @Test func profilesInheritOverSeveralLevelsInYAMLTOMLAndJSON() throws {
    let yaml = """
      version: "1"
      base:
        repository: "s3:x"
        retention: { after-backup: true, keep-daily: 7 }
        backup: { exclude-caches: true }
      src:
        inherit: base
        backup: { source: [/src, "/a,b"], schedule: ["Mon..Fri *:00,30", "Sat,Sun 0,12:00"] }
      root:
        inherit: src
        backup: { schedule: "2:30" }
      """
    let toml = """
      version = "1"
      [base]
      repository = "s3:x"
      [base.retention]
      after-backup = true
      keep-daily = 7
      [base.backup]
      exclude-caches = true
      [src]
      inherit = "base"
      [src.backup]
      source = [
        "/src", # code
        "/a,b",
      ]
      schedule = [ "Mon..Fri *:00,30", "Sat,Sun 0,12:00" ]
      [root]
      inherit = "src"
      [root.backup.schedule]
      at = "2:30"
      """
    let json = """
      {"version": "1",
       "base": {"repository": "s3:x", "retention": {"after-backup": true, "keep-daily": 7}, "backup": {"exclude-caches": true}},
       "src": {"inherit": "base", "backup": {"source": ["/src", "/a,b"], "schedule": ["Mon..Fri *:00,30", "Sat,Sun 0,12:00"]}},
       "root": {"inherit": "src", "backup": {"schedule": "2:30"}}}
      """
    for text in [yaml, toml, json] {
      let found = try Findings(text)
      #expect(found.policies.map(\.name) == ["src", "root"])
      #expect(
        found.rules == [
          "FREQ=HOURLY;BYDAY=MO,TU,WE,TH,FR;BYMINUTE=0,30;BYSECOND=0",
          "FREQ=DAILY;BYDAY=SU,SA;BYHOUR=0,12;BYMINUTE=0;BYSECOND=0",
          "FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0",
        ])
      #expect(
        found.policies.map(\.retention.dialect) == ["restic: { keepDaily: 7 }", "restic: { keepDaily: 7 }"])
      #expect(Importer.scenario(from: found, title: "T").text.contains("# of: /src, /a,b"))
    }
  }

  /// A quoted path may end with a backslash, which continues no line.
  @Test func aPathOfWindowsEndsItsLine() throws {
    let text = """
      [default]
      repository = "d:\\\\"
      [default.backup]
      source = "c:\\\\"
      schedule = "daily"
      """
    #expect(try Findings(text).rules == ["FREQ=DAILY;BYHOUR=0;BYMINUTE=0;BYSECOND=0"])
  }

  @Test func laterForgetOptionsOfAutoresticWin() throws {
    let text = """
      version: 2
      global: { forget: { keep-daily: 30, keep-weekly: 52 } }
      locations:
        home: { from: /home, to: [b2], cron: "0 3 * * 0", forget: prune, options: { forget: { keep-daily: 14 } } }
        srv: { from: /srv, to: b2, cron: "@daily", forget: true }
      backends:
        b2: { type: b2, path: "x:/y", options: { forget: { keep-weekly: 4 } } }
      """
    #expect(
      try dialects(text) == [
        "restic: { keepDaily: 14, keepWeekly: 4 }", "restic: { keepDaily: 30, keepWeekly: 4 }",
      ])
  }

  // MARK: borgmatic

  @Test func borgmaticsVariablesAreResolvedOrRefused() throws {
    let text =
      "repositories: [{ path: \"${REPO:-ssh://h/./r}\" }]\nsource_directories: [/]\nkeep_daily: ${KEEP:-9}\n"
    let found = try Findings(text)
    #expect(found.policies[0].retention.dialect == "borg: { keepDaily: 9 }" && found.gaps.isEmpty)
    let open = "repositories: [{ path: \"ssh://h/r\" }]\nsource_directories: [/]\nkeep_daily: ${KEEP}\n"
    let error = try #require(firstError(open))
    #expect(
      error.hasPrefix("3: nobody resolves the variable 'KEEP'; give its value with '--variable"), "\(error)")
    var options = ImportOptions()
    options.variables = [("KEEP", "5")]
    #expect(try Findings(open, options).policies[0].retention.days == 5)
  }

  @Test func aWordOfBorgmaticWithoutANumberIsRefused() throws {
    let error = try #require(
      firstError("repositories: [{ path: /r }]\nsource_directories: [/]\nkeep_daily: seven\n"))
    #expect(
      error == "3: 'seven' is no value of 'keep_daily'; write a whole number, for example 'keep_daily: 7'")
  }

  // MARK: sanoid

  @Test func sanoidsPreferredTimesDecideItsSchedule() throws {
    func rule(_ words: String) throws -> [String] {
      try Findings("[tank/a]\nautosnap = yes\nhourly = 0\nfrequently = 0\n\(words)").rules
    }
    #expect(try rule("daily_hour = 19\ndaily_min = 30\n") == ["FREQ=DAILY;BYHOUR=19;BYMINUTE=30;BYSECOND=0"])
    #expect(
      try rule("daily = 0\nweekly = 4\nweekly_wday = 7\n") == [
        "FREQ=WEEKLY;BYDAY=SU;BYHOUR=23;BYMINUTE=30;BYSECOND=0"
      ])
    let error = try #require(firstError("[tank/a]\nautosnap = yes\nhourly = many\n"))
    #expect(error.hasPrefix("3: 'many' is no number of snapshots; write a whole number"), "\(error)")
  }
}
