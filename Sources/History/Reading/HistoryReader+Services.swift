import Schedules
import Units

/// Clouds, clusters and snapshots.
extension HistoryReader {
  /// Reads backups of the Cloud Backup and Recovery service, with times in UTC.
  static func cbr(_ root: JSONValue) throws(HistoryProblem) -> BackupList {
    let time = Timestamp(zone: .utc)
    var runs: [BackupRun] = []
    for item in root["backups"]?.items ?? [root["backup"]].compactMap({ $0 }) {
      let start = try either(
        optionalInstant(item["protected_at"], time), instant(item["created_at"], in: item, time))
      var run = BackupRun(
        name: item["name"]?.text ?? item["id"]?.text ?? "",
        source: item["resource_name"]?.text ?? item["resource_id"]?.text ?? "", start: start)
      run.size = item["resource_size"]?.number.map { $0 << 30 }
      let status = item["status"]?.text ?? ""
      // A backup from which something is restored or copied is there.
      if !["available", "restoring", "copying"].contains(status) {
        run.outcome =
          ["protecting", "waiting_protect", "creating"].contains(status) ? .running(status) : .failed(status)
      }
      runs.append(run)
    }
    return BackupList(tool: "CBR", runs: runs, remarks: ["CBR's list does not say when a backup ended"])
  }

  /// Reads `zfs list -j -t snapshot`, from version 2.3.
  static func zfs(_ root: JSONValue, _ time: Timestamp) throws(HistoryProblem) -> BackupList {
    var runs: [BackupRun] = []
    for (name, item) in root["datasets"]?.members ?? [] {
      guard let at = name.firstIndex(of: "@") else { continue }
      let creation = item["properties"]?["creation"]?["value"]
      guard let creation, let text = creation.text else {
        throw HistoryProblem(
          offset: item.offset, "this snapshot has no time of creation",
          hint: "print it with 'zfs list -jp -t snapshot -o name,creation'")
      }
      let start = try TextLists(zone: time.zone).zfsTime(Array(text.utf8)[...], offset: creation.offset)
      runs.append(
        BackupRun(
          name: String(name[name.index(after: at)...]), source: String(name[..<at]), start: start, end: start)
      )
    }
    return BackupList(tool: "ZFS", runs: runs)
  }

  /// The phases of a backup of Velero that has not failed yet.
  private static let running = [
    "New", "Queued", "ReadyToStart", "InProgress", "WaitingForPluginOperations", "Finalizing",
  ]

  static func velero(_ root: JSONValue, _ time: Timestamp) throws(HistoryProblem) -> BackupList {
    var runs: [BackupRun] = []
    for item in root["items"]?.items ?? [root] {
      let status = item["status"]
      let metadata = item["metadata"]
      let schedule = metadata?["labels"]?["velero.io/schedule-name"]?.text
      let start =
        try either(
          optionalInstant(status?["startTimestamp"], time),
          instant(metadata?["creationTimestamp"], in: item, time))
      var run = BackupRun(
        name: metadata?["name"]?.text ?? "", source: schedule ?? "made by hand", start: start,
        end: try optionalInstant(status?["completionTimestamp"], time))
      let phase = status?["phase"]?.text ?? "unknown phase"
      if phase != "Completed" { run.outcome = running.contains(phase) ? .running(phase) : .failed(phase) }
      runs.append(run)
    }
    return BackupList(tool: "Velero", runs: runs)
  }

  static func snapper(_ root: JSONValue, _ time: Timestamp) throws(HistoryProblem) -> BackupList {
    var runs: [BackupRun] = []
    for (configuration, value) in root.members {
      // Number 0 is the running system and has no date.
      for item in value.items where item["number"]?.number != 0 {
        let start = try instant(item["date"], in: item, time)
        runs.append(
          BackupRun(
            name: "\(item["number"]?.number ?? 0)", source: configuration, start: start, end: start))
      }
    }
    return BackupList(tool: "snapper", runs: runs)
  }
}
