import Documents
import Units

/// Patterns and retention of Cloud Backup and Recovery, in API answers and in Terraform alike.
enum CBRPattern {
  /// Reads an RRULE, optionally in a VCALENDAR of the older service, with times in UTC.
  static func schedule(_ pattern: Datum, _ subject: String) throws(InputError) -> Schedule {
    let written = pattern.text ?? ""
    let lines = written.split(whereSeparator: \.isNewline).map { $0.trimmingBlanks }
    let line = lines.first { $0.hasPrefix("RRULE:") }.map { String($0.dropFirst(6)) } ?? lines.first ?? ""
    var parts = line.split(separator: ";").map { $0.trimmingBlanks }
    guard parts.contains(where: { ["FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY"].contains($0) }) else {
      throw pattern.tape.text.failure(
        offset: pattern.offset, "'\(written.oneLine)' is no schedule of CBR",
        hint: "write for example 'FREQ=DAILY;INTERVAL=1;BYHOUR=14;BYMINUTE=00'")
    }
    // The hour of the older service stands in DTSTART.
    if !parts.contains(where: { $0.hasPrefix("BYHOUR=") }),
      let start = lines.first(where: { $0.hasPrefix("DTSTART") })?.split(separator: "T").last?.prefix(4),
      start.count == 4
    {
      parts += ["BYHOUR=\(Int(start.prefix(2)) ?? 0)", "BYMINUTE=\(Int(start.suffix(2)) ?? 0)"]
    }
    parts = parts.map { part in
      guard part.hasPrefix("BYMINUTE=") || part.hasPrefix("BYHOUR=") else { return part }
      let halves = part.split(separator: "=")
      let numbers =
        halves.count == 2 ? halves[1].split(separator: ",").map { Int($0).map(String.init) ?? "\($0)" } : []
      return "\(halves[0])=\(numbers.joined(separator: ","))"
    }
    if !parts.contains(where: { $0.hasPrefix("BYSECOND=") }) { parts.append("BYSECOND=0") }
    return Schedule(
      rule: parts.joined(separator: ";"), written: line, zone: "UTC", origin: pattern.origin(subject))
  }

  /// Reads the retention. Counts of days and longer need a time zone, which decides the day of a point.
  static func retention(_ definition: Datum?) throws(InputError) -> Retention {
    var retention = Retention()
    guard let definition else {
      retention.isPermanent = true
      return retention
    }
    func count(_ key: String) -> Int? { definition[key]?.integer.flatMap { $0 > 0 ? Int($0) : nil } }
    retention.count = count("max_backups")
    retention.duration = count("retention_duration_days").map { .days(Int64(min($0, 3_650))) }
    retention.days = count("day_backups")
    retention.weeks = count("week_backups")
    retention.months = count("month_backups")
    retention.years = count("year_backups")
    let calendar = ["day_backups", "week_backups", "month_backups", "year_backups"].first { count($0) != nil }
    if let calendar, let place = definition[calendar] {
      guard let zone = definition["timezone"]?.text, !zone.isEmpty else {
        throw place.tape.text.failure(
          offset: place.offset,
          "'\(calendar)' has no timezone, and the zone decides to which day a backup belongs",
          hint: "add for example '\"timezone\": \"UTC+01:00\"'")
      }
      if zone != "UTC+00:00", zone != "UTC" {
        retention.comments.append("days are counted in \(zone), and in UTC in the rehearsal")
      }
    }
    if retention.isEmpty { retention.isPermanent = true }
    retention.dialect = dialect(retention)
    return retention
  }

  /// Returns CBR's own rules; `nil` where more or less than one main rule is given.
  static func dialect(_ retention: Retention) -> String? {
    let main = [
      retention.count.map { "maxBackups: \(min($0, 99_999))" },
      retention.duration.map { "retentionDurationDays: \($0.nanoseconds / Duration.days(1).nanoseconds)" },
      retention.isPermanent ? "permanent: true" : nil,
    ].compactMap { $0 }
    let periods = [
      ("dayBackups", retention.days), ("weekBackups", retention.weeks), ("monthBackups", retention.months),
      ("yearBackups", retention.years),
    ].compactMap { key, count in count.map { "\(key): \($0)" } }
    let isInRange = [retention.days, retention.weeks, retention.months, retention.years].allSatisfy {
      ($0 ?? 0) <= 100
    }
    return main.count == 1 && isInRange ? "cbr: { \((main + periods).joined(separator: ", ")) }" : nil
  }
}

