import Schedules
import Units

/// Lists that are not JSON: snapshots of ZFS, and of snapper as a table or CSV.
struct TextLists {
  let zone: Zone?

  private struct Line {
    let bytes: ArraySlice<UInt8>
    var offset: Int { bytes.startIndex }
    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  func read(_ bytes: [UInt8]) throws(HistoryProblem) -> BackupList {
    let lines = bytes.split(separator: 10).map { Line(bytes: $0.last == 13 ? $0.dropLast() : $0) }
    guard let first = lines.first else {
      throw HistoryProblem(
        offset: 0, "there is nothing in here", hint: "give one of: \(HistoryReader.formats)")
    }
    let head = first.text
    if head.contains("#"), head.contains("|") || head.contains("\u{2502}") { return try snapperTable(lines) }
    if head.hasPrefix("config,") || head.hasPrefix("number,") { return try snapperCSV(lines) }
    if let list = try PlainLists(zone: zone).read(lines.map { ($0.text, $0.offset) }) { return list }
    if lines.contains(where: { $0.bytes.contains(UInt8(ascii: "@")) }) { return try zfs(lines) }
    throw HistoryProblem(
      offset: first.offset, "this is not a list of backups that firedrill knows",
      hint: "give one of: \(HistoryReader.formats)")
  }

  // MARK: ZFS

  private func zfs(_ lines: [Line]) throws(HistoryProblem) -> BackupList {
    var runs: [BackupRun] = []
    for line in lines where !line.bytes.starts(with: "NAME".utf8) {
      // A list of everything names file systems too.
      guard line.bytes.contains(UInt8(ascii: "@")) else { continue }
      let isTabbed = line.bytes.contains(9)
      let cells = line.bytes.split(maxSplits: 1) { isTabbed ? $0 == 9 : $0 == 0x20 }
      guard cells.count == 2, let at = cells[0].firstIndex(of: UInt8(ascii: "@")) else {
        throw HistoryProblem(
          offset: line.offset, "'\(line.text)' is not a snapshot of ZFS with its time",
          hint: "print them with 'zfs list -Hp -t snapshot -o name,creation'")
      }
      let start = try zfsTime(cells[1], offset: cells[1].startIndex)
      runs.append(
        BackupRun(
          name: String(decoding: cells[0][(at + 1)...], as: UTF8.self),
          source: String(decoding: cells[0][..<at], as: UTF8.self), start: start, end: start))
    }
    return BackupList(tool: "ZFS", runs: runs)
  }

  /// Parses seconds since 1970 (`-p`), or `Sun Nov 29 11:34 2026` by the machine's clock.
  func zfsTime(_ bytes: ArraySlice<UInt8>, offset: Int) throws(HistoryProblem) -> Instant {
    let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\t" }.map(String.init)
    if let first = words.first, let second = Int(first), first.count >= 9 { return Instant(second: second) }
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    guard words.count >= 5, let month = months.firstIndex(of: words[1]), let day = Int(words[2]) else {
      throw HistoryProblem(
        offset: offset, "'\(words.joined(separator: " "))' is not a time of creation",
        hint: "print it with 'zfs list -Hp -t snapshot -o name,creation'")
    }
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let text = "\(words[4])-\(two(month + 1))-\(two(day)) \(words[3].count == 4 ? "0" : "")\(words[3])"
    return try Timestamp(zone: zone).instant(Array(text.utf8)[...], offset: offset)
  }

  // MARK: snapper

  private func snapperTable(_ lines: [Line]) throws(HistoryProblem) -> BackupList {
    let rows = lines.map { line in
      (
        line,
        line.text.split(omittingEmptySubsequences: false) { $0 == "|" || $0 == "\u{2502}" }.map { $0.trimmed }
      )
    }
    let head = rows[0].1
    return try snapper(
      rows.dropFirst(), number: head.firstIndex(of: "#"), date: head.firstIndex(of: "Date"), of: lines[0])
  }

  private func snapperCSV(_ lines: [Line]) throws(HistoryProblem) -> BackupList {
    let rows = lines.map { line in
      (line, line.text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) })
    }
    let head = rows[0].1
    return try snapper(
      rows.dropFirst(), number: head.firstIndex(of: "number"), date: head.firstIndex(of: "date"),
      source: head.firstIndex(of: "config"), of: lines[0])
  }

  private func snapper(
    _ rows: ArraySlice<(Line, [String])>, number: Int?, date: Int?, source: Int? = nil, of head: Line
  ) throws(HistoryProblem) -> BackupList {
    guard let number, let date else {
      throw HistoryProblem(
        offset: head.offset, "this list of snapper has no numbers or dates",
        hint: "print it with 'snapper --iso list' or 'snapper --jsonout list'")
    }
    var runs: [BackupRun] = []
    for (line, cells) in rows where cells.count > max(number, date) {
      // Marks of the mounted and the default snapshot stand behind the number.
      let name = String(cells[number].prefix { $0.isNumber })
      guard !name.isEmpty, name != "0", !cells[date].isEmpty else { continue }
      let start = try Timestamp(zone: zone).instant(Array(cells[date].utf8)[...], offset: line.offset)
      runs.append(
        BackupRun(name: name, source: source.map { cells[$0] } ?? "snapper", start: start, end: start))
    }
    return BackupList(tool: "snapper", runs: runs)
  }
}

extension Substring {
  fileprivate var trimmed: String {
    var rest = self
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
