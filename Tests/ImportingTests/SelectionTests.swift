import Importing
import Testing
import Units

/// The volumes that selections of backup plans cover, in states, plans and separate files.
@Suite struct SelectionTests {
  private static func state(_ resources: String...) -> String {
    "{\"version\": 4, \"terraform_version\": \"1.9.0\", \"serial\": 1, \"lineage\": \"l\", \"resources\": [\(resources.joined(separator: ","))]}"
  }

  private static func resource(_ type: String, _ name: String, _ attributes: String) -> String {
    "{\"mode\": \"managed\", \"type\": \"\(type)\", \"name\": \"\(name)\", \"instances\": [{\"attributes\": {\(attributes)}}]}"
  }

  private static func volume(_ name: String, tags: String = "{}", all: String = "{}") -> String {
    resource(
      "aws_ebs_volume", name,
      "\"id\": \"vol-\(name)\", \"arn\": \"arn:aws:ec2:eu-west-1:1:volume/vol-\(name)\", \"size\": 10, \"availability_zone\": \"eu-west-1a\", \"tags\": \(tags), \"tags_all\": \(all)"
    )
  }

  private static let plan = resource(
    "aws_backup_plan", "p",
    "\"id\": \"plan-1\", \"name\": \"p\", \"rule\": [{\"rule_name\": \"r\", \"schedule\": \"cron(0 5 ? * * *)\"}]"
  )

  /// The names of the volumes that no policy selects.
  private static func uncovered(_ text: String) throws -> [String] {
    Importer.scenario(from: try Findings(text), title: "T").unprotected.filter {
      $0.contains("is in no backup selection")
    }.compactMap { $0.split(separator: "'").first.map(String.init) }
  }

  @Test func conditionsMustAllHoldAndExcludedResourcesAreLeftOut() throws {
    let selection = Self.resource(
      "aws_backup_selection", "s",
      """
      "plan_id": "plan-1", "resources": ["*"], "not_resources": ["arn:aws:ec2:*:*:volume/vol-out"],
      "condition": [{"string_equals": [{"key": "aws:ResourceTag/backup", "value": "yes"}],
       "string_like": [{"key": "aws:ResourceTag/team", "value": "sh*"}],
       "string_not_equals": [{"key": "aws:ResourceTag/stage", "value": "test"}]}]
      """)
    let tags = "{\"backup\": \"yes\", \"team\": \"shop\"}"
    let text = Self.state(
      Self.plan, selection, Self.volume("in", tags: tags), Self.volume("out", tags: tags),
      Self.volume("half", tags: "{\"backup\": \"yes\"}"),
      Self.volume("test", tags: "{\"backup\": \"yes\", \"team\": \"shop\", \"stage\": \"test\"}"))
    #expect(try Self.uncovered(text) == ["out", "half", "test"])
  }

  @Test func labelsThatAProviderAddsToAllObjectsCount() throws {
    let selection = Self.resource(
      "aws_backup_selection", "s",
      "\"plan_id\": \"plan-1\", \"selection_tag\": [{\"type\": \"STRINGEQUALS\", \"key\": \"backup\", \"value\": \"yes\"}]"
    )
    let text = Self.state(
      Self.plan, selection, Self.volume("in", all: "{\"backup\": \"yes\"}"), Self.volume("other"))
    #expect(try Self.uncovered(text) == ["other"])
  }

  @Test func aSelectionInAFileOfItsOwnIsJoinedWithItsPlan() throws {
    let plan = """
      {"BackupPlanId": "plan-9", "BackupPlan": {"BackupPlanName": "p", "Rules": [{"RuleName": "r", "ScheduleExpression": "cron(0 5 ? * * *)",
       "CopyActions": [{"DestinationBackupVaultArn": "arn:aws:backup:eu-north-1:1:backup-vault:v", "Lifecycle": {"DeleteAfterDays": 90}}]}]}}
      """
    let selection = """
      {"BackupPlanId": "plan-9", "BackupSelection": {"Resources": ["arn:aws:ec2:*:*:volume/*"],
       "NotResources": ["arn:aws:ec2:*:*:volume/vol-b"],
       "Conditions": {"StringEquals": [{"ConditionKey": "aws:ResourceTag/keep", "ConditionValue": "1"}]}}}
      """
    let state = Self.state(
      Self.volume("a", tags: "{\"keep\": \"1\"}"), Self.volume("b", tags: "{\"keep\": \"1\"}"),
      Self.volume("c"))
    let files = [plan, selection, state].map { (name: "f.json", bytes: Array($0.utf8)) }
    let findings = try Importer.findings(in: files)
    let imported = Importer.scenario(from: findings, title: "T")
    #expect(imported.unprotected.map { $0.prefix(3) } == ["'b'", "'c'"])
    #expect(imported.text.contains("replicaRetention: { duration: 90 d }"))
    let alone = Importer.scenario(from: try Findings(selection), title: "T")
    #expect(alone.notes.contains { $0.contains("which no file holds") })
  }

