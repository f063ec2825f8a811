import Documents

/// The values of a resticprofile profile in any of its notations.
struct ResticProfileValues {
  let name: String
  let origin: Origin
  /// Whether other profiles inherit this one.
  let isBase: Bool
  /// Returns the texts of a key in a section, such as `schedule` in `backup`, with their place.
  let values: (_ section: String, _ key: String) -> (texts: [String], origin: Origin)?

  private func text(_ section: String, _ key: String) -> String? { values(section, key)?.texts.first }

  func add(to findings: inout Findings, _ text: InputText) throws(InputError) {
    let schedules = try schedules(text)
    let sources = values("backup", "source")?.texts ?? []
    // A profile that only serves others has nothing to back up.
    if isBase, schedules.isEmpty, sources.isEmpty { return }
    var retention = KeepWords.restic { self.text("retention", "keep-\($0)") }
    let applies = ["before-backup", "after-backup"].contains { self.text("retention", $0) == "true" }
    if retention.isEmpty || !applies { retention = forgetRetention() }
    var policy = Policy(
      name: name, tool: "resticprofile", schedules: schedules, retention: retention, selections: [.unknown],
      origin: origin)
    policy.comments = sources.isEmpty ? [] : ["of: \(sources.joined(separator: ", "))"]
    findings.policies.append(policy)
  }

  private func schedules(_ text: InputText) throws(InputError) -> [Schedule] {
    guard let (texts, origin) = values("backup", "schedule") else { return [] }
    var schedules: [Schedule] = []
    for written in texts {
      let calendar: OnCalendar
      do throws(ScheduleProblem) { calendar = try OnCalendar(written) } catch {
        throw text.failure(at: origin, error.message, hint: error.hint)
      }
      let zone = try calendar.zone.map { name throws(InputError) in
        try text.zone(named: name, line: origin.line)
      }
      schedules.append(
        Schedule(
          rule: calendar.rule, notation: calendar.notation, isNative: calendar.needsNotation,
          written: written, zone: zone, origin: origin))
    }
    return schedules
  }

  /// Returns the retention that its own schedule carries out, if any.
  private func forgetRetention() -> Retention {
    let words = KeepWords.restic { text("forget", "keep-\($0)") }
    if !words.isEmpty, values("forget", "schedule") != nil { return words }
    var retention = Retention()
    retention.isPermanent = true
    retention.comments = [
      "neither 'before-backup' nor 'after-backup' is true and no 'forget' has a schedule: nothing is removed"
    ]
    return retention
  }
}

/// resticprofile's configuration in YAML or JSON.
enum Resticprofile {
  private static func profiles(_ document: Datum) -> [(key: String, value: Datum)] {
    (document["profiles"] ?? document).members.filter {
      $0.value.isObject && !["global", "groups", "version", "includes", "mixins"].contains($0.key)
    }
  }

  static func recognises(_ document: Datum) -> Bool {
    profiles(document).contains {
      $0.value["backup"]?.isObject == true
        && ($0.value["repository"] != nil || $0.value["inherit"] != nil
          || $0.value["backup", "schedule"] != nil || $0.value["backup", "source"] != nil)
    }
  }

  /// Returns a profile and those that it inherits, the nearest first.
  private static func chain(_ profile: Datum, in document: Datum) -> [Datum] {
    var chain = [profile]
    while chain.count < 16, let name = chain.last?["inherit"]?.text,
      let base = document["profiles", name] ?? document[name]
    {
      chain.append(base)
    }
    return chain
  }

  static func read(_ document: Datum) throws(InputError) -> Findings {
    var findings = Findings()
    let all = profiles(document)
    let bases = Set(all.compactMap { $0.value["inherit"]?.text })
    for (name, profile) in all {
      let chain = chain(profile, in: document)
      guard chain.contains(where: { $0["backup"] != nil }) else { continue }
      let values = ResticProfileValues(
        name: name, origin: profile.origin(name), isBase: bases.contains(name)
      ) { section, key in
        guard let datum = chain.lazy.compactMap({ $0[section, key] }).first else { return nil }
        let value = datum.isObject ? datum["at"] ?? datum : datum
        return (value.list.compactMap(\.text), value.origin("\(name).\(section).\(key)"))
      }
      try values.add(to: &findings, document.tape.text)
    }
    return findings
  }
}

/// resticprofile's configuration in TOML.
enum ResticprofileTOML {
  static func recognises(_ ini: INI) -> Bool {
    ini.sections.contains { $0.name.hasSuffix(".backup") }
      && ini.sections.contains { $0["repository"] != nil || $0["schedule"] != nil || $0["source"] != nil }
  }

  /// The profiles with the prefix of their sections, in the order of the file.
  private static func profiles(_ ini: INI) -> [(name: String, prefix: String, line: Int)] {
    ini.sections.reduce(into: []) { found, section in
      let parts = section.name.split(separator: ".").map(String.init)
      let count = parts.first == "profiles" ? 2 : 1
      guard parts.count >= count, let name = parts.prefix(count).last,
        !["global", "groups", "includes", "mixins", "profiles"].contains(name),
        !found.contains(where: { $0.name == name })
      else { return }
      found.append((name, parts.prefix(count).joined(separator: "."), section.line))
    }
  }

  static func read(_ ini: INI) throws(InputError) -> Findings {
    var findings = Findings()
    let all = profiles(ini)
    func base(of prefix: String) -> String? {
      ini[prefix]?["inherit"].flatMap { entry in all.first { $0.name == entry.value }?.prefix }
    }
    let bases = Set(all.compactMap { base(of: $0.prefix) })
    for (name, prefix, line) in all {
      var chain = [prefix]
      while chain.count < 16, let next = base(of: chain[chain.count - 1]) { chain.append(next) }
      guard chain.contains(where: { ini["\($0).backup"] != nil }) else { continue }
      let values = ResticProfileValues(
        name: name, origin: ini.text.origin(line: line, prefix), isBase: bases.contains(prefix)
      ) { part, key in
        for profile in chain {
          if let section = ini["\(profile).\(part)"], let entry = section[key] {
            return (entry.items, ini.origin(entry, in: section))
          }
          // A schedule may be a section of its own.
          if let section = ini["\(profile).\(part).\(key)"], let entry = section["at"] {
            return (entry.items, ini.origin(entry, in: section))
          }
        }
        return nil
      }
      try values.add(to: &findings, ini.text)
    }
    return findings
  }
}
