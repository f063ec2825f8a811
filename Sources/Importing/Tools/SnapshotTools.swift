import Planning
import Units

/// sanoid.conf, with datasets and their templates.
enum SanoidConf {
  static func recognises(_ ini: INI) -> Bool {
    ini.sections.contains {
      $0.name.hasPrefix("template_") || $0["use_template"] != nil || $0["autosnap"] != nil
    }
  }

  static func read(_ ini: INI) throws(InputError) -> Findings {
    var findings = Findings()
    for dataset in ini.sections where !dataset.name.hasPrefix("template_") && !dataset.name.isEmpty {
      let templates = (dataset["use_template"]?.value ?? "default").split(separator: ",")
        .map { $0.trimmingBlanks }
      for template in templates where template != "default" && ini["template_\(template)"] == nil {
        throw ini.text.failure(
          line: dataset["use_template"]?.line ?? dataset.line, at: template,
          "there is no [template_\(template)]", hint: "add the section, or name a template that is there")
      }
      let chain =
        [dataset] + templates.reversed().compactMap { ini["template_\($0)"] }
        + [ini["template_default"]].compactMap { $0 }
      func entry(_ key: String) -> String? { chain.lazy.compactMap { $0[key]?.value }.first }
      func isOn(_ key: String) -> Bool { ["yes", "true", "1", "on"].contains(entry(key)?.lowercased()) }
      let origin = ini.text.origin(line: dataset.line, "[\(dataset.name)]")
      var policy = Policy(
        name: dataset.name, tool: "sanoid", schedules: [], retention: Retention(),
        selections: [.objects([dataset.name])],
        isSnapshot: true, origin: origin)
      policy.isEnabled = isOn("autosnap")
      let counts = ["frequently", "hourly", "daily", "weekly", "monthly", "yearly"].map {
        ($0, entry($0).flatMap { Int($0) } ?? 0)
      }
      guard policy.isEnabled, let fastest = counts.first(where: { $0.1 > 0 }) else {
        policy.isEnabled = false
        findings.gap("'\(dataset.name)' takes no snapshots", origin)
        continue
      }
      policy.schedules = [schedule(fastest.0, period: entry("frequent_period"), dataset, ini)]
      policy.retention = retention(counts, isPruned: isOn("autoprune"))
      policy.comments = ["snapshots stay on the same pool: they are lost with it"]
      findings.policies.append(policy)
    }
    return findings
  }

  private static func schedule(_ kind: String, period: String?, _ dataset: INI.Section, _ ini: INI)
    -> Schedule
  {
    let rule =
      switch kind {
      case "frequently": "FREQ=MINUTELY;INTERVAL=\(period.flatMap { Int($0) } ?? 15);BYSECOND=0"
      case "hourly": "FREQ=HOURLY;BYMINUTE=0;BYSECOND=0"
      case "daily": "FREQ=DAILY;BYHOUR=23;BYMINUTE=59;BYSECOND=0"
      case "weekly": "FREQ=WEEKLY;BYDAY=MO;BYHOUR=23;BYMINUTE=30;BYSECOND=0"
      case "monthly": "FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=0;BYMINUTE=0;BYSECOND=0"
      default: "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;BYHOUR=0;BYMINUTE=0;BYSECOND=0"
      }
    return Schedule(
      rule: rule, written: kind, comments: ["sanoid needs a timer that calls it as often"],
      origin: ini.text.origin(line: dataset.line, "[\(dataset.name)]"))
  }

  private static func retention(_ counts: [(String, Int)], isPruned: Bool) -> Retention {
    var retention = Retention()
    guard isPruned else {
      retention.isPermanent = true
      retention.comments = ["autoprune is off: nothing is removed"]
      return retention
    }
    func count(_ kind: String) -> Int? { counts.first { $0.0 == kind }.flatMap { $0.1 > 0 ? $0.1 : nil } }
    retention.days = count("daily")
    retention.weeks = count("weekly")
    retention.months = count("monthly")
    retention.years = count("yearly")
    if let hours = count("hourly") { retention.duration = .hours(Int64(hours)) }
    if retention.isEmpty { retention.duration = .hours(1) }
    return retention
  }
}

/// btrbk.conf, with snapshots and targets by volume and subvolume.
enum BtrbkConf {
  static func recognises(_ text: InputText) -> Bool {
    let keys = text.lines.prefix(300).map { $0.text.words.first ?? "" }
    return keys.contains("subvolume")
      && keys.contains {
        ["volume", "snapshot_dir", "snapshot_preserve", "snapshot_preserve_min", "target"].contains($0)
      }
  }

