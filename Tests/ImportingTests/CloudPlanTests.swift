import Importing
import Testing
import Units

/// Backup plans of Azure, Google and the older volume backup service, right and wrong.
@Suite struct CloudPlanTests {
  private static func resource(_ type: String, _ name: String, _ instances: String...) -> String {
    let texts = instances.map { "{\"attributes\": {\($0)}}" }.joined(separator: ",\n")
    return
      "{\"mode\": \"managed\", \"type\": \"\(type)\", \"name\": \"\(name)\", \"instances\": [\n\(texts)]}"
  }

  private static func state(_ resources: String...) -> String {
    "{\"version\": 4, \"terraform_version\": \"1.9.0\", \"serial\": 1, \"lineage\": \"l\", \"resources\": [\n\(resources.joined(separator: ",\n"))]}"
  }

  private static func unprotected(_ text: String) throws -> [String] {
    Importer.scenario(from: try Findings(text), title: "T").unprotected
  }

  // MARK: Azure

  private static func azure(_ backup: String, type: String = "vm") -> String {
    state(
      resource(
        "azurerm_backup_policy_\(type)", "p",
        "\"id\": \"/p\", \"name\": \"p\", \"timezone\": \"W. Europe Standard Time\", \"backup\": [{\(backup)}], "
          + "\"retention_daily\": [{\"count\": 10}]"),
      resource("azurerm_storage_share", "s", "\"id\": \"/s\", \"name\": \"share\", \"quota\": 50"),
      resource(
        "azurerm_backup_protected_file_share", "f",
        "\"source_file_share_name\": \"share\", \"backup_policy_id\": \"/P\""))
  }

  @Test(arguments: [
    ("\"frequency\": \"Daily\", \"time\": \"23:30\"", "FREQ=DAILY;BYHOUR=23;BYMINUTE=30;BYSECOND=0"),
    (
      "\"frequency\": \"Weekly\", \"time\": \"23:00\", \"weekdays\": [\"Sunday\", \"Wednesday\"]",
      "FREQ=DAILY;BYDAY=SU,WE;BYHOUR=23;BYMINUTE=0;BYSECOND=0"
    ),
    (
      "\"frequency\": \"Hourly\", \"hourly\": [{\"interval\": 4, \"start_time\": \"10:00\", \"window_duration\": 12}]",
      "FREQ=DAILY;BYHOUR=10,14,18;BYMINUTE=0;BYSECOND=0"
    ),
  ])
  func azureSchedulesHaveTheirDaysHoursAndZone(backup: String, rule: String) throws {
    let text = Self.azure(backup, type: "file_share")
    let found = try Findings(text)
    #expect(found.rules == [rule] && found.policies[0].schedules[0].zone == "Europe/Berlin")
    #expect(try Self.unprotected(text).isEmpty)
  }

  @Test(arguments: [
    (
      "\"frequency\": \"Daily\", \"time\": \"25:00\"",
      "'25:00' is no time of day; write hours and minutes, for example '23:00'"
    ),
    (
      "\"frequency\": \"Weekly\", \"time\": \"23:00\", \"weekdays\": []",
      "this weekly schedule has no day of the week, so it never fires; name at least one day"
    ),
    (
      "\"frequency\": \"Weekly\", \"time\": \"23:00\", \"weekdays\": [\"Funday\"]",
      "'Funday' is no day of the week; write for example 'Sunday' or 'SUN'"
    ),
  ])
  func aWrongAzureScheduleHasItsPlaceReasonAndMend(backup: String, error: String) throws {
    let told = try #require(firstError(Self.azure(backup)))
    #expect(told.hasPrefix("3: \(error)"), "\(told)")
  }

  @Test func weeklyIntervalsOfAzureKeepTheirDayAndHour() throws {
    let text = Self.state(
      Self.resource(
        "azurerm_postgresql_flexible_server", "s",
        "\"id\": \"/s\", \"name\": \"s\", \"storage_mb\": 32768, \"backup_retention_days\": 7"),
      Self.resource(
        "azurerm_data_protection_backup_policy_postgresql_flexible_server", "p",
        "\"id\": \"/p\", \"name\": \"p\", \"backup_repeating_time_intervals\": [\"R/2021-05-23T02:30:00+00:00/P1W\"], "
          + "\"default_retention_rule\": [{\"life_cycle\": [{\"duration\": \"P4M\"}]}]"),
      Self.resource(
        "azurerm_data_protection_backup_instance_postgresql_flexible_server", "i",
        "\"server_id\": \"/s\", \"backup_policy_id\": \"/p\""))
    let policy = try #require(try Findings(text).policies.first { $0.tool == "Azure Backup" })
    // The 23rd of May 2021 was a Sunday.
    #expect(policy.schedules.map(\.rule) == ["FREQ=WEEKLY;BYDAY=SU;BYHOUR=2;BYMINUTE=30;BYSECOND=0"])
    #expect(policy.retention.duration == .days(120))
  }

