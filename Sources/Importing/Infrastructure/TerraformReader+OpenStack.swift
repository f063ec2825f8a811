import Documents
import Units

extension TerraformReader {
  /// Reads a resource of Open Telekom Cloud or Huawei Cloud; returns whether it is relevant to the rehearsal.
  mutating func readOpenStack(_ resource: TerraformResource) throws(InputError) -> Bool {
    let kind = resource.type.drop { $0 != "_" }.dropFirst()
    if kind.hasPrefix("compute_instance") || kind.hasPrefix("ecs_instance") {
      readOpenStackServer(resource)
    } else if kind.hasPrefix("compute_volume_attach") || kind.hasPrefix("compute_evs_attach") {
      attach(resource, "volume_id", "instance_id", device: "device")
    } else if kind.hasPrefix("evs_volume") || kind.hasPrefix("blockstorage_volume") {
      addVolume(resource, size: resource.gibibytes("size"), key: "size")
    } else if kind.hasPrefix("sfs_") {
      guard let size = resource.gibibytes("size") else { return false }
      addVolume(resource, size: size, key: "size")
    } else if kind.hasPrefix("rds_read_replica") {
      addReplica(
        resource, of: resource.link("replica_of_id") ?? resource.link("primary_instance_id") ?? "",
        key: "replica_of_id")
    } else if kind.hasPrefix("rds_instance") || resource.block("backup_strategy") != nil {
      try readOpenStackDatabase(resource, kind: String(kind))
    } else if kind.hasPrefix("csbs_backup_policy") {
      try readServerBackupPolicy(resource)
    } else if kind.hasPrefix("vbs_backup_policy") {
      try readVolumeBackupPolicy(resource)
    } else if kind.hasPrefix("cbr_policy") {
      try readCBRPolicy(resource)
    } else if kind.hasPrefix("cbr_vault") {
      readCBRVault(resource)
    } else if kind.hasPrefix("sdrs_protectiongroup") || kind.hasPrefix("sdrs_protection_group") {
      readProtectionGroup(resource)
    } else {
      return kind.hasPrefix("sdrs_")
    }
    return true
  }

  /// Reads a database of RDS, GaussDB or DDS, whose backups a block of its own describes.
  private mutating func readOpenStackDatabase(_ resource: TerraformResource, kind: String) throws(InputError)
  {
    let strategy = resource.block("backup_strategy")
    let size =
      resource.block("volume")?["size"]?.integer ?? resource.integer("volume_size") ?? resource.integer(
        "size")
      ?? resource.block("flavor")?["size"]?.integer
    let engine =
      (resource.block("db") ?? resource.block("datastore"))?["type"]?.text
      ?? String(kind.prefix { $0 != "_" })
    try addDatabase(
      resource, engine: engine, size: size.flatMap { $0 > 0 ? .gibibytes($0) : nil }, sizeKey: "volume",
      retention: strategy["keep_days"]?.integer, retentionKey: "backup_strategy",
      window: strategy["start_time"]?.text)
  }

  /// Reads a policy of the older backup service for servers, whose rule stands in a VCALENDAR.
  private mutating func readServerBackupPolicy(_ resource: TerraformResource) throws(InputError) {
    let objects = resource.blocks("resource").compactMap { $0["id"]?.text }
    for operation in resource.blocks("scheduled_operation") {
      var policy = Policy(
        name: resource.name, tool: "CSBS", schedules: [], retention: Retention(),
        selections: objects.isEmpty ? [] : [.objects(objects)], origin: resource.origin("scheduled_operation")
      )
      policy.isEnabled = operation["enabled"]?.flag ?? true
      if let pattern = operation["trigger_pattern"] {
        policy.schedules = [try CBRPattern.schedule(pattern, "\(resource.address).trigger_pattern")]
      }
      policy.retention.count = operation["max_backups"]?.integer.flatMap { $0 > 0 ? Int($0) : nil }
      policy.retention.duration = operation["retention_duration_days"]?.integer.flatMap {
        $0 > 0 ? .days(min($0, 3_650)) : nil
      }
      if policy.retention.isEmpty { policy.retention.isPermanent = true }
      add(policy, ids: resource.ids)
    }
  }

