import Schedules
import Units

/// pgBackRest and barman.
extension HistoryReader {
  static func pgBackRest(_ stanzas: [JSONValue]) throws(HistoryProblem) -> BackupList {
    var runs: [BackupRun] = []
    for stanza in stanzas {
      // Labels of failed backups are only looked up.
      var failed: Set<String> = []
      for item in stanza["backup"]?.items ?? [] {
        let label = item["label"]?.text ?? ""
        guard let start = item["timestamp"]?["start"]?.number, let stop = item["timestamp"]?["stop"]?.number
        else {
          throw HistoryProblem(
            offset: item.offset, "this backup has no time", hint: "give the tool's output as it printed it")
        }
        var run = BackupRun(
          name: label, source: stanza["name"]?.text ?? "", start: Instant(second: Int(start)),
          end: Instant(second: Int(stop)))
        let info = item["info"]
        run.size = info?["size"]?.number
        run.added = info?["repository"]?["delta"]?.number
        run.moved = info?["delta"]?.number
        let bases =
          [item["prior"]?.text].compactMap { $0 } + (item["reference"]?.items.compactMap(\.text) ?? [])
        if item["error"]?.isTrue == true { run.outcome = .failed("page checksum errors") }
        if let base = bases.first(where: failed.contains) {
          run.outcome = .failed("builds on \(base), which failed")
        }
        if !run.isUsable { failed.insert(label) }
        runs.append(run)
      }
    }
    return BackupList(tool: "pgBackRest", runs: runs)
  }

  static func barman(_ root: JSONValue, _ time: Timestamp) throws(HistoryProblem) -> BackupList {
    var list = BackupList(tool: "barman", runs: [])
    for (server, value) in root.members {
      for item in value.isArray ? value.items : [value] {
        list.runs.append(try barmanRun(item, of: server, time))
      }
    }
    return list
  }

  private static func barmanRun(
    _ item: JSONValue, of server: String, _ time: Timestamp
  ) throws(HistoryProblem) -> BackupRun {
    let details = item["base_backup_information"]
    func second(_ key: StaticString) -> Instant? {
      (details?[key] ?? item[key])?.number.map { Instant(second: Int($0)) }
    }
    let name = item["backup_id"]?.text ?? ""
    let start = try either(second("begin_time_timestamp"), barmanStart(item, name, time))
    var run = BackupRun(name: name, source: server, start: start, end: second("end_time_timestamp"))
    run.size = item["size_bytes"]?.number ?? details?["disk_usage_bytes"]?.number
    run.added = details?["incremental_size_bytes"]?.number
    run.moved = run.added ?? run.size
    let status = item["status"]?.text ?? ""
    switch status {
    case "DONE": break
    case "WAITING_FOR_WALS": run.outcome = .running("waits for write-ahead log")
    case "EMPTY", "STARTED", "SYNCING": run.outcome = .running(status.lowercased())
    default: run.outcome = .failed(status.lowercased())
    }
    return run
  }

  /// Returns the start from `backup_id`, by the clock of barman's host.
  private static func barmanStart(
    _ item: JSONValue, _ name: String, _ time: Timestamp
  ) throws(HistoryProblem) -> Instant {
    let digits = Array(name.utf8)
    guard digits.count == 15, digits[8] == UInt8(ascii: "T") else {
      throw HistoryProblem(
        offset: item.offset, "'\(name)' is not an identifier of barman",
        hint: "it looks like '20261129T063403'")
    }
    let dash = [UInt8(ascii: "-")]
    let colon = [UInt8(ascii: ":")]
    let date = digits[0..<4] + dash + digits[4..<6] + dash + digits[6..<8]
    let text = date + [digits[8]] + digits[9..<11] + colon + digits[11..<13] + colon + digits[13..<15]
    return try time.instant(text[...], offset: item["backup_id"]?.offset ?? item.offset)
  }
}
