import Documents
import Units

/// Lists of past backups, as printed by restic, borg, pgBackRest and barman.
///
/// `firedrill history` analyses them. An import only takes sizes from them, because a few points do not show
/// a schedule.
enum HistoryJSON {
  static func recognises(_ document: Datum) -> Bool { history(document) != nil }

  static func read(_ document: Datum) throws(InputError) -> Findings {
    var findings = Findings()
    guard let history = history(document) else { return findings }
    findings.histories = [history]
    findings.note(
      "\(history.count) backups of \(history.tool) that were made; 'firedrill history' judges them",
      history.origin)
    return findings
  }

  private static func history(_ document: Datum) -> FoundHistory? {
    restic(document) ?? borg(document) ?? pgBackRest(document) ?? barman(document)
  }

  private static func restic(_ document: Datum) -> FoundHistory? {
    if document["message_type"]?.text == "summary", let added = document["data_added"]?.integer {
      return FoundHistory(
        tool: "restic", stored: [ByteCount(added)],
        source: document["total_bytes_processed"]?.integer.map { ByteCount($0) }, count: 1,
        origin: document.origin("summary"))
    }
    if let total = document["total_size"]?.integer, let count = document["snapshots_count"]?.integer {
      let isRaw = document["total_blob_count"] != nil
      return FoundHistory(
        tool: "restic", stored: isRaw ? [ByteCount(total)] : [],
        source: isRaw || count == 0 ? nil : ByteCount(total / count), count: Int(count),
        origin: document.origin("total_size"))
    }
    let snapshots = document.items.filter { $0["short_id"] != nil && $0["paths"] != nil }
    guard !snapshots.isEmpty else { return nil }
    return FoundHistory(tool: "restic", count: snapshots.count, origin: document.origin("snapshots"))
  }

  private static func borg(_ document: Datum) -> FoundHistory? {
    guard document["repository", "location"] != nil else { return nil }
    if let stats = document["archive", "stats"] {
      return FoundHistory(
        tool: "borg", stored: [stats["deduplicated_size"]?.integer].compactMap { $0.map { ByteCount($0) } },
        source: stats["original_size"]?.integer.map { ByteCount($0) }, count: 1,
        origin: stats.origin("archive.stats"))
    }
    guard let archives = document["archives"]?.items else { return nil }
    let stored = archives.compactMap { $0["stats", "deduplicated_size"]?.integer }.map { ByteCount($0) }
    let last = archives.last?["stats", "original_size"]?.integer
    return FoundHistory(
      tool: "borg", stored: stored, source: last.map { ByteCount($0) }, count: archives.count,
      origin: document["archives"]?.origin("archives") ?? document.origin())
  }

  private static func pgBackRest(_ document: Datum) -> FoundHistory? {
    let stanzas = document.items.filter { $0["backup"] != nil && $0["db"] != nil }
    guard let first = stanzas.first else { return nil }
    let backups = stanzas.flatMap { $0["backup"]?.items ?? [] }.filter { $0["error"]?.flag != true }
    return FoundHistory(
      tool: "pgBackRest",
      stored: backups.compactMap { $0["info", "repository", "delta"]?.integer }.map { ByteCount($0) },
      source: backups.last?["info", "size"]?.integer.map { ByteCount($0) }, count: backups.count,
      origin: first.origin(first["name"]?.text ?? "stanza"))
  }

  private static func barman(_ document: Datum) -> FoundHistory? {
    let servers = document.members.filter { member in
      member.value["backup_id"] != nil || member.value.items.contains { $0["backup_id"] != nil }
    }
    guard let (name, value) = servers.first else { return nil }
    let backups = value.list.filter { $0["status"]?.text == nil || $0["status"]?.text == "DONE" }
    let sizes = backups.compactMap {
      ($0["size_bytes"] ?? $0["base_backup_information"]?["disk_usage_with_wals_bytes"])?.integer
    }
    return FoundHistory(
      tool: "barman", stored: sizes.map { ByteCount($0) }, source: sizes.last.map { ByteCount($0) },
      count: backups.count, origin: value.origin(name))
  }
}