  /// In a plan for new objects nothing has an identifier yet: only the configuration links them.
  @Test func aPlanLinksNewObjectsByItsConfiguration() throws {
    let text = """
      {"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {"resources": [
       {"address": "aws_backup_plan.p", "mode": "managed", "type": "aws_backup_plan", "name": "p",
        "values": {"name": "p", "rule": [{"rule_name": "r", "schedule": "cron(0 5 ? * * *)"}]}},
       {"address": "aws_ebs_volume.other", "mode": "managed", "type": "aws_ebs_volume", "name": "other", "values": {"size": 7}}],
       "child_modules": [{"address": "module.db[\\"x.y\\"]", "resources": [
        {"address": "module.db[\\"x.y\\"].aws_instance.i[0]", "mode": "managed", "type": "aws_instance", "name": "i", "values": {"instance_type": "t3.small"}},
        {"address": "module.db[\\"x.y\\"].aws_ebs_volume.v[0]", "mode": "managed", "type": "aws_ebs_volume", "name": "v", "values": {"size": 50}},
        {"address": "module.db[\\"x.y\\"].aws_volume_attachment.a[0]", "mode": "managed", "type": "aws_volume_attachment", "name": "a", "values": {"device_name": "/dev/sdf"}},
        {"address": "module.db[\\"x.y\\"].aws_backup_selection.m", "mode": "managed", "type": "aws_backup_selection", "name": "m", "values": {"name": "m"}}]}]}},
       "configuration": {"root_module": {"resources": [
        {"address": "aws_backup_plan.p", "type": "aws_backup_plan", "name": "p", "expressions": {}}],
        "module_calls": {"db": {"for_each_expression": {}, "expressions": {"plan": {"references": ["aws_backup_plan.p.id", "aws_backup_plan.p"]}},
         "module": {"resources": [
          {"address": "aws_instance.i", "type": "aws_instance", "name": "i", "count_expression": {"constant_value": 1}, "expressions": {}},
          {"address": "aws_ebs_volume.v", "type": "aws_ebs_volume", "name": "v", "count_expression": {"constant_value": 1}, "expressions": {}},
          {"address": "aws_volume_attachment.a", "type": "aws_volume_attachment", "name": "a", "count_expression": {"constant_value": 1},
           "expressions": {"instance_id": {"references": ["aws_instance.i", "count.index"]}, "volume_id": {"references": ["aws_ebs_volume.v", "count.index"]}}},
          {"address": "aws_backup_selection.m", "type": "aws_backup_selection", "name": "m",
           "expressions": {"plan_id": {"references": ["var.plan"]}, "resources": {"references": ["aws_ebs_volume.v"]}}}]}}}}}}
      """
    #expect(try Self.uncovered(text) == ["other"])
    let services = try Findings(text).scenario().scenario.blueprint.services
    #expect(services.map(\.name) == ["i-0", "other"])
  }

  @Test func azuresIdentifiersDifferInCaseAndItsZonesHaveNamesOfWindows() throws {
    let root = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute"
    let text = Self.state(
      Self.resource(
        "azurerm_linux_virtual_machine", "vm",
        "\"id\": \"\(root)/virtualMachines/vm1\", \"name\": \"vm1\", \"os_disk\": [{\"name\": \"os\", \"disk_size_gb\": 30}]"
      ),
      Self.resource(
        "azurerm_backup_policy_vm", "p",
        "\"id\": \"/subscriptions/s/p\", \"name\": \"p\", \"timezone\": \"W. Europe Standard Time\", \"backup\": [{\"frequency\": \"Daily\", \"time\": \"23:00\"}], \"retention_daily\": [{\"count\": 7}]"
      ),
      Self.resource(
        "azurerm_backup_protected_vm", "pv",
        "\"source_vm_id\": \"\(root.lowercased())/virtualmachines/VM1\", \"backup_policy_id\": \"/subscriptions/S/P\""
      ))
    #expect(try Self.uncovered(text).isEmpty)
    #expect(try Findings(text).policies[0].schedules[0].zone == "Europe/Berlin")
  }

