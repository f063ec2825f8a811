import Documents

/// The values of a resticprofile profile in YAML or TOML.
struct ResticProfileValues {
  let name: String
  let origin: Origin
  /// Returns the value of a key in a section, such as `schedule` in `backup`, with its place.
  let value: (_ section: String, _ key: String) -> (text: String, origin: Origin)?

  func add(to findings: inout Findings, _ text: InputText) throws(InputError) {
    var retention = KeepWords.restic { value("retention", "keep-\($0)")?.text }
    let applies = ["before-backup", "after-backup"].contains { value("retention", $0)?.text == "true" }
    if retention.isEmpty || !applies { retention = forgetRetention() }
    var schedules: [Schedule] = []
    if let (written, origin) = value("backup", "schedule") {
      for part in written.split(separator: "\u{0}").map(String.init) {
        do throws(ScheduleProblem) {
          let calendar = try OnCalendar(part)
          schedules.append(
            Schedule(
              rule: calendar.rule, notation: calendar.notation, written: part, zone: calendar.zone,
              origin: origin))
        } catch {
          throw text.failure(at: origin, error.message, hint: error.hint)
        }
      }
    }
    var policy = Policy(
      name: name, tool: "resticprofile", schedules: schedules, retention: retention, selections: [.unknown],
      origin: origin)
    policy.comments =
      value("backup", "source").map { ["of: \($0.text.replacing("\u{0}", with: ", "))"] } ?? []
    findings.policies.append(policy)
  }

  /// Returns the retention that its own schedule carries out, if any.
  private func forgetRetention() -> Retention {
    let words = KeepWords.restic { value("forget", "keep-\($0)")?.text }
    if !words.isEmpty, value("forget", "schedule") != nil { return words }
    var retention = Retention()
    retention.isPermanent = true
    retention.comments = [
      "neither 'before-backup' nor 'after-backup' is true and no 'forget' has a schedule: nothing is removed"
    ]
    return retention
  }
}

/// resticprofile's configuration in YAML.
enum Resticprofile {
  private static func profiles(_ document: Datum) -> [(key: String, value: Datum)] {
    (document["profiles"] ?? document).members.filter {
      $0.value.isObject && !["global", "groups", "version", "includes", "mixins"].contains($0.key)
    }
  }

  static func recognises(_ document: Datum) -> Bool {
    profiles(document).contains {
      $0.value["backup"] != nil
        && ($0.value["repository"] != nil || $0.value["inherit"] != nil
          || $0.value["backup", "schedule"] != nil || $0.value["backup", "source"] != nil)
    }
  }

  static func read(_ document: Datum) throws(InputError) -> Findings {
    var findings = Findings()
    for (name, profile) in profiles(document) where profile["backup"] != nil {
      let base = profile["inherit"]?.text.flatMap { document["profiles", $0] ?? document[$0] }
      let values = ResticProfileValues(name: name, origin: profile.origin(name)) { section, key in
        guard let datum = profile[section, key] ?? base?[section, key] else { return nil }
        let schedule = datum.isObject ? datum["at"] ?? datum : datum
        return (
          schedule.list.compactMap(\.text).joined(separator: "\u{0}"),
          schedule.origin("\(name).\(section).\(key)")
        )
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

  static func read(_ ini: INI) throws(InputError) -> Findings {
    var findings = Findings()
    for section in ini.sections where section.name.hasSuffix(".backup") {
      let name = section.name.dropLast(7).split(separator: ".").last.map(String.init) ?? "default"
      let prefix = section.name.dropLast(7)
      let values = ResticProfileValues(name: name, origin: ini.text.origin(line: section.line, section.name))
      {
        part, key in
        guard let found = ini["\(prefix).\(part)"], let entry = found[key] else { return nil }
        let items =
          entry.value.hasPrefix("[")
          ? entry.value.dropFirst().prefix { $0 != "]" }.split(separator: ",").map {
            $0.trimmingBlanks.withoutQuotes
          }
          : [entry.value]
        return (items.joined(separator: "\u{0}"), ini.origin(entry, in: found))
      }
      try values.add(to: &findings, ini.text)
    }
    return findings
  }
}
