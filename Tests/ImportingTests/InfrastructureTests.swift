import Importing
import Testing
import Units

/// States, plans and policies of providers: what there is, and what no policy selects.
@Suite struct InfrastructureTests {
  /// A state of version 4 with these resources.
  private static func state(_ resources: (type: String, name: String, attributes: String)...) -> String {
    let texts = resources.map {
      """
      {"mode": "managed", "type": "\($0.type)", "name": "\($0.name)", "provider": "p",
       "instances": [{"attributes": {\($0.attributes)}}]}
      """
    }
    return
      "{\"version\": 4, \"terraform_version\": \"1.9.0\", \"serial\": 1, \"lineage\": \"l\", \"resources\": [\(texts.joined(separator: ","))]}"
  }

  private static let plan = (
    "aws_backup_plan", "nightly",
    """
    "id": "plan-1", "name": "nightly", "rule": [{"rule_name": "daily", "target_vault_name": "v",
     "schedule": "cron(0 5 ? * * *)", "start_window": 60, "completion_window": 120, "enable_continuous_backup": true,
     "lifecycle": [{"delete_after": 35, "cold_storage_after": 0}],
     "copy_action": [{"destination_vault_arn": "arn:aws:backup:eu-central-1:1:backup-vault:far"}]}]
    """
  )

  private static func volume(_ name: String, tags: String = "{}") -> (String, String, String) {
    (
      "aws_ebs_volume", name,
      "\"id\": \"vol-\(name)\", \"arn\": \"arn:aws:ec2:eu-west-1:1:volume/vol-\(name)\", \"size\": 100, "
        + "\"availability_zone\": \"eu-west-1a\", \"tags\": \(tags)"
    )
  }