  /// Reads a policy of the older backup service for volumes: a time of day and an interval in days.
  private mutating func readVolumeBackupPolicy(_ resource: TerraformResource) throws(InputError) {
    let objects = resource["resources"]?.items.compactMap(\.text) ?? []
    let time = try resource.text("start_time").map { written throws(InputError) in
      try TimeOfDay(written, at: resource.origin("start_time"), text, example: "12:00")
    }
    let hasDays = resource["week_frequency"]?.items.isEmpty == false
    let days = hasDays ? try weekdays(resource["week_frequency"], at: resource.origin("week_frequency")) : []
    let interval = resource.integer("frequency").flatMap { $0 > 1 ? ";INTERVAL=\($0)" : nil } ?? ""
    let beginning =
      days.isEmpty ? "FREQ=DAILY\(interval)" : "FREQ=WEEKLY;BYDAY=\(days.joined(separator: ","))"
    var policy = Policy(
      name: resource.name, tool: "VBS",
      schedules: time.map { time in
        [
          Schedule(
            rule: "\(beginning);BYHOUR=\(time.hour);BYMINUTE=\(time.minute);BYSECOND=0",
            written: resource.text("start_time") ?? "", zone: "UTC", origin: resource.origin("start_time"))
        ]
      } ?? [],
      retention: Retention(), selections: objects.isEmpty ? [] : [.objects(objects)],
      origin: resource.origin())
    policy.isEnabled = resource.text("status") != "OFF"
    // The provider's own spelling.
    policy.retention.count = (resource.integer("rentention_num") ?? resource.integer("retention_num"))
      .flatMap { $0 > 0 ? Int($0) : nil }
    policy.retention.duration = (resource.integer("rentention_day") ?? resource.integer("retention_day"))
      .flatMap { $0 > 0 ? .days(min($0, 3_650)) : nil }
    if policy.retention.isEmpty { policy.retention.isPermanent = true }
    add(policy, ids: resource.ids)
  }

  private mutating func readOpenStackServer(_ resource: TerraformResource) {
    addServer(
      resource, type: resource.text("flavor_id") ?? resource.text("flavor_name") ?? resource.text("flavor"))
    let id = resource.text("id") ?? resource.address
    for attached in resource.blocks("volume_attached") {
      if let volume = attached["volume_id"]?.text ?? attached["id"]?.text {
        attachments.append((volume, id, nil))
      }
    }
    for (number, disk) in resource.blocks("data_disks").enumerated() {
      // The provider lists the disks with their identifiers in `volumes_attached` too.
      addVolume(
        resource, name: "\(resource.name)-data\(number == 0 ? "" : "\(number + 1)")",
        ids: [disk["id"]?.text ?? "\(resource.address).data_disks[\(number)]"],
        size: disk["size"]?.integer.flatMap { $0 > 0 ? .gibibytes($0) : nil }, server: id, key: "data_disks")
    }
    guard
      let size = resource.gibibytes("system_disk_size")
        ?? resource.block("block_device")?["volume_size"]?.integer.map({ .gibibytes($0) })
    else { return }
    addVolume(
      resource, name: "\(resource.name)-system",
      ids: [resource.text("system_disk_id") ?? "\(resource.address).system"],
      size: size, server: id, key: "system_disk_size")
  }

