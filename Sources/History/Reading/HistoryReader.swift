import Schedules
import Units

/// Reads lists of backups printed by tools. The content identifies the tool.
public enum HistoryReader {
  /// The readable formats, for messages.
  public static let formats =
    "restic snapshots --json, restic backup --json, borg list/info/create --json, pgbackrest info --output=json, "
    + "barman [-f json] list-backups/show-backup, a CBR backup list, zfs list -Hp -t snapshot -o name,creation, "
    + "snapper --iso/--jsonout/--csvout list, velero backup get -o json, firedrill vault points --json"

  /// - Parameter zone: the zone of times that name none; `nil` refuses such times.
  public static func read(_ bytes: [UInt8], zone: Zone?) throws(HistoryProblem) -> BackupList {
    let first = bytes.first { $0 > 0x20 && ![0xEF, 0xBB, 0xBF].contains($0) }
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
      return try TextLists(zone: zone).read(bytes)
    }
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let tape = try JSONTape(hasMark ? [0x20, 0x20, 0x20] + bytes.dropFirst(3) : bytes)
    return try list(in: tape, time: Timestamp(zone: zone))
  }

  private static func list(in tape: JSONTape, time: Timestamp) throws(HistoryProblem) -> BackupList {
    let root = JSONValue(tape, tape.documents[0])
    if root.isArray, let list = try listInArray(root, time) { return list }
    if root["message_type"] != nil { return resticLog(tape) }
    if root["archives"] != nil || root["archive"] != nil { return try borg(root, time) }
    if root["points"] != nil { return try vault(root, time) }
    if root["backups"] != nil || root["backup"]?["protected_at"] != nil
      || root["backup"]?["resource_id"] != nil
    {
      return try cbr(root)
    }
    if root["datasets"] != nil { return try zfs(root, time) }
    if root["kind"]?.text == "Backup" || root["items"] != nil { return try velero(root, time) }
    if let list = try listInMembers(root, time) { return list }
    throw HistoryProblem(
      offset: root.offset, "this is not a list of backups that firedrill knows",
      hint: "give one of: \(formats)")
  }

  private static func listInArray(_ root: JSONValue, _ time: Timestamp) throws(HistoryProblem) -> BackupList?
  {
    let items = root.items
    guard let first = items.first else {
      throw HistoryProblem(
        offset: root.offset, "there are no backups in here", hint: "check the repository's name")
    }
    if first["snapshots"] != nil { return try restic(items.flatMap { $0["snapshots"]?.items ?? [] }, time) }
    if first["tree"] != nil || first["short_id"] != nil { return try restic(items, time) }
    if first["backup"] != nil { return try pgBackRest(items) }
    // borgmatic prints a list of repositories.
    if first["archives"] != nil {
      var list = try borg(first, time)
      for item in items.dropFirst() { list.runs += try borg(item, time).runs }
      return list
    }
    return nil
  }

  private static func listInMembers(_ root: JSONValue, _ time: Timestamp) throws(HistoryProblem)
    -> BackupList?
  {
    // A server or configuration without backups does not say which tool it is.
    guard root.isObject,
      let first = root.members.lazy.map({ $0.value }).first(where: { !$0.isArray || !$0.items.isEmpty })
    else { return nil }
    let item = first.items.first ?? first
    if item["backup_id"] != nil { return try barman(root, time) }
    if item["number"] != nil, item["date"] != nil { return try snapper(root, time) }
    return nil
  }

  static func instant(_ value: JSONValue?, in owner: JSONValue, _ time: Timestamp) throws(HistoryProblem)
    -> Instant
  {
    guard let value, let raw = value.raw else {
      throw HistoryProblem(
        offset: owner.offset, "this backup has no time", hint: "give the tool's output as it printed it")
    }
    return try time.instant(raw, offset: value.offset)
  }

  /// Returns the instant, or the alternative where there is none.
  static func either(
    _ instant: Instant?, _ other: @autoclosure () throws(HistoryProblem) -> Instant
  ) throws(HistoryProblem) -> Instant {
    if let instant { return instant }
    return try other()
  }

  static func optionalInstant(_ value: JSONValue?, _ time: Timestamp) throws(HistoryProblem) -> Instant? {
    guard let value, let raw = value.raw, !raw.isEmpty else { return nil }
    return try time.instant(raw, offset: value.offset)
  }
}
