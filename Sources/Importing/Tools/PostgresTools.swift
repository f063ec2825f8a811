import Documents
import Units

/// pgbackrest.conf, with retention by repository but without a schedule.
enum PgBackRestConf {
  static func recognises(_ ini: INI) -> Bool {
    ini.sections.contains { section in
      section.entries.contains {
        $0.key.hasPrefix("repo") && $0.key.contains("-") || $0.key.hasPrefix("pg1-") || $0.key == "db-path"
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
        entry(key, of: stanza, in: ini, beside: others)
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

  /// Returns an option of a stanza. The sections of a command come before the common ones, and those of a
  /// stanza before the global ones.
  private static func entry(
    _ key: String, of stanza: INI.Section, in ini: INI, beside others: [INI]
  ) -> INI.Found? {
    let sections = [stanza.name, "global"].flatMap { ["\($0):expire", "\($0):backup", $0] }
    for name in sections {
      for file in [ini] + others {
        if let section = file[name], let entry = section[key] {
          return INI.Found(entry: entry, section: section, ini: file)
        }
      }
    }
    return nil
  }

  private static func policy(
    _ stanza: INI.Section, _ findings: inout Findings, _ option: (String) -> INI.Found?,
    otherwise origin: () -> Origin
  ) throws(InputError) -> Policy {
    let repositories = (1...256).filter { number in
      ["path", "type", "host", "retention-full", "s3-bucket"].contains {
        option("repo\(number)-\($0)") != nil
      }
    }
    let first = "repo\(repositories.first ?? 1)-"
    // Options of versions before 2 have no number.
    func entry(_ key: String) -> INI.Found? {
      option(first + key) ?? option("repo-\(key)") ?? (key.hasPrefix("retention") ? option(key) : nil)
    }
    var policy = Policy(
      name: stanza.name, tool: "pgbackrest", schedules: [], retention: Retention(), selections: [.unknown],
      origin: origin())
    policy.isContinuous = true
    let isTime = entry("retention-full-type")?.value == "time"
    let full = entry("retention-full")
    if let full {
      policy.origin = full.origin
      guard let number = Int(full.value), (1...9_999_999).contains(number) else {
        throw full.ini.text.failure(
          line: full.entry.line, at: full.value, "'\(full.value)' is no number of backups or days",
          hint: "write a whole number, for example '\(full.entry.key)=2'")
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
      policy.retention.comments.append("no \(first)retention-full: nothing expires")
    }
    policy.retention.dialect = dialect(
      full: full?.value, isTime: isTime, differential: entry("retention-diff")?.value)
    if (entry("type")?.value ?? "posix") == "posix", entry("host") == nil {
      findings.gap("the repository of '\(stanza.name)' is on the database's own machine", policy.origin)
    }
    if let second = repositories.dropFirst().first {
      policy.copy = option("repo\(second)-s3-region")?.value ?? "repo\(second)"
      policy.copyRetention = copyRetention("repo\(second)-", option)
    }
    return policy
  }

  /// Returns the retention of a further repository.
  private static func copyRetention(_ repository: String, _ option: (String) -> INI.Found?) -> Retention {
    var retention = Retention()
    let full = option("\(repository)retention-full").flatMap { Int($0.value) }.flatMap { $0 > 0 ? $0 : nil }
    guard let full else {
      retention.isPermanent = true
      return retention
    }
    let isTime = option("\(repository)retention-full-type")?.value == "time"
    if isTime { retention.duration = .days(Int64(min(full, 3_650))) } else { retention.count = full }
    retention.dialect = dialect(
      full: String(full), isTime: isTime, differential: option("\(repository)retention-diff")?.value)
    return retention
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
    // A model holds changes to a server's configuration, and is no server.
    let servers = ini.sections.filter {
      $0.name != "barman" && !$0.name.isEmpty && $0["model"].map { isOn($0.value) } != true
    }
    if servers.isEmpty, others.allSatisfy({ $0.sections.allSatisfy { $0.name == "barman" } }) {
      findings.gap(
        "no server in barman's configuration: it backs nothing up; import the files of barman.d too",
        ini.text.origin(line: ini.sections.first?.line ?? 1))
    }
    for server in servers {
      func entry(_ key: String) -> INI.Found? {
        ini.entry(key, in: server, global: "barman", beside: others)
      }
      var policy = Policy(
        name: server.name, tool: "barman", schedules: [], retention: Retention(), selections: [.unknown],
        origin: ini.text.origin(line: server.line, "[\(server.name)]"))
      policy.isEnabled = server["active"].map { isOn($0.value) } ?? true
      policy.isContinuous = ["archiver", "streaming_archiver"].contains {
        entry($0).map { isOn($0.value) } ?? false
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

  /// Whether barman reads a word as true.
  private static func isOn(_ word: String) -> Bool {
    ["on", "true", "t", "1", "yes", "y"].contains(word.lowercased())
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