/// The answers of CBR's API: policies and vaults.
enum CBRJSON {
  static func recognises(_ document: Datum) -> Bool {
    let policies = (document["policies"]?.items ?? []) + [document["policy"]].compactMap { $0 }
    let vaults = (document["vaults"]?.items ?? []) + [document["vault"]].compactMap { $0 }
    return policies.contains { $0["operation_definition"] != nil || $0["scheduled_operations"] != nil }
      || document["operation_definition"] != nil
      || vaults.contains { $0["billing"] != nil || $0["resources"] != nil }
  }

  static func read(_ document: Datum) throws(InputError) -> Findings {
    var findings = Findings()
    var policies = (document["policies"]?.items ?? []) + [document["policy"]].compactMap { $0 }
    if document["operation_definition"] != nil { policies.append(document) }
    let vaults = (document["vaults"]?.items ?? []) + [document["vault"]].compactMap { $0 }
    for policy in policies { findings.policies += try read(policy, vaults, &findings) }
    for vault in vaults {
      let name = vault["name"]?.text ?? "vault"
      let objects = (vault["resources"]?.items ?? []).compactMap { $0["id"]?.text }
      if objects.isEmpty {
        findings.gap("the vault '\(name)' holds no resources: it protects nothing", vault.origin(name))
      }
      // The policies of a list of vaults stand in another file.
      let policy = (vault["policy_id"] ?? vault["backup_policy_id"])?.text
      if let policy, !policies.contains(where: { $0["id"]?.text == policy }), !objects.isEmpty {
        findings.looseSelections.append(
          LooseSelection(
            policy: policy, selections: [.objects(objects)], exclusions: [], origin: vault.origin(name)))
      }
    }
    return findings
  }

  private static func read(_ policy: Datum, _ vaults: [Datum], _ findings: inout Findings) throws(InputError)
    -> [Policy]
  {
    let name = policy["name"]?.text ?? "policy"
    let operations = policy["scheduled_operations"]?.items ?? [policy]
    var found: [Policy] = []
    for operation in operations {
      let properties = operation["trigger"]?["properties"]
      let patterns = (properties["pattern"] ?? operation["trigger"]?["pattern"])?.list ?? []
      guard !patterns.isEmpty else {
        throw policy.tape.text.failure(
          offset: operation.offset, "the policy '\(name)' has no pattern, so it never fires",
          hint:
            "add to its trigger for example '\"pattern\": [\"FREQ=DAILY;INTERVAL=1;BYHOUR=14;BYMINUTE=00\"]'")
      }
      let definition = operation["operation_definition"]
      var result = Policy(
        name: name, tool: operation["operation_type"]?.text == "replication" ? "CBR replication" : "CBR",
        schedules: try patterns.map { pattern throws(InputError) in
          try CBRPattern.schedule(pattern, "\(name).pattern")
        },
        retention: try CBRPattern.retention(definition), selections: [], origin: policy.origin(name))
      result.isEnabled = (operation["enabled"] ?? policy["enabled"])?.flag ?? true
      result.copy = definition["destination_region"]?.text
      let bound = policy["associated_vaults"]?.items
      let id = policy["id"]?.text ?? ""
      result.ids = [id]
      let objects = vaults.filter { $0["policy_id"]?.text == id || $0["backup_policy_id"]?.text == id }
        .flatMap { $0["resources"]?.items ?? [] }.compactMap { $0["id"]?.text }
      if let bound, bound.isEmpty, objects.isEmpty {
        findings.gap("the policy '\(name)' is bound to no vault: it protects nothing", result.origin)
        result.selections = [.nothing]
      } else {
        result.selections = [objects.isEmpty ? .unknown : .objects(objects)]
      }
      if (policy["resources"]?.items).map(\.isEmpty) == true, operations.count > 0,
        policy["scheduled_operations"] != nil
      {
        findings.gap("the policy '\(name)' has no resources: it protects nothing", result.origin)
      }
      found.append(result)
    }
    return found
  }
}