  // MARK: Volume Backup Service

  private static func vbs(_ attributes: String) -> String {
    state(
      resource(
        "opentelekomcloud_vbs_backup_policy_v2", "b",
        "\"id\": \"pol\", \"name\": \"b\", \"resources\": [\"vol-1\"], \(attributes)"),
      resource(
        "opentelekomcloud_evs_volume_v3", "v",
        "\"id\": \"vol-1\", \"name\": \"v\", \"size\": 40, \"availability_zone\": \"eu-de-01\""))
  }

  @Test(
    arguments: [
      (
        "\"status\": \"ON\", \"start_time\": \"12:30\", \"rentention_num\": 2, \"frequency\": 1",
        "FREQ=DAILY;BYHOUR=12;BYMINUTE=30;BYSECOND=0", 2, nil
      ),
      (
        "\"start_time\": \"12:30\", \"rentention_day\": 30, \"frequency\": 3",
        "FREQ=DAILY;INTERVAL=3;BYHOUR=12;BYMINUTE=30;BYSECOND=0", nil, 30
      ),
      (
        "\"start_time\": \"02:00\", \"rentention_num\": 7, \"week_frequency\": [\"MON\", \"SUN\"]",
        "FREQ=WEEKLY;BYDAY=MO,SU;BYHOUR=2;BYMINUTE=0;BYSECOND=0", 7, nil
      ),
    ] as [(String, String, Int?, Int64?)])
  func plansOfVBSHaveTheirDaysAndRetention(
    attributes: String, rule: String, count: Int?, days: Int64?
  ) throws {
    let found = try Findings(Self.vbs(attributes))
    #expect(found.rules == [rule])
    #expect(found.policies[0].retention.count == count)
    #expect(found.policies[0].retention.duration == days.map { .days($0) })
    #expect(try Self.unprotected(Self.vbs(attributes)).isEmpty)
  }

  @Test func aDisabledPlanOfVBSProtectsNothing() throws {
    let gaps = try Self.unprotected(
      Self.vbs("\"status\": \"OFF\", \"start_time\": \"12:00\", \"frequency\": 1"))
    #expect(gaps.count == 2 && gaps[0].contains("the policy 'b' is disabled"), "\(gaps)")
    #expect(gaps[1].contains("'v' is in no backup selection"))
  }

  @Test(arguments: [
    ("\"start_time\": \"noon\"", "'noon' is no time of day; write hours and minutes, for example '12:00'"),
    ("\"start_time\": \"24:00\"", "'24:00' is no time of day"),
    ("\"start_time\": \"02:00\", \"week_frequency\": [\"XYZ\"]", "'XYZ' is no day of the week"),
  ])
  func aWrongPlanOfVBSHasItsPlaceReasonAndMend(attributes: String, error: String) throws {
    let told = try #require(firstError(Self.vbs(attributes)))
    #expect(told.hasPrefix("3: \(error)"), "\(told)")
  }

  // MARK: Google

  private static let link = "https://www.googleapis.com/compute/v1/projects/p"

  private static func disk(_ name: String, zone: String = "europe-west1-b", policies: String = "[]") -> String
  {
    "\"id\": \"projects/p/zones/\(zone)/disks/\(name)\", \"name\": \"\(name)\", \"size\": 100, \"zone\": \"\(zone)\", "
      + "\"self_link\": \"\(link)/zones/\(zone)/disks/\(name)\", \"resource_policies\": \(policies)"
  }

  private static let snapshots = resource(
    "google_compute_resource_policy", "p",
    "\"id\": \"projects/p/regions/europe-west1/resourcePolicies/daily\", \"name\": \"daily\", "
      + "\"self_link\": \"\(link)/regions/europe-west1/resourcePolicies/daily\", "
      + "\"snapshot_schedule_policy\": [{\"schedule\": [{\"daily_schedule\": [{\"days_in_cycle\": 1, \"start_time\": \"04:00\"}]}], "
      + "\"retention_policy\": [{\"max_retention_days\": 10}]}]")

