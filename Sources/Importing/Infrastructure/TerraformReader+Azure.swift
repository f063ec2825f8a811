import Documents
import Units

extension TerraformReader {
  /// Reads a resource; returns whether it is relevant to the rehearsal.
  mutating func readAzure(_ resource: TerraformResource) throws(InputError) -> Bool {
    switch resource.type {
    case "azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine", "azurerm_virtual_machine":
      addServer(resource, type: resource.text("size") ?? resource.text("vm_size"))
      let disk = resource.block("os_disk") ?? resource.block("storage_os_disk")
      let size = disk["disk_size_gb"]?.integer.flatMap { $0 > 0 ? ByteCount.gibibytes($0) : nil }
      addVolume(
        resource, name: "\(resource.name)-os", ids: [disk["name"]?.text ?? "\(resource.address).os_disk"],
        size: size,
        server: resource.text("id") ?? resource.address, key: "os_disk")
    case "azurerm_storage_share": addVolume(resource, size: resource.gibibytes("quota"), key: "quota")
    case "azurerm_netapp_volume":
      addVolume(resource, size: resource.gibibytes("storage_quota_in_gb"), key: "storage_quota_in_gb")
    case "azurerm_managed_disk":
      addVolume(resource, size: resource.gibibytes("disk_size_gb"), key: "disk_size_gb")
    case "azurerm_virtual_machine_data_disk_attachment":
      attach(resource, "managed_disk_id", "virtual_machine_id", device: "lun")
    case "azurerm_mssql_database":
      let policy = resource.block("short_term_retention_policy")
      try addDatabase(
        resource, engine: "mssql", size: resource.gibibytes("max_size_gb"), sizeKey: "max_size_gb",
        retention: policy["retention_days"]?.integer ?? 7, retentionKey: "short_term_retention_policy",
        window: nil)
    case "azurerm_postgresql_flexible_server", "azurerm_postgresql_server", "azurerm_mysql_server":
      let size = resource.integer("storage_mb").map { ByteCount.mebibytes($0) }
      try addAzureServer(resource, size: size, key: "storage_mb")
    case "azurerm_mysql_flexible_server":
      let size = resource.block("storage")?["size_gb"]?.integer.map { ByteCount.gibibytes($0) }
      try addAzureServer(resource, size: size, key: "storage")
    case "azurerm_backup_policy_vm", "azurerm_backup_policy_file_share": try readBackupPolicy(resource)
    case "azurerm_backup_protected_vm", "azurerm_backup_protected_file_share": readProtectedItem(resource)
    case let type where type.hasPrefix("azurerm_data_protection_backup_policy_"):
      try readRepeatingPolicy(resource)
    case let type where type.hasPrefix("azurerm_data_protection_backup_instance_"):
      readProtectedItem(resource)
    case "azurerm_site_recovery_replication_policy":
      findings.note(
        "recovery_point_retention is how long points stay, not the RPO of '\(resource.name)'",
        resource.origin())
    case "azurerm_site_recovery_replicated_vm": readReplicatedMachine(resource)
    default: return false
    }
    return true
  }

  private mutating func addAzureServer(
    _ resource: TerraformResource, size: ByteCount?, key: String
  ) throws(InputError) {
    if resource.text("create_mode") == "Replica" {
      addReplica(resource, of: resource.link("source_server_id") ?? "", key: "create_mode")
      return
    }
    try addDatabase(
      resource, engine: String(resource.type.dropFirst(8).prefix { $0 != "_" }), size: size, sizeKey: key,
      retention: resource.integer("backup_retention_days") ?? 7, retentionKey: "backup_retention_days",
      window: nil)
    if resource.flag("geo_redundant_backup_enabled") == true, let last = findings.policies.indices.last {
      findings.policies[last].copy = "the paired region"
    }
  }

  private mutating func readBackupPolicy(_ resource: TerraformResource) throws(InputError) {
    let backup = resource.block("backup")
    let zone = WindowsZone.iana(resource.text("timezone") ?? "UTC")
    // A policy of file shares has its hours in a block of their own.
    let hourly = backup["hourly"]?.list.first
    let time = (hourly["start_time"] ?? backup["time"])?.text ?? "00:00"
    let origin = resource.origin("backup")
    let parts = try TimeOfDay(time, at: origin, text, example: "23:00")
    var (hours, days) = ([parts.hour], "")
    switch backup["frequency"]?.text {
    case "Hourly"?:
      let interval = max(1, Int((hourly["interval"] ?? backup["hour_interval"])?.integer ?? 4))
      let length = Int((hourly["window_duration"] ?? backup["hour_duration"])?.integer ?? 24)
      hours = stride(from: parts.hour, to: parts.hour + max(1, min(length, 24)), by: interval).map { $0 % 24 }
        .sorted()
    case "Weekly"?:
      days = ";BYDAY=" + (try weekdays(backup["weekdays"], at: origin).joined(separator: ","))
    default: break
    }
    let rule =
      "FREQ=DAILY\(days);BYHOUR=\(hours.map(String.init).joined(separator: ","));BYMINUTE=\(parts.minute);BYSECOND=0"
    var policy = Policy(
      name: resource.name, tool: "Azure Backup",
      schedules: [
        Schedule(
          rule: rule, written: "\(backup["frequency"]?.text ?? "Daily") \(time)", zone: zone, origin: origin)
      ],
      retention: Retention(), selections: [], origin: origin)
    func count(_ key: String) -> Int? { resource.block(key)?["count"]?.integer.map { Int($0) } }
    policy.retention.days = count("retention_daily")
    policy.retention.weeks = count("retention_weekly")
    policy.retention.months = count("retention_monthly")
    policy.retention.years = count("retention_yearly")
    policy.retention.dropZeros()
    if hours.count > 1 {
      policy.comments.append("runs only inside its window: the gap outside it is the real worst RPO")
    }
    add(policy, ids: resource.ids)
  }

