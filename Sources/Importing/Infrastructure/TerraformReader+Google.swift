import Documents
import Units

extension TerraformReader {
  /// Reads a resource; returns whether it is relevant to the rehearsal.
  mutating func readGoogle(_ resource: TerraformResource) throws(InputError) -> Bool {
    switch resource.type {
    case "google_compute_instance":
      addServer(resource, type: resource.text("machine_type")?.lastPart)
      let size = resource.block("boot_disk")?["initialize_params"]?.list.first?["size"]?.integer
      addVolume(
        resource, name: "\(resource.name)-boot",
        ids: [resource.block("boot_disk")?["source"]?.text ?? "\(resource.address).boot_disk"],
        size: size.flatMap { $0 > 0 ? .gibibytes($0) : nil },
        server: resource.text("self_link") ?? resource.address,
        key: "boot_disk")
      let boot = resource.block("boot_disk")?["initialize_params"]?.list.first
      for policy in (boot["resource_policies"]?.items ?? []).compactMap(\.text) {
        let ids = [resource.block("boot_disk")?["source"]?.text ?? "\(resource.address).boot_disk"]
        selections.append((policy, .objects(ids), resource.origin("boot_disk")))
      }
      for disk in resource.blocks("attached_disk") {
        guard let source = disk["source"]?.text else { continue }
        attachments.append(
          (source, resource.text("self_link") ?? resource.address, disk["device_name"]?.text))
      }
    case "google_compute_disk", "google_compute_region_disk":
      addVolume(resource, size: resource.gibibytes("size"), key: "size")
      // Disks of one name stand in several zones: only the link tells them apart.
      let disk = resource.text("self_link") ?? resource.text("id") ?? resource.address
      for policy in resource.links("resource_policies") {
        selections.append((policy, .objects([disk]), resource.origin("resource_policies")))
      }
    case "google_compute_attached_disk": attach(resource, "disk", "instance", device: "device_name")
    case "google_filestore_instance":
      let size = resource.block("file_shares")?["capacity_gb"]?.integer.flatMap {
        $0 > 0 ? ByteCount.gibibytes($0) : nil
      }
      addVolume(resource, size: size, key: "file_shares")
    case "google_sql_database_instance": try readGoogleDatabase(resource)
    case "google_compute_resource_policy": try readSnapshotSchedule(resource)
    case "google_compute_disk_resource_policy_attachment":
      guard let policy = resource.link("name"), let disk = resource.link("disk") else { return true }
      selections.append((policy, .objects([disk, disk.lastPart]), resource.origin("disk")))
    case "google_backup_dr_backup_plan": try readBackupPlanRules(resource)
    case "google_backup_dr_backup_plan_association":
      guard let plan = resource.link("backup_plan"), let object = resource.link("resource") else {
        return true
      }
      selections.append((plan, .objects([object, object.lastPart]), resource.origin("resource")))
    default: return false
    }
    return true
  }

  private mutating func readGoogleDatabase(_ resource: TerraformResource) throws(InputError) {
    if let primary = resource.link("master_instance_name") {
      return addReplica(resource, of: primary, key: "master_instance_name")
    }
    let settings = resource.block("settings")
    let backup = settings["backup_configuration"]?.list.first
    let isEnabled = backup["enabled"]?.flag ?? false
    let kept = backup["backup_retention_settings"]?.list.first?["retained_backups"]?.integer ?? 7
    let size = settings["disk_size"]?.integer.flatMap { $0 > 0 ? ByteCount.gibibytes($0) : nil }
    let hasLog = backup["point_in_time_recovery_enabled"]?.flag ?? backup["binary_log_enabled"]?.flag ?? false
    try addDatabase(
      resource, engine: resource.text("database_version") ?? "database", size: size, sizeKey: "settings",
      retention: isEnabled ? kept : 0, retentionKey: "settings", window: backup["start_time"]?.text,
      isContinuous: hasLog)
    let unit = backup["backup_retention_settings"]?.list.first?["retention_unit"]?.text ?? "COUNT"
    if isEnabled, kept > 0, unit == "COUNT", let last = findings.policies.indices.last {
      findings.policies[last].retention.duration = nil
      findings.policies[last].retention.count = Int(min(kept, 100_000))
    }
  }

