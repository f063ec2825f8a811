import Planning
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

  static func read(_ ini: INI) throws(InputError) -> Findings {
    var findings = Findings()
    let global = ini["global"]
    let stanzas = ini.sections.filter {
      !$0.name.isEmpty && !$0.name.hasPrefix("global") && !$0.name.contains(":")
    }
    for stanza in stanzas {
      func entry(_ key: String) -> (INI.Entry, INI.Section)? {
        stanza[key].map { ($0, stanza) } ?? global.flatMap { section in section[key].map { ($0, section) } }
      }
      var policy = Policy(
        name: stanza.name, tool: "pgbackrest", schedules: [], retention: Retention(), selections: [.unknown],
        origin: ini.text.origin(line: stanza.line, "[\(stanza.name)]"))
      policy.isContinuous = true
      let kind = entry("repo1-retention-full-type")?.0.value ?? "count"
      if let (full, section) = entry("repo1-retention-full") {
        policy.origin = ini.origin(full, in: section)
        guard let number = Int(full.value), number > 0 else {
          throw ini.text.failure(
            line: full.line, at: full.value, "'\(full.value)' is no number of backups or days",
            hint: "write a whole number, for example 'repo1-retention-full=2'")
        }
        if kind == "time" {
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
      if let (diff, _) = entry("repo1-retention-diff") {
        policy.retention.comments.append("repo1-retention-diff=\(diff.value) is not carried over")
      }
      let isRemote = (entry("repo1-type")?.0.value ?? "posix") != "posix" || entry("repo1-host") != nil
      if !isRemote {
        findings.gap("the repository of '\(stanza.name)' is on the database's own machine", policy.origin)
      }
      if entry("repo2-path") != nil || entry("repo2-type") != nil { policy.copy = "repo2" }
      findings.policies.append(policy)
    }
    if stanzas.isEmpty, let global {
      findings.gap("no stanza: pgBackRest backs nothing up", ini.text.origin(line: global.line, "[global]"))
    }
    return findings
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

  static func read(_ ini: INI) throws(InputError) -> Findings {
    var findings = Findings()
    let global = ini["barman"]
    let servers = ini.sections.filter { $0.name != "barman" && !$0.name.isEmpty }
    for server in servers {
      func entry(_ key: String) -> (entry: INI.Entry, section: INI.Section)? {
        server[key].map { ($0, server) } ?? global.flatMap { section in section[key].map { ($0, section) } }
      }
      var policy = Policy(
        name: server.name, tool: "barman", schedules: [], retention: Retention(), selections: [.unknown],
        origin: ini.text.origin(line: server.line, "[\(server.name)]"))
      policy.isEnabled = server["active"]?.value != "false"
      policy.isContinuous = ["archiver", "streaming_archiver"].contains {
        ["on", "true"].contains(entry($0)?.entry.value)
      }
      if !policy.isContinuous {
        findings.gap(
          "'\(server.name)' archives no log: what was written since the last backup is lost", policy.origin)
      }
      if let rule = entry("retention_policy"), !rule.entry.value.isEmpty {
        policy.retention = try retention(rule.entry, ini.text)
      } else {
        policy.retention.isPermanent = true
        policy.retention.comments = ["no retention_policy: nothing expires"]
      }
      if let minimum = entry("minimum_redundancy").flatMap({ Int($0.entry.value) }), minimum > 0 {
        policy.retention.count = max(policy.retention.count ?? 0, minimum)
      }
      findings.policies.append(policy)
    }
    return findings
  }

  /// Parses `REDUNDANCY 2` and `RECOVERY WINDOW OF 4 WEEKS`. A month has 31 days.
  private static func retention(_ entry: INI.Entry, _ text: InputText) throws(InputError) -> Retention {
    var retention = Retention()
    let words = entry.value.uppercased().words
    if words.count == 2, words[0] == "REDUNDANCY", let count = Int(words[1]), count > 0 {
      retention.count = count
      return retention
    }
    let days: [String: Int64] = ["DAY": 1, "WEEK": 7, "MONTH": 31]
    if words.count == 5, Array(words[..<3]) == ["RECOVERY", "WINDOW", "OF"], let number = Int64(words[3]),
      number > 0,
      let unit = days[words[4].hasSuffix("S") ? String(words[4].dropLast()) : words[4]]
    {
      retention.duration = .days(number * unit)
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