  private mutating func readCBRPolicy(_ resource: TerraformResource) throws(InputError) {
    let origin = resource.origin()
    let operation = resource.text("operation_type") ?? resource.text("type") ?? "backup"
    var policy = Policy(
      name: resource.name, tool: operation == "replication" ? "CBR replication" : "CBR", schedules: [],
      retention: Retention(), selections: [], origin: origin)
    policy.isEnabled = resource.flag("enabled") ?? true
    if let patterns = resource["trigger_pattern"] {
      policy.schedules = try patterns.list.map { pattern throws(InputError) in
        try CBRPattern.schedule(pattern, "\(resource.address).trigger_pattern")
      }
      policy.retention = try CBRPattern.retention(resource.block("operation_definition"))
    } else {
      policy.schedules = huaweiSchedules(resource)
      policy.retention.count = resource.integer("backup_quantity").flatMap { $0 > 0 ? Int($0) : nil }
      policy.retention.duration = resource.integer("time_period").flatMap {
        $0 > 0 ? .days(min($0, 3_650)) : nil
      }
      let long = resource.block("long_term_retention")
      func count(_ key: String) -> Int? { long[key]?.integer.flatMap { $0 > 0 ? Int($0) : nil } }
      policy.retention.days = count("daily")
      policy.retention.weeks = count("weekly")
      policy.retention.months = count("monthly")
      policy.retention.years = count("yearly")
      if policy.retention.isEmpty { policy.retention.isPermanent = true }
    }
    if policy.retention.dialect == nil { policy.retention.dialect = CBRPattern.dialect(policy.retention) }
    policy.copy = resource.text("destination_region")
    add(policy, ids: resource.ids)
  }

  /// Reads Huawei's schedules: days of the week or an interval in days, with times in UTC.
  private func huaweiSchedules(_ resource: TerraformResource) -> [Schedule] {
    guard let cycle = resource.block("backup_cycle") else { return [] }
    let origin = resource.origin("backup_cycle")
    return (cycle["execution_times"]?.items ?? []).compactMap { time -> Schedule? in
      let parts = time.text?.split(separator: ":").compactMap { Int($0) } ?? []
      guard parts.count == 2 else { return nil }
      let days = cycle["days"]?.text.map { "FREQ=WEEKLY;BYDAY=\($0.filter { $0 != " " })" }
      let interval = cycle["interval"]?.integer.map { "FREQ=DAILY;INTERVAL=\($0)" }
      return Schedule(
        rule: "\(days ?? interval ?? "FREQ=DAILY");BYHOUR=\(parts[0]);BYMINUTE=\(parts[1]);BYSECOND=0",
        written: "\(cycle["days"]?.text ?? "every \(cycle["interval"]?.text ?? "1") d") \(time.text ?? "")",
        zone: "UTC", origin: origin)
    }
  }

  private mutating func readCBRVault(_ resource: TerraformResource) {
    let objects = (resource.blocks("resource") + resource.blocks("resources"))
    let ids = objects.flatMap { object -> [String] in
      [object["id"]?.text, object["server_id"]?.text].compactMap { $0 }
        + (object["includes"]?.items ?? []).compactMap(\.text)
    }
    let excluded = objects.flatMap { $0["exclude_volumes"]?.items ?? [] }.compactMap(\.text)
    let linked = resource.references.map { $0.addresses(of: "resource", at: resource.address) } ?? []
    let objectIDs = ids.isEmpty ? linked : ids
    let policies =
      resource.blocks("policy").compactMap { $0["id"]?.text }
      + (resource.references.map { $0.addresses(of: "policy", at: resource.address) } ?? [])
      + [resource.link("backup_policy_id"), resource.link("policy_id")].compactMap { $0 }
    if objectIDs.isEmpty {
      findings.gap(
        "the vault '\(resource.name)' holds no resources: it protects nothing", resource.origin("resource"))
    }
    if policies.isEmpty {
      findings.gap(
        "no policy is bound to the vault '\(resource.name)': it makes no backups", resource.origin("policy"))
    }
    for policy in policies where !objectIDs.isEmpty {
      selections.append((policy, .objects(objectIDs), resource.origin("policy")))
      if !excluded.isEmpty { exclusions.append((policy, excluded)) }
    }
  }

  private mutating func readProtectionGroup(_ resource: TerraformResource) {
    let sites = ["source_availability_zone", "target_availability_zone"].compactMap { resource.text($0) }
    if resource.flag("enable") == false {
      return findings.gap("the protection group '\(resource.name)' is not enabled", resource.origin("enable"))
    }
    findings.replications.append(
      FoundReplication(name: resource.name, mode: .synchronous, sites: sites, origin: resource.origin()))
  }
}
