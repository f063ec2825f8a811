import Documents
import Units

/// pgbackrest.conf, with retention by repository but without a schedule.
enum PgBackRestConf {
  static func recognises(_ ini: INI) -> Bool {
    ini.sections.contains { section in
      section.entries.contains {
        $0.key.hasPrefix("repo") && $0.key.contains("-") || $0.key.hasPrefix("pg1-")
      }
    }
  }

  /// - Parameter others: the tool's other files, such as those of `conf.d`.
  static func read(_ ini: INI, beside others: [INI]) throws(InputError) -> Findings {
    var findings = Findings()
    func stanzas(_ ini: INI) -> [INI.Section] {
      ini.sections.filter { !$0.name.isEmpty && !$0.name.hasPrefix("global") && !$0.name.contains(":") }
    }
    for stanza in stanzas(ini) {
      let policy = try policy(stanza, &findings) { key in
        ini.entry(key, in: stanza, global: "global", beside: others)
      } otherwise: {
        ini.text.origin(line: stanza.line, "[\(stanza.name)]")
      }
      findings.policies.append(policy)
    }
    if ([ini] + others).allSatisfy({ stanzas($0).isEmpty }), let global = ini["global"] {
      findings.gap("no stanza: pgBackRest backs nothing up", ini.text.origin(line: global.line, "[global]"))
    }
    return findings
  }

  private static func policy(
    _ stanza: INI.Section, _ findings: inout Findings, _ entry: (String) -> INI.Found?,
    otherwise origin: () -> Origin
  ) throws(InputError) -> Policy {
    var policy = Policy(
      name: stanza.name, tool: "pgbackrest", schedules: [], retention: Retention(), selections: [.unknown],
      origin: origin())
    policy.isContinuous = true
    let isTime = entry("repo1-retention-full-type")?.value == "time"
    let full = entry("repo1-retention-full")
    if let full {
      policy.origin = full.origin
      guard let number = Int(full.value), (1...9_999_999).contains(number) else {
        throw full.ini.text.failure(
          line: full.entry.line, at: full.value, "'\(full.value)' is no number of backups or days",
          hint: "write a whole number, for example 'repo1-retention-full=2'")
      }
      if isTime {
        policy.retention.duration = .days(Int64(number))
      } else {
        policy.retention.count = number
        policy.retention.comments.append(
          "counts full backups; their differentials and incrementals stay as long")
      }
    } else {
      policy.retention.isPermanent = true
      policy.retention.comments.append("no repo1-retention-full: nothing expires")
    }
    policy.retention.dialect = dialect(
      full: full?.value, isTime: isTime, differential: entry("repo1-retention-diff")?.value)
    if (entry("repo1-type")?.value ?? "posix") == "posix", entry("repo1-host") == nil {
      findings.gap("the repository of '\(stanza.name)' is on the database's own machine", policy.origin)
    }
    if entry("repo2-path") != nil || entry("repo2-type") != nil { policy.copy = "repo2" }
    return policy
  }

  /// Returns the rules of `expire`; `nil` without any.
  private static func dialect(full: String?, isTime: Bool, differential: String?) -> String? {
    let words = [
      full.map { "full: \($0)" }, full != nil && isTime ? "fullType: time" : nil,
      differential.flatMap { Int($0) }.flatMap { $0 > 0 ? "diff: \($0)" : nil },
    ].compactMap { $0 }
    return words.isEmpty ? nil : "pgbackrest: { \(words.joined(separator: ", ")) }"
  }
}

/// barman's configuration, with retention by server but without a schedule.
enum BarmanConf {
  private static let keys = [
    "backup_method", "conninfo", "retention_policy", "streaming_archiver", "barman_home",
  ]

  static func recognises(_ ini: INI) -> Bool {
    ini.sections.contains { section in keys.contains { section[$0] != nil } }
  }

  /// - Parameter others: the tool's other files, such as those of `barman.d`.
  static func read(_ ini: INI, beside others: [INI]) throws(InputError) -> Findings {
    var findings = Findings()
    let servers = ini.sections.filter { $0.name != "barman" && !$0.name.isEmpty }
    for server in servers {
      func entry(_ key: String) -> INI.Found? {
        ini.entry(key, in: server, global: "barman", beside: others)
      }
      var policy = Policy(
        name: server.name, tool: "barman", schedules: [], retention: Retention(), selections: [.unknown],
        origin: ini.text.origin(line: server.line, "[\(server.name)]"))
      policy.isEnabled = server["active"]?.value != "false"
      policy.isContinuous = ["archiver", "streaming_archiver"].contains {
        ["on", "true", "1", "yes"].contains(entry($0)?.value.lowercased())
      }
      if !policy.isContinuous {
        findings.gap(
          "'\(server.name)' archives no log: what was written since the last backup is lost", policy.origin)
      }
      let minimum = entry("minimum_redundancy").flatMap { Int($0.entry.value) } ?? 0
      if let rule = entry("retention_policy"), !rule.entry.value.isEmpty {
        policy.retention = try retention(rule.entry, minimum: minimum, rule.ini.text)
      } else {
        policy.retention.isPermanent = true
        policy.retention.comments = ["no retention_policy: nothing expires"]
      }
      findings.policies.append(policy)
    }
    return findings
  }

  /// Parses `REDUNDANCY 2` and `RECOVERY WINDOW OF 4 WEEKS`. A month has 31 days.
  private static func retention(
    _ entry: INI.Entry, minimum: Int, _ text: InputText
  ) throws(InputError) -> Retention {
    var retention = Retention()
    let words = entry.value.uppercased().words
    let redundancy = minimum > 0 ? ", minimumRedundancy: \(minimum)" : ""
    if words.count == 2, words[0] == "REDUNDANCY", let count = Int(words[1]), count > 0 {
      retention.count = max(count, minimum)
      retention.dialect = "barman: { redundancy: \(count)\(redundancy) }"
      return retention
    }
    let days: [String: Int64] = ["DAY": 1, "WEEK": 7, "MONTH": 31]
    if words.count == 5, Array(words[..<3]) == ["RECOVERY", "WINDOW", "OF"], let number = Int64(words[3]),
      number > 0,
      let unit = days[words[4].hasSuffix("S") ? String(words[4].dropLast()) : words[4]]
    {
      retention.duration = .days(number * unit)
      retention.dialect = "barman: { recoveryWindow: \(number) \(words[4])\(redundancy) }"
      retention.comments = [
        "the first backup older than the window stays too, for it is needed to restore into it"
      ]
      return retention
    }
    throw text.failure(
      line: entry.line, at: entry.value, "'\(entry.value)' is no retention policy of barman",
      hint: "write 'REDUNDANCY 2' or 'RECOVERY WINDOW OF 4 WEEKS'")
  }
}
