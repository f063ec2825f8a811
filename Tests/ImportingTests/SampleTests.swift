import Importing
import Testing
import Units

/// The values that the samples' README states.
@Suite(.enabled(if: Samples.areThere, "the samples are not beside the project: ../shared/data/imports"))
struct SampleTests {
  @Test(arguments: Samples.names)
  func everySampleMakesAScenarioThatIsValid(_ name: String) throws {
    let findings = try Samples.findings(name)
    _ = try findings.scenario()
  }

  @Test func allSamplesTogetherMakeOneScenario() throws {
    let files = try Samples.names.map { (name: $0, bytes: try Samples.bytes($0)) }
    let scenario = try Importer.findings(in: files).scenario().scenario
    #expect(scenario.blueprint.volumes.count >= 6)
    #expect(scenario.strategies.count >= 4)
  }

  @Test(arguments: [
    ("iostat-d.json", 62_291_968, 2), ("iostat-d.txt", 17_674_240, 2), ("sadf-d.csv", 43_171_840, 6),
    ("sadf-j.json", 43_171_840, 6),
  ])
  func sysstatGivesTheWrittenBytesOfTheDisk(name: String, written: Int64, seconds: Int64) throws {
    let findings = try Samples.findings(name)
    #expect(findings.loads.map(\.device) == ["vda"])
    #expect(findings.written("vda") == ByteCount(written))
    #expect(findings.loads[0].length == .seconds(seconds))
  }

  @Test(arguments: [("fio-with-note-line.json", 67_108_864), ("fio-status-interval.json", 15_794_176)])
  func fioGivesTheWrittenBytesOfItsLastDocument(name: String, written: Int64) throws {
    let total = try Samples.findings(name).loads.reduce(ByteCount.zero) { $0 + $1.written }
    #expect(total == ByteCount(written))
  }

  @Test func backupsThatWereMadeGiveTheirSizes() throws {
    let summary = try Samples.findings("restic-backup-summary.json").histories[0]
    #expect(summary.stored == [ByteCount(20_810_010)])
    let restored = try Samples.findings("restic-stats-restore-size.json").histories[0]
    #expect(restored.count == 2 && restored.source == ByteCount(45_000_005))
    #expect(try Samples.findings("restic-stats-raw-data.json").histories[0].stored == [ByteCount(20_003_840)])
    #expect(try Samples.findings("restic-snapshots.json").histories[0].count == 2)
    #expect(try Samples.findings("borg-create-one.json").histories[0].stored == [ByteCount(20_020_111)])
    #expect(try Samples.findings("borg-list.json").histories[0].count == 3)
    let pgBackRest = try Samples.findings("pgbackrest-info.json").histories[0]
    #expect(pgBackRest.stored.map(\.bytes) == [8_261_275, 4_340_720, 4_264_831, 428])
    let barman = try Samples.findings("barman-list-backups.json").histories[0]
    #expect(barman.stored.map(\.bytes) == [109_789_221, 109_429_850])
    #expect(try Samples.findings("barman-show-backup.json").histories[0].stored == [ByteCount(109_429_850)])
  }

  @Test func aDatabaseWithRetentionZeroIsUnprotectedAlthoughItHasAWindow() throws {
    let findings = try Samples.findings("terraform-state-aws_db_instance.json")
    #expect(findings.volumes.map(\.size) == [.gibibytes(20)])
    #expect(findings.policies.isEmpty)
    #expect(findings.gaps.count == 1)
    #expect(findings.gaps[0].text.contains("backup retention of 0"))
    #expect(findings.gaps[0].text.contains("09:16-09:46"))
    #expect(findings.gaps[0].origin.line == 24)
    let imported = Importer.scenario(from: findings, title: "Test")
    #expect(imported.text.hasPrefix("# NOT PROTECTED"))
    #expect(imported.unprotected.count == 1)
  }

  @Test func aServerAndAVolumeComeFromTheirStates() throws {
    let server = try Samples.findings("terraform-state-aws_ec2_instance.json")
    #expect(server.servers.map(\.type) == ["t3.nano"])
    #expect(server.volumes.map(\.size) == [.gibibytes(8)])
    let volume = try Samples.findings("terraform-state-aws_ec2_ebs_volume.json")
    #expect(volume.volumes.map(\.name) == ["HelloWorld"])
    #expect(volume.volumes.map(\.size) == [.gibibytes(8)])
    #expect(volume.volumes[0].place.zone == "eu-west-3a" && volume.volumes[0].place.region == "eu-west-3")
  }

  @Test func aPlanGivesItsDatabaseServersAndVolume() throws {
    let findings = try Samples.findings("terraform-plan.json")
    #expect(findings.servers.count == 2)
    let sizes = findings.volumes.map(\.size)
    #expect(sizes.contains(.gibibytes(20)) && sizes.contains(.gibibytes(1)))
    #expect(findings.gaps.contains { $0.text.contains("backup retention of 0") })
  }

  @Test func kubernetesObjectsGiveTheirIntervalsAndRetention() throws {
    let volsync = try Samples.findings("volsync-replicationsource.yaml").policies[0]
    #expect(volsync.schedules.map(\.rule) == ["FREQ=DAILY;BYHOUR=0,4,8,12,16,20;BYMINUTE=0;BYSECOND=0"])
    #expect(volsync.retention.count == 6 && volsync.retention.days == 14)
    #expect(volsync.retention.weeks == 10 && volsync.retention.months == 6)
    let ramen = try Samples.findings("ramen-drpolicy.yaml").replications[0]
    #expect(ramen.mode == .interval(.hours(1)))
    let backup = try Samples.findings("cloudnativepg-scheduledbackup.yaml").policies[0]
    #expect(backup.schedules.map(\.rule) == ["FREQ=DAILY;BYHOUR=0;BYMINUTE=0;BYSECOND=0"])
    let cluster = try Samples.findings("cloudnativepg-cluster.yaml")
    #expect(cluster.policies[0].retention.duration == .days(30))
    #expect(cluster.volumes[0].size == .gibibytes(1))
  }

  @Test func aCrontabGivesTheJobsThatMakeBackups() throws {
    let findings = try Samples.findings("crontab.txt")
    #expect(findings.policies.map(\.name) == ["create-all-backups", "tape-backup"])
    #expect(
      findings.rules == [
        "FREQ=DAILY;BYHOUR=4;BYMINUTE=30;BYSECOND=0",
        "FREQ=DAILY;BYMONTHDAY=1;BYHOUR=0;BYMINUTE=0;BYSECOND=0",
      ])
  }
}