  private mutating func readSnapshotSchedule(_ resource: TerraformResource) throws(InputError) {
    guard let policy = resource.block("snapshot_schedule_policy"),
      let schedule = policy["schedule"]?.list.first
    else { return }
    let origin = resource.origin("snapshot_schedule_policy")
    func start(_ block: Datum) -> (hour: Int, minute: Int) {
      let parts = block["start_time"]?.text?.split(separator: ":").compactMap { Int($0) } ?? []
      return parts.count == 2 ? (parts[0], parts[1]) : (0, 0)
    }
    var rules: [String]
    if let block = schedule["hourly_schedule"]?.list.first {
      let step = Int(block["hours_in_cycle"]?.integer ?? 1)
      let hours = stride(from: start(block).hour, to: start(block).hour + 24, by: max(1, step)).map {
        $0 % 24
      }.sorted()
      rules = [
        "FREQ=DAILY;BYHOUR=\(hours.map(String.init).joined(separator: ","));BYMINUTE=\(start(block).minute)"
      ]
    } else if let block = schedule["daily_schedule"]?.list.first {
      let days = block["days_in_cycle"]?.integer ?? 1
      rules = [
        "FREQ=DAILY\(days > 1 ? ";INTERVAL=\(days)" : "");BYHOUR=\(start(block).hour);BYMINUTE=\(start(block).minute)"
      ]
    } else if let blocks = schedule["weekly_schedule"]?.list.first?["day_of_weeks"]?.list, !blocks.isEmpty {
      rules = blocks.map { block in
        "FREQ=WEEKLY;BYDAY=\(block["day"]?.text?.prefix(2) ?? "MO");BYHOUR=\(start(block).hour);BYMINUTE=\(start(block).minute)"
      }
    } else {
      throw text.failure(
        at: origin, "this policy has no schedule", hint: "add an hourly, daily or weekly schedule")
    }
    var found = Policy(
      name: resource.name, tool: "Google snapshot schedule",
      schedules: rules.map {
        Schedule(rule: "\($0);BYSECOND=0", written: "snapshot schedule", zone: "UTC", origin: origin)
      },
      retention: Retention(), selections: [], origin: origin)
    if let days = policy["retention_policy"]?.list.first?["max_retention_days"]?.integer, days > 0 {
      found.retention.duration = .days(min(days, 3_650))
    } else {
      found.retention.isPermanent = true
    }
    found.delay = .hours(1)
    add(found, ids: resource.ids)
  }

  /// Returns the start of a rule for the days of a schedule.
  private func backupDays(_ kind: String, _ schedule: Datum?, at origin: Origin) throws(InputError) -> String
  {
    guard kind != "WEEKLY" else {
      return "FREQ=WEEKLY;BYDAY="
        + (try weekdays(schedule["days_of_week"], at: origin)).joined(separator: ",")
    }
    guard kind == "MONTHLY" || kind == "YEARLY" else { return "FREQ=DAILY" }
    let all = [
      "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER",
      "NOVEMBER", "DECEMBER",
    ]
    let months = (schedule["months"]?.items ?? []).compactMap { $0.text.flatMap(all.firstIndex) }.map {
      $0 + 1
    }
    let inMonths = months.isEmpty ? "" : ";BYMONTH=\(months.map(String.init).joined(separator: ","))"
    if let place = schedule["week_day_of_month"]?.list.first {
      let weeks = ["FIRST": 1, "SECOND": 2, "THIRD": 3, "FOURTH": 4, "LAST": -1]
      let week = place["week_of_month"]?.text.flatMap { weeks[$0] } ?? 1
      return "FREQ=MONTHLY\(inMonths);BYDAY=\(week)\(try weekdays(place["day_of_week"], at: origin)[0])"
    }
    let days = (schedule["days_of_month"]?.items ?? []).compactMap(\.text)
    guard !days.isEmpty else {
      throw text.failure(
        at: origin, "this schedule has no day of the month, so it never fires",
        hint: "name at least one day, for example 1")
    }
    return "FREQ=DAILY\(inMonths);BYMONTHDAY=\(days.joined(separator: ","))"
  }

  /// Reads backup rules. Hourly rules run only inside their window.
  private mutating func readBackupPlanRules(_ resource: TerraformResource) throws(InputError) {
    for rule in resource.blocks("backup_rules") {
      let schedule = rule["standard_schedule"]?.list.first
      let window = schedule["backup_window"]?.list.first
      let (from, to) = (
        Int(window["start_hour_of_day"]?.integer ?? 0), Int(window["end_hour_of_day"]?.integer ?? 24)
      )
      let kind = schedule["recurrence_type"]?.text ?? "DAILY"
      let step = kind == "HOURLY" ? max(1, Int(schedule["hourly_frequency"]?.integer ?? 6)) : 24
      let hours = stride(from: from, to: max(to, from + 1), by: step).map { String($0 % 24) }
      let origin = rule.origin("\(resource.address).backup_rules")
      let days = try backupDays(kind, schedule, at: origin)
      var policy = Policy(
        name: "\(resource.text("backup_plan_id") ?? resource.name)-\(rule["rule_id"]?.text ?? "rule")",
        tool: "Google Backup and DR",
        schedules: [
          Schedule(
            rule: "\(days);BYHOUR=\(hours.joined(separator: ","));BYMINUTE=0;BYSECOND=0",
            written: "\(kind) from \(from) to \(to) h", zone: schedule["time_zone"]?.text ?? "UTC",
            origin: origin)
        ], retention: Retention(), selections: [], origin: origin)
      policy.retention.duration = rule["backup_retention_days"]?.integer.map { .days(min(max(1, $0), 3_650)) }
      if kind == "HOURLY", to - from < 24 {
        policy.comments.append(
          "runs only from \(from) to \(to) h: the gap of \(24 - (to - from)) h and more each night is the real worst RPO"
        )
      }
      add(policy, ids: resource.ids + [resource.text("backup_plan_id") ?? ""])
    }
  }
}