  @Test func coverageComesFromTheSelectionByTagOrByName() throws {
    let findings = try Findings(
      Self.state(
        Self.volume("tagged", tags: "{\"backup\": \"yes\"}"), Self.volume("named"), Self.volume("forgotten"),
        Self.plan,
        (
          "aws_backup_selection", "s",
          """
          "plan_id": "plan-1", "resources": ["arn:aws:ec2:*:*:volume/vol-named"],
           "selection_tag": [{"type": "STRINGEQUALS", "key": "backup", "value": "yes"}]
          """
        )))
    let imported = Importer.scenario(from: findings, title: "Test")
    #expect(imported.unprotected.count == 1)
    #expect(imported.unprotected[0].hasPrefix("'forgotten' is in no backup selection"))
    let policy = findings.policies[0]
    #expect(policy.schedules.map(\.rule) == ["FREQ=DAILY;BYHOUR=5;BYMINUTE=0;BYSECOND=0"])
    #expect(policy.delay == .hours(1) && policy.retention.duration == .days(35))
    let strategy = try findings.scenario().scenario.strategies[0]
    #expect(
      strategy.backups.count == 2
        && strategy.backups.allSatisfy { $0.replica != nil || $0.schedule.description.contains("MINUTELY") })
  }

  @Test func aPlanWithoutASelectionProtectsNothing() throws {
    let findings = try Findings(Self.state(Self.plan, Self.volume("data")))
    #expect(findings.gaps.map(\.text) == ["nothing is selected by 'nightly-daily': it protects nothing"])
    #expect(Importer.scenario(from: findings, title: "T").unprotected.count == 2)
  }

  @Test func pointsInColdStorageStayNinetyDaysAtLeast() throws {
    let wrong = Self.plan.2.replacing("\"cold_storage_after\": 0", with: "\"cold_storage_after\": 10")
    let error = try #require(firstError(Self.state((Self.plan.0, Self.plan.1, wrong))))
    #expect(error.contains("write at least 100 days"), "\(error)")
  }

  @Test func aDatabaseWithRetentionIsBackedUpDailyAndItsLogIsKept() throws {
    let findings = try Findings(
      Self.state(
        (
          "aws_db_instance", "main",
          "\"identifier\": \"main\", \"allocated_storage\": 50, \"engine\": \"postgres\", \"backup_retention_period\": 7, "
            + "\"backup_window\": \"03:10-03:40\", \"availability_zone\": \"eu-west-1a\""
        ),
        (
          "aws_db_instance", "reader",
          "\"allocated_storage\": 50, \"replicate_source_db\": \"main\", \"backup_retention_period\": 0"
        )))
    #expect(findings.gaps.isEmpty && findings.volumes.count == 1)
    #expect(findings.rules == ["FREQ=DAILY;BYHOUR=3;BYMINUTE=10;BYSECOND=0"])
    #expect(findings.notes.contains { $0.text.contains("read replica") })
  }

  @Test func lifecyclePoliciesAreReadAndDisabledOnesProtectNothing() throws {
    let attributes = """
      "id": "policy-1", "state": "DISABLED", "policy_details": [{"target_tags": {"Snapshot": "true"}, "schedule": [
       {"name": "6h", "create_rule": [{"interval": 6, "interval_unit": "HOURS", "times": ["23:45"]}],
        "retain_rule": [{"count": 14}]}]}]
      """
    let disabled = try Findings(Self.state(("aws_dlm_lifecycle_policy", "dlm", attributes)))
    #expect(disabled.rules == ["FREQ=DAILY;BYHOUR=5,11,17,23;BYMINUTE=45;BYSECOND=0"])
    #expect(disabled.policies[0].retention.count == 14)
    let imported = Importer.scenario(from: disabled, title: "T")
    #expect(imported.unprotected.contains { $0.contains("is disabled: it protects nothing") })
    #expect(imported.text.contains("title: Nothing, as the files say"))
  }

  @Test func modulesAndUTF16AreRead() throws {
    let text = """
      {"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {"child_modules": [
        {"address": "module.a", "child_modules": [{"address": "module.a.module.b", "resources": [
          {"address": "module.a.module.b.aws_ebs_volume.x", "mode": "managed", "type": "aws_ebs_volume", "name": "x",
           "values": {"size": 9, "availability_zone": "us-east-1b"}}]}]}]}}}
      """
    var bytes: [UInt8] = [0xFF, 0xFE]
    for unit in text.utf16 { bytes += [UInt8(unit & 255), UInt8(unit >> 8)] }
    let findings = try Importer.findings(in: "state.json", bytes)
    #expect(findings.volumes.map(\.size) == [.gibibytes(9)])
    #expect(findings.volumes[0].origin.subject == "module.a.module.b.aws_ebs_volume.x.size")
    #expect(findings.volumes[0].place.region == "us-east-1")
  }

  @Test func azureAndGoogleStatesAreRead() throws {
    let findings = try Findings(
      Self.state(
        (
          "azurerm_managed_disk", "d",
          "\"id\": \"/disks/d\", \"name\": \"d\", \"disk_size_gb\": 64, \"location\": \"westeurope\", \"zone\": \"1\""
        ),
        (
          "azurerm_backup_policy_vm", "p",
          "\"id\": \"/policies/p\", \"name\": \"p\", \"timezone\": \"UTC\", \"backup\": [{\"frequency\": \"Hourly\", \"time\": \"08:00\", "
            + "\"hour_interval\": 4, \"hour_duration\": 12}], \"retention_daily\": [{\"count\": 10}]"
        ),
        (
          "azurerm_backup_protected_vm", "v",
          "\"source_vm_id\": \"/vms/d\", \"backup_policy_id\": \"/policies/p\""
        ),
        (
          "google_sql_database_instance", "sql",
          "\"name\": \"sql\", \"region\": \"europe-west1\", \"database_version\": \"POSTGRES_15\", \"settings\": [{\"disk_size\": 30, "
            + "\"backup_configuration\": [{\"enabled\": false, \"start_time\": \"02:00\"}]}]"
        )))
    #expect(findings.volumes.map(\.size) == [.gibibytes(64), .gibibytes(30)])
    #expect(findings.volumes[0].place.zone == "westeurope-1")
    #expect(findings.rules == ["FREQ=DAILY;BYHOUR=8,12,16;BYMINUTE=0;BYSECOND=0"])
    #expect(findings.policies[0].retention.days == 10)
    #expect(
      findings.gaps.map(\.text).contains { $0.hasPrefix("the database 'sql' has a backup retention of 0") })
  }

  @Test func cloudBackupAndRecoveryIsReadFromBothProviders() throws {
    let otc = Self.state(
      (
        "opentelekomcloud_cbr_policy_v3", "otc",
        "\"id\": \"p1\", \"name\": \"otc\", \"enabled\": true, \"operation_type\": \"backup\", \"trigger_pattern\": "
          + "[\"FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=14;BYMINUTE=00\"], \"operation_definition\": [{\"day_backups\": 5, \"timezone\": \"UTC+03:00\"}]"
      ),
      (
        "opentelekomcloud_cbr_vault_v3", "empty",
        "\"id\": \"v1\", \"name\": \"empty\", \"backup_policy_id\": \"p1\", \"resource\": []"
      ))
    let findings = try Findings(otc)
    #expect(findings.rules == ["FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=14;BYMINUTE=0;BYSECOND=0"])
    #expect(findings.policies[0].retention.days == 5)
    #expect(findings.gaps.map(\.text).contains("the vault 'empty' holds no resources: it protects nothing"))
    let huawei = try Findings(
      Self.state(
        (
          "huaweicloud_cbr_policy", "hw",
          "\"id\": \"p2\", \"name\": \"hw\", \"type\": \"backup\", \"enabled\": false, \"backup_quantity\": 20, "
            + "\"backup_cycle\": [{\"interval\": 2, \"execution_times\": [\"06:00\", \"18:00\"]}]"
        )))
    #expect(
      huawei.rules == [
        "FREQ=DAILY;INTERVAL=2;BYHOUR=6;BYMINUTE=0;BYSECOND=0",
        "FREQ=DAILY;INTERVAL=2;BYHOUR=18;BYMINUTE=0;BYSECOND=0",
      ])
    #expect(huawei.policies[0].retention.count == 20 && !huawei.policies[0].isEnabled)
  }

  @Test func calendarCountsOfCBRNeedAZone() throws {
    let policy = """
      {"policy": {"id": "p", "name": "p", "enabled": true, "operation_type": "backup", "associated_vaults": [{"vault_id": "v"}],
       "operation_definition": {"max_backups": 10,
        "day_backups": 7%Z},
       "trigger": {"properties": {"pattern": ["BEGIN:VCALENDAR\\r\\nBEGIN:VEVENT\\r\\nRRULE:FREQ=DAILY;BYHOUR=1;BYMINUTE=5\\r\\nEND:VEVENT\\r\\nEND:VCALENDAR"]}}}}
      """
    let findings = try Findings(policy.replacing("%Z", with: ", \"timezone\": \"UTC+01:00\""))
    #expect(findings.rules == ["FREQ=DAILY;BYHOUR=1;BYMINUTE=5;BYSECOND=0"])
    #expect(findings.policies[0].retention.count == 10 && findings.policies[0].retention.days == 7)
    let error = try #require(firstError(policy.replacing("%Z", with: "")))
    #expect(error.hasPrefix("3: 'day_backups' has no timezone"), "\(error)")
  }

  @Test func resilienceHubGivesObjectivesAndItsSentinelIsNoNumber() throws {
    let text = """
      {"policy": {"policyName": "critical", "policy": {"Software": {"rtoInSecs": 3600, "rpoInSecs": 300},
       "Region": {"rtoInSecs": 2592001, "rpoInSecs": 2592001}}}}
      """
    let findings = try Findings(text)
    #expect(findings.objectives.map(\.rpo) == [.minutes(5)] && findings.objectives.map(\.rto) == [.hours(1)])
    #expect(findings.gaps.count == 1 && findings.gaps[0].text.contains("'Region'"))
    #expect(try findings.scenario().scenario.objectives.rpo == .minutes(5))
  }

  @Test func cloudFormationInYAMLIsRead() throws {
    let text = """
      Resources:
        Plan:
          Type: AWS::Backup::BackupPlan
          Properties:
            BackupPlan:
              BackupPlanName: weekly
              BackupPlanRule:
                - RuleName: r
                  TargetBackupVault: !Ref Vault
                  ScheduleExpression: cron(0 1 ? * SUN *)
                  ScheduleExpressionTimezone: Europe/Berlin
                  Lifecycle: { DeleteAfterDays: 90 }
        Selection:
          Type: AWS::Backup::BackupSelection
          Properties:
            BackupPlanId: !Ref Plan
            BackupSelection: { Resources: [!Ref Disk] }
        Disk:
          Type: AWS::EC2::Volume
          Properties: { Size: 20, AvailabilityZone: eu-central-1a }
      """
    let findings = try Findings(text)
    #expect(findings.rules == ["FREQ=DAILY;BYDAY=SU;BYHOUR=1;BYMINUTE=0;BYSECOND=0"])
    #expect(findings.policies[0].schedules[0].zone == "Europe/Berlin")
    #expect(findings.policies[0].delay == .hours(8))
    #expect(findings.volumes.map(\.size) == [.gibibytes(20)])
  }

  @Test func rvToolsCountsOnlyMachinesThatHoldProductionData() throws {
    let findings = try Importer.findings(in: "rvtools.xlsx", WorkbookSample.bytes)
    #expect(findings.servers.map(\.name) == ["db", "web"])
    #expect(findings.volumes.map(\.name) == ["db-Hard disk 1", "db-Hard disk 2", "web-Hard disk 1"])
    #expect(findings.volumes.map(\.size) == [.gibibytes(100), .gibibytes(100), .gibibytes(40)])
    #expect(findings.volumes.map(\.used) == [.gibibytes(50), .gibibytes(50), nil])
    #expect(findings.volumes[0].place.zone == "Munich")
    #expect(findings.notes.count == 3)
    let scenario = try findings.scenario().scenario
    #expect(scenario.blueprint.hosts.map(\.size) == ["large", "medium"])
  }
}
