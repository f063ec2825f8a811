import Documents
import Units

/// A configuration of snapper: its shell file, or what `snapper get-config` prints.
enum SnapperConf {
  /// The limits with their defaults (snapper-configs(5), version 0.10).
  private static let limits = [("HOURLY", 10), ("DAILY", 10), ("WEEKLY", 0), ("MONTHLY", 10), ("YEARLY", 10)]

  private struct Word {
    let value: String
    let origin: Origin
  }

  static func recognises(_ text: InputText) -> Bool {
    text.lines.contains { number, line in isWord(line.prefix { $0 != "=" && $0 != "|" }.trimmingBlanks) }
  }

  static func recognises(_ document: Datum) -> Bool { document.members.contains { isWord($0.key) } }

  private static func isWord(_ key: String) -> Bool {
    key == "TIMELINE_CREATE" || key.hasPrefix("TIMELINE_LIMIT_")
  }

  /// Reads the shell file, or the table of `snapper get-config`.
  static func read(_ text: InputText) throws(InputError) -> Findings {
    var words: [String: Word] = [:]
    for (number, line) in text.lines where !line.hasPrefix("#") {
      guard let mark = line.firstIndex(where: { $0 == "=" || $0 == "|" || $0 == "\u{2502}" }) else {
        continue
      }
      let key = line[..<mark].trimmingBlanks
      words[key] = Word(
        value: line[line.index(after: mark)...].trimmingBlanks.withoutQuotes,
        origin: text.origin(line: number, key))
    }
    return try read(words, text)
  }

  /// Reads the output of `snapper --jsonout get-config`.
  static func read(_ document: Datum) throws(InputError) -> Findings {
    var words: [String: Word] = [:]
    for (key, value) in document.members {
      if let text = value.text { words[key] = Word(value: text, origin: value.origin(key)) }
    }
    return try read(words, document.tape.text)
  }

  private static func read(_ words: [String: Word], _ text: InputText) throws(InputError) -> Findings {
    var findings = Findings()
    let origin = words["TIMELINE_CREATE"]?.origin ?? text.origin(line: 1)
    let subvolume = words["SUBVOLUME"]?.value ?? "/"
    guard words["TIMELINE_CREATE"]?.value == "yes" else {
      findings.gap("TIMELINE_CREATE is not 'yes': '\(subvolume)' takes no snapshots by itself", origin)
      return findings
    }
    var policy = Policy(
      name: "snapper-\(subvolume == "/" ? "root" : subvolume)", tool: "snapper",
      schedules: [
        Schedule(
          rule: "FREQ=HOURLY;BYMINUTE=0;BYSECOND=0", written: "TIMELINE_CREATE=yes",
          comments: ["the timer that comes with snapper calls it every hour"], origin: origin)
      ], retention: Retention(), selections: [.objects([subvolume])], isSnapshot: true, origin: origin)
    if words["TIMELINE_CLEANUP"]?.value == "yes" {
      policy.retention = try retention(words, text)
    } else {
      policy.retention.isPermanent = true
      policy.retention.comments = ["TIMELINE_CLEANUP is not 'yes': nothing is removed"]
    }
    policy.comments = ["snapshots stay in the same file system: they are lost with it"]
    findings.policies.append(policy)
    return findings
  }

  private static func retention(_ words: [String: Word], _ text: InputText) throws(InputError) -> Retention {
    var counts: [String: Int] = [:]
    for (word, usual) in limits { counts[word] = try limit(word, words, text) ?? usual }
    func count(_ word: String) -> Int { counts[word] ?? 0 }
    var retention = Retention()
    retention.duration = count("HOURLY") > 0 ? .hours(Int64(min(count("HOURLY"), 80_000))) : nil
    retention.days = count("DAILY")
    retention.weeks = count("WEEKLY")
    retention.months = count("MONTHLY")
    retention.years = count("YEARLY")
    retention.dropZeros()
    if retention.isEmpty { retention.duration = .hours(1) }
    let age = words["TIMELINE_MIN_AGE"].flatMap { Int64($0.value) } ?? 1_800
    let rules = limits.map { "\($0.0.lowercased()): \(min(count($0.0), 1_000_000))" }
    retention.dialect = "snapper: { \(rules.joined(separator: ", ")), minAge: \(max(0, age)) s }"
    if let quarters = try limit("QUARTERLY", words, text), quarters > 0 {
      retention.comments.append("TIMELINE_LIMIT_QUARTERLY \(quarters) is not carried over")
    }
    return retention
  }

  /// Returns a limit. Of a range such as '2-10' it is the upper one, which holds while there is space.
  private static func limit(
    _ word: String, _ words: [String: Word], _ text: InputText
  ) throws(InputError) -> Int? {
    guard let found = words["TIMELINE_LIMIT_\(word)"] else { return nil }
    let ends = found.value.split(separator: "-").map { Int($0.trimmingBlanks) }
    if (1...2).contains(ends.count), let last = ends.last ?? nil, ends.first ?? nil != nil { return last }
    throw text.failure(
      at: found.origin, "'\(found.value)' is no limit of snapshots",
      hint: "write a number or a range, for example 'TIMELINE_LIMIT_\(word)=\"10\"' or '\"2-10\"'")
  }
}
