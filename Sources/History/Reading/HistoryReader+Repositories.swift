import Schedules
import Units

/// restic, borg and firedrill's own vaults.
extension HistoryReader {
  static func restic(_ items: [JSONValue], _ time: Timestamp) throws(HistoryProblem) -> BackupList {
    var runs: [BackupRun] = []
    runs.reserveCapacity(items.count)
    var knowsEnds = true
    for item in items {
      let summary = item["summary"]
      // The time of a snapshot is the start of its backup; the summary, from 0.17 on, has both ends.
      let start = try either(
        optionalInstant(summary?["backup_start"], time), instant(item["time"], in: item, time))
      let paths = item["paths"]?.items.compactMap(\.text).joined(separator: ",") ?? ""
      var run = BackupRun(
        name: item["short_id"]?.text ?? item["id"]?.text ?? "",
        source: "\(item["hostname"]?.text ?? ""):\(paths)", start: start)
      run.end = try optionalInstant(summary?["backup_end"], time)
      run.size = summary?["total_bytes_processed"]?.number
      run.added = summary?["data_added_packed"]?.number ?? summary?["data_added"]?.number
      run.moved = summary?["data_added"]?.number
      if run.end == nil { knowsEnds = false }
      runs.append(run)
    }
    return BackupList(
      tool: "restic", runs: runs,
      remarks: knowsEnds
        ? []
        : ["restic before 0.17 does not say when a backup ended: add the output of 'restic backup --json'"])
  }

  /// Reads the lines of `restic backup --json`, whose summary completes a snapshot.
  static func resticLog(_ tape: JSONTape) -> BackupList {
    var list = BackupList(tool: "restic", runs: [])
    for place in tape.documents {
      let line = JSONValue(tape, place)
      guard line["message_type"]?.text == "summary", let name = line["snapshot_id"]?.text else { continue }
      list.details.append(
        RunDetail(
          name: String(name.prefix(8)),
          duration: line["total_duration"]?.real.flatMap { Duration(seconds: $0) },
          size: line["total_bytes_processed"]?.number, added: line["data_added"]?.number))
    }
    return list
  }

  static func borg(_ root: JSONValue, _ time: Timestamp) throws(HistoryProblem) -> BackupList {
    let repository = root["repository"]
    let source = repository?["location"]?.text ?? repository?["id"]?.text ?? "borg"
    var runs: [BackupRun] = []
    for item in root["archives"]?.items ?? [root["archive"]].compactMap({ $0 }) {
      let start = try instant(item["start"] ?? item["time"], in: item, time)
      var run = BackupRun(
        name: item["name"]?.text ?? item["archive"]?.text ?? "", source: source, start: start)
      run.end = try optionalInstant(item["end"], time)
      if let seconds = item["duration"]?.real, let duration = Duration(seconds: seconds) {
        run.end = start + duration
      }
      let statistics = item["stats"]
      run.size = statistics?["original_size"]?.number
      run.added = statistics?["deduplicated_size"]?.number
      run.moved = statistics?["deduplicated_size"]?.number
      if run.name.contains(".checkpoint") { run.outcome = .failed("interrupted: a checkpoint") }
      runs.append(run)
    }
    let knowsEnds = runs.allSatisfy { $0.end != nil }
    return BackupList(
      tool: "borg", runs: runs,
      remarks: knowsEnds
        ? [] : ["'borg list' does not say when a backup ended: give 'borg info --json' instead"])
  }

  static func vault(_ root: JSONValue, _ time: Timestamp) throws(HistoryProblem) -> BackupList {
    let damaged = root["damaged"]?.items.compactMap { $0["key"]?.text } ?? []
    var runs: [BackupRun] = []
    for item in root["points"]?.items ?? [] {
      var run = BackupRun(
        name: item["short"]?.text ?? item["id"]?.text ?? "", source: item["source"]?.text ?? "",
        start: try instant(item["instant"], in: item, time))
      run.size = item["lengthBytes"]?.number
      run.added = item["storedBytes"]?.number
      run.moved = item["readBytes"]?.number
      if let id = item["id"]?.text, damaged.contains(where: { $0.contains(id) }) {
        run.outcome = .failed("damaged")
      }
      runs.append(run)
    }
    return BackupList(
      tool: "firedrill vault", runs: runs, remarks: ["a vault does not say when a backup ended"])
  }
}