  @Test func anIntervalThatDividesTheDayKeepsItsTimesOfDay() throws {
    let text = Self.state(
      Self.resource(
        "azurerm_data_protection_backup_policy_disk", "p",
        "\"id\": \"p\", \"name\": \"p\", \"backup_repeating_time_intervals\": [\"R/2021-05-19T06:33:16+00:00/PT4H\"], \"default_retention_duration\": \"P7D\""
      ))
    #expect(try Findings(text).rules == ["FREQ=DAILY;BYHOUR=2,6,10,14,18,22;BYMINUTE=33;BYSECOND=16"])
  }

  @Test func aPolicyWhoseTagsNothingHasIsReportedAndProtectsNothing() throws {
    let text = Self.state(
      Self.volume("a"),
      Self.resource(
        "aws_dlm_lifecycle_policy", "d",
        """
        "id": "d", "state": "ENABLED", "policy_details": [{"target_tags": {"snap": "yes"}, "schedule": [{"name": "s",
         "create_rule": [{"interval": 12, "times": ["01:00"]}], "retain_rule": [{"count": 5}],
         "cross_region_copy_rule": [{"target": "us-west-2", "retain_rule": [{"interval": 2, "interval_unit": "WEEKS"}]}]}]}]
        """))
    let imported = Importer.scenario(from: try Findings(text), title: "T")
    #expect(imported.unprotected[0].hasPrefix("no object of this file has the tag snap=yes of 'd-s'"))
    // Local copies by count, remote ones by age.
    #expect(imported.text.contains("retention: { count: 5 }"))
    #expect(imported.text.contains("replicaRetention: { duration: 14 d }"))
  }

  @Test(arguments: [
    ("aws_elasticache_replication_group", "\"snapshot_retention_limit\": 0"),
    ("aws_redshift_cluster", "\"automated_snapshot_retention_period\": 0"),
    ("aws_fsx_lustre_file_system", "\"automatic_backup_retention_days\": 0, \"storage_capacity\": 1200"),
    (
      "huaweicloud_gaussdb_mysql_instance",
      "\"backup_strategy\": [{\"start_time\": \"03:00-04:00\", \"keep_days\": 0}]"
    ),
    ("opentelekomcloud_dds_instance_v3", "\"backup_strategy\": [{\"keep_days\": 0}]"),
  ])
  func everyManagedStoreWithARetentionOfZeroIsUnprotected(type: String, attributes: String) throws {
    let findings = try Findings(Self.state(Self.resource(type, "x", "\"id\": \"x\", \(attributes)")))
    #expect(findings.gaps.count == 1 && findings.gaps[0].text.contains("has a backup retention of 0"))
  }

