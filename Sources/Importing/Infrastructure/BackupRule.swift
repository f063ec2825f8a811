import Documents
import Units

/// A rule of an AWS Backup plan from any file.
struct BackupRuleValues {
  let name: String
  let place: Datum
  let subject: String
  let schedule: Datum?
  let zone: String?
  let startMinutes: Int64?
  let deleteDays: Datum?
  let coldDays: Datum?
  let isContinuous: Bool
  /// The ARNs of the vaults that receive copies, with the days after which each deletes a copy.
  let copies: [(arn: String, days: Int64?)]

  func policy() throws(InputError) -> Policy {
    try checkLifecycle()
    var policy = Policy(
      name: name, tool: "AWS Backup", schedules: try schedules(), retention: Retention(), selections: [],
      origin: place.origin(subject))
    if let days = deleteDays?.integer, days > 0 {
      policy.retention.duration = .days(min(days, 3_650))
    } else {
      policy.retention.isPermanent = true
      policy.retention.comments = ["no lifecycle deletes points"]
    }
    policy.isContinuous = isContinuous
    if isContinuous, let days = deleteDays?.integer, days > 35 {
      policy.retention.comments.append("continuous points stay 35 days at most")
    }
    // Without a start window a job may start up to eight hours late.
    policy.delay = .minutes(startMinutes ?? 480)
    policy.copyRetention = copies.first.map { _, days in
      var retention = Retention()
      retention.duration = days.flatMap { $0 > 0 ? .days(min($0, 3_650)) : nil }
      retention.isPermanent = retention.duration == nil
      return retention
    }
    policy.copy = copies.first.map { arn, _ in
      let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
      return parts.count > 4 && !parts[3].isEmpty ? String(parts[3]) : arn.lastPart
    }
    return policy
  }

  /// Checks the lifecycle: points move to cold storage for at least 90 days.
  private func checkLifecycle() throws(InputError) {
    guard let cold = coldDays?.integer, cold > 0, let delete = deleteDays, let days = delete.integer,
      days > 0,
      days < cold + 90
    else { return }
    throw delete.tape.text.failure(
      offset: delete.offset, "points are deleted after \(days) days, and moved to cold storage after \(cold)",
      hint:
        "write at least \(cold + 90) days, or no cold storage: AWS Backup keeps points there for 90 days at least"
    )
  }

  private func schedules() throws(InputError) -> [Schedule] {
    guard let schedule, let written = schedule.text, !written.isEmpty else { return [] }
    return try schedule.awsSchedules(written, zone: zone, "\(subject).schedule")
  }
}

extension Datum {
  /// Reads `cron(...)` or `rate(...)` of AWS as schedules, in UTC unless a zone is given.
  func awsSchedules(_ written: String, zone: String?, _ subject: String) throws(InputError) -> [Schedule] {
    let inside = written.split(separator: "(", maxSplits: 1).last.map { $0.prefix { $0 != ")" } } ?? ""
    if written.hasPrefix("rate(") {
      let words = String(inside).words
      guard words.count == 2, let number = Int(words[0]), number > 0,
        let unit = ["minute", "hour", "day"].first(where: { words[1].hasPrefix($0) })
      else {
        throw tape.text.failure(
          offset: offset, "'\(written)' is no rate", hint: "write for example 'rate(12 hours)'")
      }
      let frequency = ["minute": "MINUTELY", "hour": "HOURLY", "day": "DAILY"][unit] ?? "DAILY"
      let rest = unit == "minute" ? "" : unit == "hour" ? ";BYMINUTE=0" : ";BYHOUR=0;BYMINUTE=0"
      return [
        Schedule(
          rule: "FREQ=\(frequency);INTERVAL=\(number)\(rest);BYSECOND=0", written: written,
          zone: zone ?? "UTC",
          comments: ["counted from an unknown start"], origin: origin(subject))
      ]
    }
    guard written.hasPrefix("cron(") else {
      throw tape.text.failure(
        offset: offset, "'\(written)' is no schedule of AWS", hint: "write for example 'cron(0 5 ? * * *)'")
    }
    return try schedules(String(inside), .aws, zone: zone ?? "UTC", subject)
  }
}