  /// Reads a policy with a repeating interval, such as `R/2021-05-19T06:33:16+00:00/PT4H` kept for `P7D`.
  private mutating func readRepeatingPolicy(_ resource: TerraformResource) throws(InputError) {
    var schedules: [Schedule] = []
    for interval in resource["backup_repeating_time_intervals"]?.items ?? [] {
      let written = interval.text ?? ""
      guard let length = written.split(separator: "/").last.flatMap({ ISOSpan.seconds(String($0)) }),
        length >= 3_600
      else {
        throw text.failure(
          offset: interval.offset, "'\(written)' is no repeating interval",
          hint: "write for example 'R/2026-01-01T02:00:00+00:00/PT4H'")
      }
      let start = written.split(separator: "/").dropFirst().first.flatMap { Self.instant(String($0)) }
      schedules.append(
        Schedule(
          rule: Self.rule(every: length, from: start), written: written, zone: "UTC",
          comments: (86_400 % length == 0 || length == 604_800) && start != nil
            ? [] : ["its phase is assumed"],
          origin: interval.origin(resource.address)))
    }
    var policy = Policy(
      name: resource.name, tool: "Azure Backup", schedules: schedules, retention: Retention(), selections: [],
      origin: resource.origin("backup_repeating_time_intervals"))
    let rule = resource.block("default_retention_rule")?["life_cycle"]?.list.first?["duration"]?.text
    let words = ["default_retention_duration", "operational_default_retention_duration"]
    let kept = words.lazy.compactMap { resource.text($0) }.first ?? rule
    policy.retention.duration = kept.flatMap(ISOSpan.seconds).map { .seconds(Int64($0)) }
    add(policy, ids: resource.ids)
  }

  /// Parses `2021-05-19T06:33:16+02:00`.
  private static func instant(_ text: String) -> Instant? {
    guard text.count == 25, let local = try? Instant(parsing: "\(text.prefix(19))Z"),
      let hours = Int64(text.dropFirst(20).prefix(2)), let minutes = Int64(text.suffix(2))
    else { return try? Instant(parsing: text) }
    let offset = Duration.minutes(hours * 60 + minutes)
    return text.dropFirst(19).first == "-" ? local + offset : local - offset
  }

  /// Returns the rule of an interval. One that divides the day keeps its times of day.
  private static func rule(every seconds: Int, from start: Instant?) -> String {
    if let start, seconds == 604_800 {
      let second = start.wholeSeconds % 86_400
      let days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
      // The first of January 1970 was a Thursday.
      let day = days[(start.wholeSeconds / 86_400 + 3) % 7]
      return
        "FREQ=WEEKLY;BYDAY=\(day);BYHOUR=\(second / 3_600);BYMINUTE=\(second / 60 % 60);BYSECOND=\(second % 60)"
    }
    guard let start, seconds % 3_600 == 0, 86_400 % seconds == 0 else {
      return seconds % 86_400 == 0
        ? "FREQ=DAILY;INTERVAL=\(seconds / 86_400);BYHOUR=2;BYMINUTE=0;BYSECOND=0"
        : "FREQ=HOURLY;INTERVAL=\(max(1, seconds / 3_600));BYMINUTE=0;BYSECOND=0"
    }
    let second = (start.wholeSeconds % 86_400 + 86_400) % 86_400
    let hours = stride(from: second / 3_600, to: second / 3_600 + 24, by: seconds / 3_600).map { $0 % 24 }
    let list = hours.sorted().map(String.init).joined(separator: ",")
    return "FREQ=DAILY;BYHOUR=\(list);BYMINUTE=\(second / 60 % 60);BYSECOND=\(second % 60)"
  }

  private mutating func readProtectedItem(_ resource: TerraformResource) {
    let keys = [
      "source_vm_id", "disk_id", "source_file_share_name", "server_id", "database_id", "storage_account_id",
    ]
    let source = keys.lazy.compactMap { resource.link($0) }.first
    guard let policy = resource.link("backup_policy_id"), let source else { return }
    if resource.text("protection_state") == "ProtectionStopped" {
      findings.gap("the protection of '\(source.lastPart)' is stopped", resource.origin("protection_state"))
      return
    }
    selections.append((policy, .objects([source, source.lastPart]), resource.origin("backup_policy_id")))
  }

  private mutating func readReplicatedMachine(_ resource: TerraformResource) {
    let source = resource.text("source_vm_id")?.lastPart ?? resource.name
    findings.replications.append(
      FoundReplication(
        name: "\(source)-site-recovery", mode: .asynchronous,
        sites: ["", resource.text("target_zone") ?? "recovery-region"],
        comments: [
          "Azure Site Recovery sends changes continuously; its crash-consistent points are 5 minutes apart"
        ],
        origin: resource.origin()))
  }
}

/// ISO 8601 durations such as `PT4H` and `P7D`.
enum ISOSpan {
  static func seconds(_ text: String) -> Int? {
    guard text.hasPrefix("P") else { return nil }
    var (total, digits, inTime, hasPart) = (0, "", false, false)
    for character in text.dropFirst() {
      if character == "T" {
        inTime = true
      } else if character.isNumber {
        digits.append(character)
      } else {
        let factors: [Character: Int] =
          inTime
          ? ["H": 3_600, "M": 60, "S": 1] : ["D": 86_400, "W": 604_800, "M": 2_592_000, "Y": 31_536_000]
        guard let number = Int(digits), let factor = factors[character], number < 100_000 else { return nil }
        total += number * factor
        (digits, hasPart) = ("", true)
      }
    }
    return hasPart && digits.isEmpty ? total : nil
  }
}