  @Test(arguments: [
    (
      "google_sql_database_instance",
      "\"master_instance_name\": \"main\", \"settings\": [{\"backup_configuration\": []}]"
    ),
    ("azurerm_postgresql_flexible_server", "\"create_mode\": \"Replica\", \"source_server_id\": \"/x/main\""),
    ("opentelekomcloud_rds_read_replica_v3", "\"replica_of_id\": \"main\""),
  ])
  func aReadReplicaIsNoBackupAndNoUnprotectedDatabase(type: String, attributes: String) throws {
    let findings = try Findings(Self.state(Self.resource(type, "x", "\"id\": \"x\", \(attributes)")))
    #expect(findings.gaps.isEmpty && findings.volumes.isEmpty)
    #expect(
      findings.notes.map(\.text) == ["'x' is a read replica of 'main': it follows deletions and is no backup"]
    )
  }

  @Test func theOlderServicesOfOpenTelekomCloudAreRead() throws {
    let text = Self.state(
      Self.resource(
        "opentelekomcloud_csbs_backup_policy_v1", "c",
        """
        "id": "c", "name": "c", "resource": [{"id": "ecs-1"}], "scheduled_operation": [{"enabled": true, "max_backups": "2",
         "trigger_pattern": "BEGIN:VCALENDAR\\r\\nBEGIN:VEVENT\\r\\nRRULE:FREQ=WEEKLY;BYDAY=TH;BYHOUR=12;BYMINUTE=27\\r\\nEND:VEVENT\\r\\nEND:VCALENDAR\\r\\n"}]
        """),
      Self.resource(
        "opentelekomcloud_ecs_instance_v1", "e",
        "\"id\": \"ecs-1\", \"name\": \"app\", \"system_disk_size\": 40, \"data_disks\": [{\"size\": 100, \"type\": \"SSD\"}]"
      ),
      Self.resource(
        "opentelekomcloud_sfs_turbo_share_v1", "s", "\"id\": \"s\", \"name\": \"share\", \"size\": 500"))
    let findings = try Findings(text)
    #expect(findings.rules == ["FREQ=WEEKLY;BYDAY=TH;BYHOUR=12;BYMINUTE=27;BYSECOND=0"])
    #expect(findings.policies[0].retention.count == 2)
    #expect(Set(findings.volumes.map(\.size)) == [.gibibytes(40), .gibibytes(100), .gibibytes(500)])
    #expect(try Self.uncovered(text) == ["share"])
  }

  @Test(arguments: [
    "aws_s3_bucket", "google_filestore_instance", "azurerm_storage_account", "huaweicloud_sfs_turbo",
  ])
  func aPlanThatDeletesAnyStoreIsRefused(type: String) throws {
    #expect(firstError(Self.deletion(of: type))?.contains("deletes 'x', and its data with it") == true)
  }

  @Test(arguments: ["aws_backup_plan", "opentelekomcloud_cbr_policy_v3", "azurerm_backup_protected_vm"])
  func aPlanThatDeletesProtectionIsRefused(type: String) throws {
    #expect(firstError(Self.deletion(of: type))?.contains("deletes 'x', and the protection with it") == true)
  }

  private static func deletion(of type: String) -> String {
    "{\"format_version\": \"1.2\", \"terraform_version\": \"1.9.0\", \"planned_values\": {\"root_module\": {}}, \"resource_changes\": [{\"address\": \"x\", \"type\": \"\(type)\", \"change\": {\"actions\": [\"delete\"]}}]}"
  }

  @Test func velerosSelectorsAndExcludedNamespacesDecideWhatItCovers() throws {
    func claim(_ name: String, _ namespace: String, _ labels: String) -> String {
      "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: \(name), namespace: \(namespace), labels: \(labels) }\nspec: { resources: { requests: { storage: 10e9 } } }\n---\n"
    }
    let schedule = """
      apiVersion: velero.io/v1
      kind: Schedule
      metadata: { name: gold }
      spec: { schedule: "0 2 * * *", template: { excludedNamespaces: [tmp], labelSelector: { matchLabels: { tier: gold } } } }
      """
    let text =
      claim("in", "shop", "{ tier: gold }") + claim("out", "tmp", "{ tier: gold }")
      + claim("plain", "shop", "{}")
      + schedule
    #expect(try Self.uncovered(text) == ["out", "plain"])
    #expect(try Findings(text).volumes[0].size == ByteCount(10_000_000_000))
  }

  @Test func aStatefulSetHasAClaimForEachPod() throws {
    let text = """
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: { name: db }
      spec:
        replicas: 2
        volumeClaimTemplates:
          - metadata: { name: data }
            spec: { resources: { requests: { storage: 20Gi } } }
      """
    let findings = try Findings(text)
    #expect(findings.volumes.map(\.name) == ["data-db-0", "data-db-1"])
    #expect(findings.volumes.allSatisfy { $0.size == .gibibytes(20) })
  }

  @Test(arguments: ["rpoInSecs", "RpoInSecs"]) func resilienceHubHasTwoSpellings(_ rpo: String) throws {
    let rto = rpo.replacing("po", with: "to")
    let policy =
      "{\"AZ\": {\"\(rpo)\": 3600, \"\(rto)\": 7200}, \"Region\": {\"\(rpo)\": 2592001, \"\(rto)\": 2592001}}"
    let text =
      rpo.first == "r"
      ? "{\"policy\": {\"policyName\": \"p\", \"policy\": \(policy)}}"
      : "{\"Resources\": {\"P\": {\"Type\": \"AWS::ResilienceHub::ResiliencyPolicy\", \"Properties\": {\"PolicyName\": \"p\", \"Policy\": \(policy)}}}}"
    let findings = try Findings(text)
    #expect(findings.objectives.map(\.rpo) == [.hours(1)] && findings.objectives.map(\.rto) == [.hours(2)])
    #expect(findings.gaps.count == 1)
  }
}
