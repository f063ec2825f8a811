import Schedules
import Units

/// Plain lists for people: of `barman list-backups` and `borg list`.
struct PlainLists {
  let zone: Zone?

  /// Returns the list of a tool whose lines these are; `nil` for other lines.
  func read(_ lines: [(text: String, offset: Int)]) throws(HistoryProblem) -> BackupList? {
    let lines = lines.filter { !$0.text.allSatisfy(\.isWhitespace) }
    guard let first = lines.first else { return nil }
    if barmanWords(first.text) != nil { return try barman(lines) }
    return borgWords(first.text) == nil ? nil : try borg(lines)
  }

  // MARK: barman

  /// Returns the server, the identifier and what follows them: `main 20261129T063403 - F - Sun Nov 29 ...`.
  private func barmanWords(_ line: String) -> (server: String, id: String, rest: [String])? {
    let words = line.split(separator: " ").map(String.init)
    guard words.count > 3, words[2] == "-" else { return nil }
    let id = Array(words[1].utf8)
    guard id.count == 15, id[8] == UInt8(ascii: "T"), id.filter({ (48...57).contains($0) }).count == 14 else {
      return nil
    }
    return (words[0], words[1], Array(words.dropFirst(3)))
  }

  private func barman(_ lines: [(text: String, offset: Int)]) throws(HistoryProblem) -> BackupList {
    var list = BackupList(
      tool: "barman", runs: [],
      remarks: [
        "the plain list does not say in which zone a backup ended: give 'barman -f json list-backups all'"
      ])
    for (line, offset) in lines {
      guard let (server, id, rest) = barmanWords(line) else {
        throw HistoryProblem(
          offset: offset, "'\(line)' is not a backup of barman",
          hint: "print the list anew with 'barman -f json list-backups all'")
      }
      let digits = Array(id)
      let date = "\(String(digits[0..<4]))-\(String(digits[4..<6]))-\(String(digits[6..<8]))"
      let time = "\(String(digits[9..<11])):\(String(digits[11..<13])):\(String(digits[13..<15]))"
      let start = try Timestamp(zone: zone).instant(Array("\(date)T\(time)".utf8)[...], offset: offset)
      var run = BackupRun(name: id, source: server, start: start)
      if rest.contains("FAILED") { run.outcome = .failed("failed") }
      if let state = ["WAITING_FOR_WALS", "STARTED", "EMPTY", "SYNCING"].first(where: rest.contains) {
        run.outcome = .running(state == "WAITING_FOR_WALS" ? "waits for write-ahead log" : state.lowercased())
      }
      list.runs.append(run)
    }
    return list
  }

  // MARK: borg

  /// Returns the archive and its start by the local clock: `one   Sun, 2026-11-29 11:34:02 [35a2...]`.
  private func borgWords(_ line: String) -> (name: String, time: String)? {
    let words = line.split(separator: " ").map(String.init)
    guard let day = words.firstIndex(where: { $0.count == 4 && $0.hasSuffix(",") }), day > 0,
      words.count > day + 2, words[day + 1].split(separator: "-").count == 3
    else { return nil }
    return (words[..<day].joined(separator: " "), "\(words[day + 1])T\(words[day + 2])")
  }

  private func borg(_ lines: [(text: String, offset: Int)]) throws(HistoryProblem) -> BackupList {
    var list = BackupList(
      tool: "borg", runs: [],
      remarks: ["'borg list' does not say when a backup ended: give 'borg info --json' instead"])
    for (line, offset) in lines {
      guard let (name, time) = borgWords(line) else {
        throw HistoryProblem(
          offset: offset, "'\(line)' is not an archive of borg",
          hint: "print the list anew with 'borg list --json' or 'borg info --json'")
      }
      var run = BackupRun(
        name: name, source: "borg",
        start: try Timestamp(zone: zone).instant(Array(time.utf8)[...], offset: offset))
      if name.contains(".checkpoint") { run.outcome = .failed("interrupted: a checkpoint") }
      list.runs.append(run)
    }
    return list
  }
}
