import Importing
import Testing
import Units

/// Configurations of backup tools: what they keep, when they run, and what they leave unprotected.
@Suite struct ToolTests {
  @Test func borgmaticTakesItsScheduleFromACrontab() throws {
    let config = """
      source_directories: [/srv]
      repositories:
        - path: ssh://host/./repo
      keep_daily: 7
      keep_weekly: 4
      keep_hourly: 24
      """
    let files = [
      (name: "config.yaml", bytes: Array(config.utf8)),
      (name: "crontab", bytes: Array("0 2 * * * borgmatic\n".utf8)),
    ]
    let scenario = try Importer.findings(in: files).scenario().scenario
    let strategy = try #require(scenario.strategies.first)
    #expect(strategy.name == "borgmatic" && strategy.backups.count == 1)
    #expect("\(strategy.backups[0].schedule)" == "FREQ=DAILY;BYHOUR=2;BYMINUTE=0;BYSECOND=0")
    #expect(scenario.strategies.map(\.name) == ["borgmatic", "nightly-elsewhere"])
  }

  @Test func borgmaticWithoutATimerSaysThatItsScheduleIsAssumed() throws {
    let findings = try Findings(
      "source_directories: [/srv]\nrepositories: [{ path: /backup }]\nkeep_daily: 7\n")
    #expect(
      findings.gaps.map(\.text) == ["borgmatic writes to this machine only: its backups are lost with it"])
    let imported = Importer.scenario(from: findings, title: "Test")
    #expect(imported.assumed.contains { $0.contains("holds no schedule") })
  }

  @Test func resticprofileInYAMLAndTOMLMeansTheSame() throws {
    let yaml = """
      version: "1"
      default:
        repository: "sftp:host:/repo"
        backup:
          source: [/srv, /home]
          schedule: "*-*-* 03:30"
        retention:
          after-backup: true
          keep-daily: 7
          keep-last: 3
      """
    let toml = """
      version = "1"
      [default]
      repository = "sftp:host:/repo"
      [default.backup]
      source = [ "/srv", "/home" ]
      schedule = "*-*-* 03:30" # nightly
      [default.retention]
      after-backup = true
      keep-daily = 7
      keep-last = 3
      """
    for text in [yaml, toml] {
      let policy = try Findings(text).policies[0]
      #expect(policy.name == "default")
      #expect(policy.schedules.map(\.rule) == ["FREQ=DAILY;BYHOUR=3;BYMINUTE=30;BYSECOND=0"])
      #expect(policy.retention.days == 7 && policy.retention.count == 3 && !policy.retention.isPermanent)
    }
    #expect(
      try Findings(yaml.replacing("after-backup: true", with: "after-backup: false")).policies[0].retention
        .isPermanent)
  }

  @Test func autoresticKeepsEverythingUnlessForgetApplies() throws {
    let text = """
      version: 2
      locations:
        home:
          from: /home
          to: [remote]
          cron: '0 3 * * *'
          forget: prune
          options: { forget: { keep-daily: 14 } }
        photos:
          from: /photos
          to: [remote]
      backends:
        remote: { type: s3, path: bucket }
      """
    let findings = try Findings(text)
    #expect(findings.policies.map(\.retention.days) == [14, nil])
    #expect(findings.policies.map(\.retention.isPermanent) == [false, true])
    #expect(
      findings.gaps.map(\.text) == ["the location 'photos' has no 'cron': it is backed up by hand only"])
  }

  @Test func pgBackRestCountsFullsOrDays() throws {
    let text = """
      [global]
      repo1-path=/var/lib/pgbackrest
      repo1-retention-full=2
      [main]
      pg1-path=/var/lib/postgresql/15/main
      [other]
      pg1-path=/srv/other
      repo1-retention-full=14
      repo1-retention-full-type=time
      repo1-type=s3
      """
    let findings = try Findings(text)
    #expect(findings.policies.map(\.name) == ["main", "other"])
    #expect(findings.policies[0].retention.count == 2)
    #expect(findings.policies[1].retention.duration == .days(14))
    #expect(findings.gaps.map(\.text) == ["the repository of 'main' is on the database's own machine"])
  }

  @Test func barmanReadsItsRetentionWords() throws {
    let text = """
      [barman]
      barman_home = /var/lib/barman
      retention_policy = RECOVERY WINDOW OF 4 WEEKS
      [main]
      conninfo = host=db
      streaming_archiver = on
      [old]
      conninfo = host=old
      active = false
      retention_policy = REDUNDANCY 3
      """
    let findings = try Findings(text)
    #expect(findings.policies.map(\.retention.duration) == [.days(28), nil])
    #expect(findings.policies.map(\.retention.count) == [nil, 3])
    #expect(findings.policies.map(\.isEnabled) == [true, false])
    let imported = Importer.scenario(from: findings, title: "Test")
    #expect(imported.unprotected.contains { $0.contains("the policy 'old' is disabled") })
    #expect(firstError(text.replacing("4 WEEKS", with: "FOUR WEEKS"))?.hasPrefix("3: ") == true)
  }

  @Test func sanoidUsesItsTemplates() throws {
    let text = """
      [tank/data]
        use_template = production
      [tank/scratch]
        autosnap = no
      [template_production]
        frequently = 0
        hourly = 36
        daily = 30
        monthly = 3
        yearly = 0
        autosnap = yes
        autoprune = yes
      """
    let findings = try Findings(text)
    let policy = findings.policies[0]
    #expect(policy.schedules.map(\.rule) == ["FREQ=HOURLY;BYMINUTE=0;BYSECOND=0"])
    #expect(
      policy.retention.duration == .hours(36) && policy.retention.days == 30 && policy.retention.months == 3)
    #expect(findings.gaps.map(\.text) == ["'tank/scratch' takes no snapshots"])
    #expect(
      firstError(text.replacing("use_template = production", with: "use_template = none"))?.contains(
        "no [template_none]") == true)
  }

  @Test func btrbksPreserveDoesNothingWhileTheMinimumIsAll() throws {
    let text = "snapshot_preserve 14d\nvolume /mnt/pool\n  subvolume home\n"
    let findings = try Findings(text)
    #expect(findings.policies[0].retention.isPermanent)
    #expect(findings.policies[0].retention.comments[0].contains("does nothing"))
    #expect(findings.gaps.map(\.text) == ["'home' has no target: its snapshots are lost with the disk"])
    let limited = try Findings("snapshot_preserve_min 2d\n" + text + "  target /backup\n")
    #expect(limited.policies[0].retention.duration == .days(2) && limited.policies[0].retention.days == 14)
  }

  @Test func snapperKeepsByItsLimitsAndTakesNothingWhenItIsOff() throws {
    let text = """
      SUBVOLUME="/"
      TIMELINE_CREATE="yes"
      TIMELINE_CLEANUP="yes"
      TIMELINE_LIMIT_HOURLY="5"
      TIMELINE_LIMIT_DAILY="7"
      TIMELINE_LIMIT_WEEKLY="0"
      TIMELINE_LIMIT_MONTHLY="0"
      TIMELINE_LIMIT_YEARLY="0"
      """
    let retention = try Findings(text).policies[0].retention
    #expect(retention.duration == .hours(5) && retention.days == 7 && retention.weeks == nil)
    let off = try Findings(text.replacing("CREATE=\"yes\"", with: "CREATE=\"no\""))
    #expect(off.policies.isEmpty && off.gaps.count == 1)
  }
}
