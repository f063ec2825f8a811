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
      for (kind, _) in counts { try check(kind, chain, ini) }
      policy.schedules = [
        schedule(fastest.0, entry, ini.text.origin(line: dataset.line, "[\(dataset.name)]"))
      ]
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

  /// Checks that a count is a number.
  private static func check(_ kind: String, _ chain: [INI.Section], _ ini: INI) throws(InputError) {
    guard let entry = chain.lazy.compactMap({ $0[kind] }).first, Int(entry.value) == nil else { return }
    throw ini.text.failure(
      line: entry.line, at: entry.value, "'\(entry.value)' is no number of snapshots",
      hint: "write a whole number, for example '\(kind) = 30'")
  }

  /// Returns the schedule of a kind of snapshots, at the preferred times of the sections or the defaults.
  private static func schedule(_ kind: String, _ entry: (String) -> String?, _ origin: Origin) -> Schedule {
    func number(_ key: String, _ usual: Int) -> Int { entry(key).flatMap { Int($0) } ?? usual }
    func time(_ hour: Int, _ minute: Int) -> String {
      "BYHOUR=\(number("\(kind)_hour", hour));BYMINUTE=\(number("\(kind)_min", minute));BYSECOND=0"
    }
    let days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    let rule =
      switch kind {
      case "frequently": "FREQ=MINUTELY;INTERVAL=\(number("frequent_period", 15));BYSECOND=0"
      case "hourly": "FREQ=HOURLY;BYMINUTE=\(number("hourly_min", 0));BYSECOND=0"
      case "daily": "FREQ=DAILY;\(time(23, 59))"
      case "weekly": "FREQ=WEEKLY;BYDAY=\(days[(number("weekly_wday", 1) + 6) % 7]);\(time(23, 30))"
      case "monthly": "FREQ=MONTHLY;BYMONTHDAY=\(number("monthly_mday", 1));\(time(0, 0))"
      default:
        "FREQ=YEARLY;BYMONTH=\(number("yearly_mon", 1));BYMONTHDAY=\(number("yearly_mday", 1));\(time(0, 0))"
      }
    return Schedule(
      rule: rule, written: kind, comments: ["sanoid needs a timer that calls it as often"], origin: origin)
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