  static func read(_ text: InputText) throws(InputError) -> Findings {
    var findings = Findings()
    var global: [String: (String, Int)] = [:]
    var volume = global
    var (hasSubvolume, path) = (false, "")
    for (number, line) in text.lines {
      let words = line.words
      guard let key = words.first, !key.hasPrefix("#") else { continue }
      let value = words.dropFirst().prefix { !$0.hasPrefix("#") }.joined(separator: " ")
      switch key {
      case "volume":
        volume = global
        path = value
      case "subvolume":
        hasSubvolume = true
        findings.policies.append(policy(value, in: path, volume, line: number, text, &findings))
      case "target":
        let place = value.words.last ?? value
        if let last = findings.policies.indices.last, line.first == " " || line.first == "\t", hasSubvolume {
          findings.policies[last].copy = place
        } else {
          volume["target"] = (place, number)
          if path.isEmpty { global["target"] = (place, number) }
        }
      default:
        if path.isEmpty { global[key] = (value, number) }
        volume[key] = (value, number)
      }
    }
    return findings
  }

  private static func policy(
    _ subvolume: String, in path: String, _ values: [String: (String, Int)], line: Int, _ text: InputText,
    _ findings: inout Findings
  ) -> Policy {
    let origin = text.origin(line: line, "subvolume \(subvolume)")
    var policy = Policy(
      name: "\(path.split(separator: "/").last ?? "")-\(subvolume)", tool: "btrbk", schedules: [],
      retention: Retention(),
      selections: [.objects([subvolume])], isSnapshot: true, origin: origin)
    let minimum = values["snapshot_preserve_min"]?.0 ?? "all"
    if minimum == "all" {
      policy.retention.isPermanent = true
      let dead = values["snapshot_preserve"].map { "snapshot_preserve \($0.0) does nothing while " } ?? ""
      policy.retention.comments = ["\(dead)snapshot_preserve_min is 'all', its default: nothing is removed"]
    } else {
      policy.retention = retention(minimum: minimum, values["snapshot_preserve"]?.0 ?? "no")
    }
    policy.copy = values["target"]?.0
    if policy.copy == nil {
      findings.gap("'\(subvolume)' has no target: its snapshots are lost with the disk", origin)
    }
    return policy
  }

  /// Parses `48h 14d 8w 12m *y`. These are windows and not counts, so one more of each may remain.
  private static func retention(minimum: String, _ preserve: String) -> Retention {
    var retention = Retention()
    if minimum == "latest" { retention.count = 1 } else { retention.duration = KeepWords.span(minimum) }
    for word in preserve.words {
      let number = word.dropLast() == "*" ? 100_000 : Int(word.dropLast()) ?? 0
      switch word.last {
      case "h": retention.duration = max(retention.duration ?? .zero, .hours(Int64(min(number, 80_000))))
      case "d": retention.days = number
      case "w": retention.weeks = number
      case "m": retention.months = number
      case "y": retention.years = number
      default: break
      }
    }
    retention.dropZeros()
    if retention.isEmpty { retention.count = 1 }
    retention.comments = ["btrbk's words are windows: up to one more of each stays"]
    return retention
  }
}

/// A configuration of snapper: a shell file with `TIMELINE_` words.
enum SnapperConf {
  static func recognises(_ text: InputText) -> Bool {
    text.lines.contains { $0.text.hasPrefix("TIMELINE_CREATE=") || $0.text.hasPrefix("TIMELINE_LIMIT_") }
  }

  static func read(_ text: InputText) throws(InputError) -> Findings {
    var findings = Findings()
    let ini = INI(text)
    let words = ini.sections.first ?? INI.Section(name: "", line: 1, entries: [])
    let origin = words["TIMELINE_CREATE"].map { ini.origin($0, in: words) } ?? text.origin(line: 1)
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
      // A range such as '2-10' keeps the upper limit while there is space.
      func limit(_ word: String, _ usual: Int) -> Int {
        words["TIMELINE_LIMIT_\(word)"].flatMap { $0.value.split(separator: "-").last.flatMap { Int($0) } }
          ?? usual
      }
      policy.retention.duration = limit("HOURLY", 10) > 0 ? .hours(Int64(limit("HOURLY", 10))) : nil
      policy.retention.days = limit("DAILY", 10)
      policy.retention.weeks = limit("WEEKLY", 0)
      policy.retention.months = limit("MONTHLY", 10)
      policy.retention.years = limit("YEARLY", 10)
      policy.retention.dropZeros()
      if policy.retention.isEmpty { policy.retention.duration = .hours(1) }
    } else {
      policy.retention.isPermanent = true
      policy.retention.comments = ["TIMELINE_CLEANUP is not 'yes': nothing is removed"]
    }
    policy.comments = ["snapshots stay in the same file system: they are lost with it"]
    findings.policies.append(policy)
    return findings
  }
}