  /// A disk may name its policies itself, and disks of one name may stand in several zones.
  @Test func policiesThatADiskNamesCoverThatDiskAlone() throws {
    let policy = "[\"\(Self.link)/regions/europe-west1/resourcePolicies/daily\"]"
    let text = Self.state(
      Self.resource(
        "google_compute_disk", "data", Self.disk("data", policies: policy),
        Self.disk("data", zone: "europe-west1-c")), Self.snapshots)
    let gaps = try Self.unprotected(text)
    #expect(gaps.count == 1 && gaps[0].contains("google_compute_disk.data"), "\(gaps)")
    #expect(gaps[0].contains("'data' is in no backup selection"))
  }

  @Test func policiesOfABootDiskCoverIt() throws {
    let policy = "[\"\(Self.link)/regions/europe-west1/resourcePolicies/daily\"]"
    let vm =
      "\"id\": \"vm\", \"name\": \"vm\", \"machine_type\": \"e2-medium\", \"zone\": \"europe-west1-b\", \"self_link\": \"\(Self.link)/vm\", "
      + "\"boot_disk\": [{\"source\": \"\(Self.link)/zones/europe-west1-b/disks/vm\", "
      + "\"initialize_params\": [{\"size\": 20, \"resource_policies\": \(policy)}]}]"
    #expect(
      try Self.unprotected(Self.state(Self.resource("google_compute_instance", "vm", vm), Self.snapshots))
        .isEmpty)
  }

  /// Instances of `count` and `for_each` keep their own names, even where an index has a dot.
  @Test func instancesOfCountAndForEachAreDisksOfTheirOwn() throws {
    let text = """
      {"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "l", "resources": [
       {"mode": "managed", "type": "google_compute_disk", "name": "a", "instances": [
        {"index_key": 0, "attributes": {\(Self.disk("a-0"))}}, {"index_key": 1, "attributes": {\(Self.disk("a-1"))}}]},
       {"mode": "managed", "type": "aws_ebs_volume", "name": "b", "instances": [
        {"index_key": "x.y", "attributes": {"id": "vol-1", "size": 5, "availability_zone": "eu-west-1a"}}]},
       {"mode": "managed", "type": "google_compute_disk_resource_policy_attachment", "name": "c", "instances": [
        {"index_key": 0, "attributes": {"name": "daily", "disk": "a-0", "zone": "europe-west1-b"}},
        {"index_key": 1, "attributes": {"name": "daily", "disk": "a-1", "zone": "europe-west1-b"}}]}, \(Self.snapshots)]}
      """
    #expect(try Findings(text).volumes.map(\.name) == ["a-0", "a-1", "b[x.y]"])
    let gaps = try Self.unprotected(text)
    #expect(gaps.count == 1 && gaps[0].hasPrefix("'b[x.y]' is in no backup selection"), "\(gaps)")
    let names = try Findings(text).scenario().scenario.blueprint.volumes.map(\.name)
    #expect(names == ["a-0", "a-1", "b-x.y"])
  }

  /// In a plan the objects have no identifiers yet: the configuration joins instance with instance.
  @Test func attachmentsOfAPlanNameTheirInstances() throws {
    func planned(_ address: String, _ type: String, _ values: String) -> String {
      "{\"address\": \"\(address)\", \"mode\": \"managed\", \"type\": \"\(type)\", \"values\": {\(values)}}"
    }
    let schedule =
      "\"name\": \"daily\", \"snapshot_schedule_policy\": [{\"schedule\": [{\"daily_schedule\": [{\"start_time\": \"04:00\"}]}]}]"
    let disk = "\"zone\": \"europe-west1-b\", \"size\": 50, \"name\":"
    let text = """
      {"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {"resources": [
       \(planned("google_compute_disk.d[\\\"x\\\"]", "google_compute_disk", "\(disk) \"d-x\"")),
       \(planned("google_compute_disk.d[\\\"y\\\"]", "google_compute_disk", "\(disk) \"d-y\"")),
       \(planned("google_compute_resource_policy.p", "google_compute_resource_policy", schedule)),
       \(planned("google_compute_disk_resource_policy_attachment.a[\\\"x\\\"]",
         "google_compute_disk_resource_policy_attachment", "\"zone\": \"europe-west1-b\""))]}},
       "configuration": {"root_module": {"resources": [
        {"address": "google_compute_disk.d", "expressions": {}, "for_each_expression": {}},
        {"address": "google_compute_resource_policy.p", "expressions": {}},
        {"address": "google_compute_disk_resource_policy_attachment.a", "for_each_expression": {}, "expressions": {
         "name": {"references": ["google_compute_resource_policy.p.name", "google_compute_resource_policy.p"]},
         "disk": {"references": ["google_compute_disk.d", "each.key"]}}}]}}}
      """
    let gaps = try Self.unprotected(text)
    #expect(gaps.count == 1 && gaps[0].contains("'d-y' is in no backup selection"), "\(gaps)")
  }

  private static func googlePlan(_ schedule: String) -> String {
    state(
      resource(
        "google_backup_dr_backup_plan", "p",
        "\"id\": \"p\", \"backup_plan_id\": \"p\", \"backup_rules\": [{\"rule_id\": \"r\", \"backup_retention_days\": 30, "
          + "\"standard_schedule\": [{\(schedule), \"time_zone\": \"UTC\", "
          + "\"backup_window\": [{\"start_hour_of_day\": 1, \"end_hour_of_day\": 6}]}]}]"))
  }

  @Test(arguments: [
    ("\"recurrence_type\": \"WEEKLY\", \"days_of_week\": [\"MONDAY\"]", "FREQ=WEEKLY;BYDAY=MO"),
    ("\"recurrence_type\": \"MONTHLY\", \"days_of_month\": [1, 15]", "FREQ=DAILY;BYMONTHDAY=1,15"),
    (
      "\"recurrence_type\": \"MONTHLY\", \"week_day_of_month\": [{\"day_of_week\": \"SUNDAY\", \"week_of_month\": \"LAST\"}]",
      "FREQ=MONTHLY;BYDAY=-1SU"
    ),
    (
      "\"recurrence_type\": \"YEARLY\", \"days_of_month\": [1], \"months\": [\"JANUARY\"]",
      "FREQ=DAILY;BYMONTH=1;BYMONTHDAY=1"
    ),
  ])
  func plansOfGoogleHaveTheirDays(schedule: String, days: String) throws {
    #expect(try Findings(Self.googlePlan(schedule)).rules == ["\(days);BYHOUR=1;BYMINUTE=0;BYSECOND=0"])
  }

  @Test func aMonthlyPlanOfGoogleWithoutDaysIsRefused() throws {
    let told = try #require(firstError(Self.googlePlan("\"recurrence_type\": \"MONTHLY\"")))
    #expect(
      told.hasPrefix("3: this schedule has no day of the month, so it never fires; name at least"), "\(told)")
  }

  // MARK: Cover by another plan

  /// A database whose own backups are off may still be in the selection of a backup plan.
  @Test func aDatabaseWithoutOwnBackupsIsProtectedByAPlanThatSelectsIt() throws {
    let arn = "arn:aws:rds:eu-west-1:1:db:main"
    let database = Self.resource(
      "aws_db_instance", "main",
      "\"identifier\": \"main\", \"arn\": \"\(arn)\", \"allocated_storage\": 20, \"backup_retention_period\": 0"
    )
    let plan = Self.resource(
      "aws_backup_plan", "p",
      "\"id\": \"plan-1\", \"name\": \"p\", \"rule\": [{\"rule_name\": \"r\", \"schedule\": \"cron(0 5 ? * * *)\"}]"
    )
    func selection(_ resource: String) -> String {
      Self.resource("aws_backup_selection", "s", "\"plan_id\": \"plan-1\", \"resources\": [\"\(resource)\"]")
    }
    #expect(try Self.unprotected(Self.state(database, plan, selection(arn))).isEmpty)
    let other = try Self.unprotected(
      Self.state(database, plan, selection("arn:aws:rds:eu-west-1:1:db:other")))
    #expect(other.count == 1 && other[0].contains("it has no backup at all"), "\(other)")
  }

  /// In a template, the short forms of YAML name objects within text.
  @Test func shortFormsOfATemplateNameTheirObjects() throws {
    let text = """
      Resources:
        Plan:
          Type: AWS::Backup::BackupPlan
          Properties:
            BackupPlan:
              BackupPlanName: p
              BackupPlanRule: [{ RuleName: r, ScheduleExpression: cron(0 5 ? * * *) }]
        Selection:
          Type: AWS::Backup::BackupSelection
          Properties:
            BackupPlanId: !Ref Plan
            BackupSelection:
              Resources:
                - !Sub 'arn:aws:ec2:${AWS::Region}:${AWS::AccountId}:volume/${Disk}'
                - !GetAtt Database.DBInstanceArn
        Disk: { Type: "AWS::EC2::Volume", Properties: { Size: 20 } }
        Bare: { Type: "AWS::EC2::Volume", Properties: { Size: 20 } }
        Database: { Type: "AWS::RDS::DBInstance", Properties: { Engine: mysql, AllocatedStorage: 5, BackupRetentionPeriod: 0 } }
      """
    let gaps = try Self.unprotected(text)
    #expect(gaps.count == 1 && gaps[0].hasPrefix("'Bare' is in no backup selection"), "\(gaps)")
  }
}
