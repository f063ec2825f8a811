import Documents
import Units

/// sanoid.conf, with datasets and their templates.
enum SanoidConf {
  /// The values of `sanoid.defaults.conf`, version 2.1.0, that apply where no section has a key.
  private static let defaults = [
    "autosnap": "yes", "autoprune": "yes", "frequently": "0", "hourly": "48", "daily": "90", "weekly": "0",
    "monthly": "6", "yearly": "0",
  ]

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
      func entry(_ key: String) -> String? {
        chain.lazy.compactMap { $0[key]?.value }.first ?? defaults[key]
      }
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
      if !policy.retention.isPermanent {
        let words = counts.map { "\($0.0): \(min(max(0, $0.1), 1_000_000))" }
        let period = entry("frequent_period").flatMap { Int($0) }.map { ", frequentPeriod: \($0)" } ?? ""
        policy.retention.dialect = "sanoid: { \(words.joined(separator: ", "))\(period) }"
      }
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
      let age = words["TIMELINE_MIN_AGE"].flatMap { Int64($0.value) } ?? 1_800
      let limits = [("HOURLY", 10), ("DAILY", 10), ("WEEKLY", 0), ("MONTHLY", 10), ("YEARLY", 10)].map {
        "\($0.0.lowercased()): \(min(max(0, limit($0.0, $0.1)), 1_000_000))"
      }
      policy.retention.dialect =
        "snapper: { \(limits.joined(separator: ", ")), minAge: \(max(0, age)) s }"
    } else {
      policy.retention.isPermanent = true
      policy.retention.comments = ["TIMELINE_CLEANUP is not 'yes': nothing is removed"]
    }
    policy.comments = ["snapshots stay in the same file system: they are lost with it"]
    findings.policies.append(policy)
    return findings
  }
}
