import Documents
import Units

extension TerraformReader {
  /// Reads a resource; returns whether it is relevant to the rehearsal.
  mutating func readAWS(_ resource: TerraformResource) throws(InputError) -> Bool {
    switch resource.type {
    case "aws_instance": readInstance(resource)
    case "aws_ebs_volume": addVolume(resource, size: resource.gibibytes("size"), key: "size")
    case "aws_volume_attachment": attach(resource, "volume_id", "instance_id", device: "device_name")
    case "aws_db_instance": try readDatabase(resource)
    case "aws_rds_cluster", "aws_neptune_cluster", "aws_docdb_cluster":
      try addDatabase(
        // Aurora's storage grows by itself, and its state says 1 GiB.
        resource, engine: resource.text("engine") ?? "cluster",
        size: resource.gibibytes("allocated_storage").flatMap { $0 > .gibibytes(1) ? $0 : nil },
        sizeKey: "allocated_storage", retention: resource.integer("backup_retention_period") ?? 1,
        retentionKey: "backup_retention_period", window: resource.text("preferred_backup_window"))
    case "aws_efs_file_system":
      let bytes = resource.block("size_in_bytes")?["value"]?.integer ?? 0
      addVolume(resource, size: bytes > 0 ? ByteCount(bytes) : nil, key: "size_in_bytes")
    case "aws_redshift_cluster":
      try addDatabase(
        resource, engine: "redshift", size: nil, sizeKey: "node_type",
        retention: resource.integer("automated_snapshot_retention_period") ?? 1,
        retentionKey: "automated_snapshot_retention_period", window: nil, isContinuous: false)
    case "aws_elasticache_replication_group", "aws_elasticache_cluster":
      guard resource.text("engine") != "memcached" else { return true }
      try addDatabase(
        resource, engine: "redis", size: nil, sizeKey: "node_type",
        retention: resource.integer("snapshot_retention_limit") ?? 0,
        retentionKey: "snapshot_retention_limit",
        window: resource.text("snapshot_window"), isContinuous: false)
    case "aws_fsx_lustre_file_system", "aws_fsx_windows_file_system", "aws_fsx_ontap_file_system",
      "aws_fsx_openzfs_file_system":
      try addFileSystem(resource)
    case "aws_resiliencehub_resiliency_policy": readObjectives(resource)
    case "aws_dynamodb_table":
      if resource.block("point_in_time_recovery")?["enabled"]?.flag != true {
        findings.gap(
          "the table '\(resource.name)' has no point-in-time recovery",
          resource.origin("point_in_time_recovery"))
      }
    case "aws_backup_plan": try readBackupPlan(resource)
    case "aws_backup_selection": readBackupSelection(resource)
    case "aws_dlm_lifecycle_policy": try readLifecyclePolicy(resource)
    default: return false
    }
    return true
  }

  mutating func attach(_ resource: TerraformResource, _ volume: String, _ server: String, device: String) {
    guard let volume = resource.link(volume), let server = resource.link(server) else { return }
    attachments.append((volume, server, resource.text(device)))
  }

  private mutating func readInstance(_ resource: TerraformResource) {
    if resource.text("instance_state") == "terminated" { return }
    addServer(resource, type: resource.text("instance_type"))
    let id = resource.text("id") ?? resource.address
    for (key, suffix) in [("root_block_device", "root"), ("ebs_block_device", "data")] {
      for (index, disk) in resource.blocks(key).enumerated() {
        let size = disk["volume_size"]?.integer.map { ByteCount.gibibytes($0) }
        let volumeID = disk["volume_id"]?.text ?? "\(resource.address).\(key)[\(index)]"
        findings.volumes.append(
          FoundVolume(
            name: "\(resource.name)-\(suffix)\(index > 0 ? "\(index)" : "")", ids: [volumeID], size: size,
            place: resource.place, server: id, device: disk["device_name"]?.text.map(DeviceName.short),
            tags: resource.tags, origin: disk.origin("\(resource.address).\(key)")))
      }
    }
  }

  private mutating func readDatabase(_ resource: TerraformResource) throws(InputError) {
    if let source = resource.text("replicate_source_db") {
      return addReplica(resource, of: source, key: "replicate_source_db")
    }
    try addDatabase(
      resource, engine: resource.text("engine") ?? "database", size: resource.gibibytes("allocated_storage"),
      sizeKey: "allocated_storage", retention: resource.integer("backup_retention_period"),
      retentionKey: "backup_retention_period", window: resource.text("backup_window"))
    if resource.flag("multi_az") == true {
      findings.note(
        "'\(resource.name)' has a synchronous standby in another zone", resource.origin("multi_az"))
    }
    if resource.flag("delete_automated_backups") != false,
      (resource.integer("backup_retention_period") ?? 0) > 0
    {
      findings.note(
        "the automatic backups of '\(resource.name)' are deleted with it",
        resource.origin("delete_automated_backups"))
    }
  }

  /// Adds a file system of FSx with its automatic backups.
  private mutating func addFileSystem(_ resource: TerraformResource) throws(InputError) {
    try addDatabase(
      resource, engine: "", size: resource.gibibytes("storage_capacity"), sizeKey: "storage_capacity",
      retention: resource.integer("automatic_backup_retention_days") ?? 0,
      retentionKey: "automatic_backup_retention_days",
      window: resource.text("daily_automatic_backup_start_time"), isContinuous: false)
  }

  /// Reads the objectives of a policy of Resilience Hub, such as `rpo = "24h"`.
  private mutating func readObjectives(_ resource: TerraformResource) {
    for policy in resource.blocks("policy") {
      for (scope, block) in policy.members {
        guard let values = block.list.first, let rpo = values["rpo"]?.text.flatMap(GoDuration.seconds),
          let rto = values["rto"]?.text.flatMap(GoDuration.seconds)
        else { continue }
        ResilienceHub.add(
          resource.name, scope, rpo: Int64(rpo), rto: Int64(rto),
          values.origin("\(resource.address).policy.\(scope)"), to: &findings)
      }
    }
  }

  private mutating func readBackupPlan(_ resource: TerraformResource) throws(InputError) {
    for rule in resource.blocks("rule") {
      let name = rule["rule_name"]?.text ?? "rule"
      let values = BackupRuleValues(
        name: "\(resource.name)-\(name)", place: rule, subject: "\(resource.address).rule.\(name)",
        schedule: rule["schedule"], zone: rule["schedule_expression_timezone"]?.text,
        startMinutes: rule["start_window"]?.integer,
        deleteDays: rule["lifecycle"]?.list.first?["delete_after"],
        coldDays: rule["lifecycle"]?.list.first?["cold_storage_after"],
        isContinuous: rule["enable_continuous_backup"]?.flag ?? false,
        copies: (rule["copy_action"]?.list ?? []).compactMap { copy in
          copy["destination_vault_arn"]?.text.map {
            ($0, copy["lifecycle"]?.list.first?["delete_after"]?.integer)
          }
        })
      add(try values.policy(), ids: resource.ids)
    }
  }

  private mutating func readBackupSelection(_ resource: TerraformResource) {
    guard let plan = resource.link("plan_id") else { return }
    let selection = AWSSelection(resource)
    guard !selection.selections.isEmpty else {
      return findings.gap("the selection '\(resource.name)' selects nothing", resource.origin("resources"))
    }
    for item in selection.selections { selections.append((plan, item, resource.origin("resources"))) }
    if !selection.exclusions.isEmpty { exclusions.append((plan, selection.exclusions)) }
  }
}
