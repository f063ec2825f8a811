import Documents
import Units

extension TerraformReader {
  /// Reads a policy of AWS Data Lifecycle Manager. Local snapshots of tagged volumes are kept by count,
  /// copies by age.
  mutating func readLifecyclePolicy(_ resource: TerraformResource) throws(InputError) {
    let isEnabled = resource.text("state") != "DISABLED"
    guard let details = resource.block("policy_details") else { return }
    let tags = (details["target_tags"]?.members ?? []).compactMap { key, value in
      value.text.map { Tag(key: key, value: $0) }
    }
    for schedule in details["schedule"]?.list ?? [] {
      let name = schedule["name"]?.text ?? "schedule"
      let subject = "\(resource.address).policy_details.schedule.\(name)"
      var policy = Policy(
        name: "\(resource.name)-\(name)", tool: "Data Lifecycle Manager",
        schedules: try lifecycleSchedules(schedule["create_rule"]?.list.first, subject),
        retention: Retention(),
        selections: tags.isEmpty ? [] : [.tagged(tags)], origin: schedule.origin(subject))
      policy.isEnabled = isEnabled
      policy.delay = .hours(1)
      if let keep = schedule["retain_rule"]?.list.first {
        policy.retention.count = keep["count"]?.integer.flatMap { $0 > 0 ? Int($0) : nil }
        policy.retention.duration = Self.interval(keep["interval"]?.integer, keep["interval_unit"]?.text)
      }
      if let copy = schedule["cross_region_copy_rule"]?.list.first {
        policy.copy = copy["target"]?.text?.lastPart
        let keep = copy["retain_rule"]?.list.first
        if let age = Self.interval(keep["interval"]?.integer, keep["interval_unit"]?.text) {
          policy.copyRetention = Retention()
          policy.copyRetention?.duration = age
        }
      }
      add(policy, ids: resource.ids)
      tagged.append((findings.policies.count - 1, tags))
    }
  }

  private func lifecycleSchedules(_ rule: Datum?, _ subject: String) throws(InputError) -> [Schedule] {
    guard let rule else { return [] }
    if let cron = rule["cron_expression"], let written = cron.text, !written.isEmpty {
      return try cron.awsSchedules(written, zone: "UTC", subject)
    }
    let hours = rule["interval"]?.integer ?? 24
    let start = rule["times"]?.items.first?.text ?? "00:00"
    let parts = start.split(separator: ":").compactMap { Int($0) }
    guard parts.count == 2, (1...24).contains(hours) else { return [] }
    let all = stride(from: parts[0], to: parts[0] + 24, by: Int(hours)).map { $0 % 24 }.sorted()
    return [
      Schedule(
        rule:
          "FREQ=DAILY;BYHOUR=\(all.map(String.init).joined(separator: ","));BYMINUTE=\(parts[1]);BYSECOND=0",
        written: "every \(hours) h from \(start)", zone: "UTC", origin: rule.origin(subject))
    ]
  }

  private static func interval(_ number: Int64?, _ unit: String?) -> Duration? {
    guard let number, number > 0, number < 10_000, let unit else { return nil }
    let days: [String: Int64] = ["DAYS": 1, "WEEKS": 7, "MONTHS": 30, "YEARS": 365]
    return days[unit].map { .days($0 * number) }
  }
}

extension Datum? {
  /// The value of a key; `nil` when either is missing.
  subscript(key: String) -> Datum? { flatMap { $0[key] } }

  /// The value at two nested keys; `nil` when any is missing.
  subscript(key: String, next: String) -> Datum? { flatMap { $0[key, next] } }
}
