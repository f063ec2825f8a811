import Schedules
import Units
import Zones

extension ScenarioWriter {
  private static let nightly = "FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0"

  /// Writes the strategies: each policy alone, all together, and a nightly backup elsewhere for comparison.
  mutating func writeStrategies() {
    yaml.add("strategies:")
    var names = UniqueNames()
    let policies = merge.policies
    for policy in policies {
      yaml.add("\(names.name(policy.name)):", "\(policy.origin)", indentation: 2)
      yaml.add("title: \("\(policy.tool): \(policy.name)".quotedForYAML)", indentation: 4)
      for comment in policy.allComments { yaml.comment(comment, indentation: 4) }
      write([policy])
    }
    for replication in merge.findings.replications { write(replication, name: names.name(replication.name)) }
    if policies.count > 1 {
      yaml.add("\(names.name("as-found")):", indentation: 2)
      yaml.add("title: All that the files protect the system with", indentation: 4)
      if !merge.uncovered.isEmpty {
        let names = merge.uncovered.prefix(8).joined(separator: ", ")
        yaml.comment(
          "better than the files: it also backs up what no policy selects: \(names)\(merge.uncovered.count > 8 ? ", ..." : "")",
          indentation: 4)
      }
      write(policies)
    }
    if policies.isEmpty {
      yaml.add("\(names.name("as-found")):", "no policy was found in the files", indentation: 2)
      yaml.add("title: Nothing, as the files say", indentation: 4)
    }
    yaml.add("\(names.name("nightly-elsewhere")):", "NOT FOUND in the files: to compare with", indentation: 2)
    yaml.add("title: A nightly backup to another place", indentation: 4)
    yaml.add(
      "backups: [{ vault: other-vault, schedule: \(Self.nightly), retention: { count: 14 } }]", indentation: 4
    )
    yaml.add("recovery: { rebuild: { site: \(otherSite), device: other-storage } }", indentation: 4)
  }

  private mutating func write(_ policies: [Policy]) {
    let snapshots = policies.first(where: \.isSnapshot)
    if let snapshots { writeSnapshots(snapshots) }
    let backups = policies.filter { !$0.isSnapshot }
    if backups.isEmpty { return }
    yaml.add("backups:", indentation: 4)
    for policy in backups {
      for schedule in schedules(of: policy) { writeBackup(policy, schedule) }
      if policy.isContinuous { writeLog(policy) }
    }
    if backups.contains(where: { $0.copy != nil }) {
      yaml.add("recovery: { rebuild: { site: \(otherSite), device: other-storage } }", indentation: 4)
    }
  }

  /// Returns the schedules of a policy, or an assumed nightly one where no file has any.
  private mutating func schedules(of policy: Policy) -> [Schedule] {
    guard policy.schedules.isEmpty else { return policy.schedules.joined }
    merge.assume(
      "a nightly run of '\(policy.name)': its file holds no schedule; import its timer or crontab too")
    return [Schedule(rule: Self.nightly, written: "ASSUMED", zone: "UTC", origin: policy.origin)]
  }

  private mutating func writeSnapshots(_ policy: Policy) {
    let schedule = schedules(of: policy)[0]
    yaml.add("snapshots:", indentation: 4)
    yaml.add("schedule: \(schedule.yaml)", schedule.comment, indentation: 6)
    yaml.add(
      "retention: \(retention(of: policy))", policy.retention.comments.joined(separator: "; "), indentation: 6
    )
  }

  private mutating func writeBackup(_ policy: Policy, _ schedule: Schedule) {
    yaml.add("- vault: vault", indentation: 6)
    yaml.add("schedule: \(schedule.yaml)", schedule.comment, indentation: 8)
    yaml.add(
      "retention: \(retention(of: policy))", policy.retention.comments.joined(separator: "; "), indentation: 8
    )
    if let lock = policy.lock { yaml.add("lock: \(lock)", indentation: 8) }
    guard let copy = policy.copy else { return }
    yaml.add("replica: other-vault", "a copy goes to \(copy)", indentation: 8)
    if let kept = policy.copyRetention {
      yaml.add("replicaRetention: \(Self.text(of: kept))", indentation: 8)
    }
  }

  /// Writes the log that is kept between backups as backups of changes every 5 minutes.
  private mutating func writeLog(_ policy: Policy) {
    yaml.add("- vault: vault", "the log between backups, every 5 minutes", indentation: 6)
    yaml.add("schedule: FREQ=MINUTELY;INTERVAL=5;BYSECOND=0", indentation: 8)
    yaml.add("retention: { duration: 1 d }", "older logs stay with the backups", indentation: 8)
  }

  private mutating func retention(of policy: Policy) -> String {
    let retention = policy.retention
    guard !retention.isEmpty else {
      merge.assume("that '\(policy.name)' keeps 14 points: no file states its retention")
      return "{ count: 14 }"
    }
    return Self.text(of: retention)
  }

  private static func text(of retention: Retention) -> String {
    if let dialect = retention.dialect { return "{ \(dialect) }" }
    let counts: [(String, Int?)] = [
      ("count", retention.count), ("dayBackups", retention.days), ("weekBackups", retention.weeks),
      ("monthBackups", retention.months), ("yearBackups", retention.years),
    ]
    var words = counts.compactMap { word, count in count.map { "\(word): \(min($0, 100_000))" } }
    if let duration = retention.duration { words.append("duration: \(min(duration, .days(3_653)))") }
    if retention.isPermanent { words.append("permanent: true") }
    return "{ \(words.joined(separator: ", ")) }"
  }

  private mutating func write(_ replication: FoundReplication, name: String) {
    yaml.add("\(name):", "\(replication.origin)", indentation: 2)
    yaml.add("title: \("Replication: \(replication.name)".quotedForYAML)", indentation: 4)
    for comment in replication.comments { yaml.comment(comment, indentation: 4) }
    let mode =
      switch replication.mode {
      case .synchronous: "mode: sync"
      case .asynchronous: "mode: async"
      case .interval(let interval): "mode: interval, interval: \(interval)"
      }
    yaml.add("disasterRecovery:", indentation: 4)
    yaml.add(
      "replication: { layer: storage, \(mode), groupClock: true, site: \(otherSite), device: other-storage }",
      indentation: 6)
    yaml.add("standby: { kind: warmStandby, provision: 10 min }", "ASSUMED", indentation: 6)
    merge.assume("a warm standby at '\(otherSite)': the files say only how data comes there")
  }
}

extension [Schedule] {
  /// The same instants in fewer rules, because each rule gets a retention of its own.
  ///
  /// Rules that differ only in their hours become one, and so do the rules of one expression.
  fileprivate var joined: [Schedule] {
    reduce(into: []) { joined, schedule in
      if let place = joined.firstIndex(where: { $0.isSameExpression(schedule) }) {
        joined[place].isNative = true
      } else if let place = joined.firstIndex(where: {
        $0.isNative == schedule.isNative && $0.differsInHours(schedule)
      }) {
        joined[place].rule = joined[place].withHours(of: schedule)
        joined[place].written += ", \(schedule.written)"
        joined[place].notation = nil
      } else {
        joined.append(schedule)
      }
    }
  }
}

extension Schedule {
  fileprivate func isSameExpression(_ other: Schedule) -> Bool {
    notation != nil && notation == other.notation && origin == other.origin
  }

  private var parts: [Substring] { rule.split(separator: ";") }

  fileprivate func differsInHours(_ other: Schedule) -> Bool {
    func rest(_ schedule: Schedule) -> [Substring] { schedule.parts.filter { !$0.hasPrefix("BYHOUR=") } }
    return zone == other.zone && rest(self) == rest(other) && parts.contains { $0.hasPrefix("BYHOUR=") }
      && other.parts.contains { $0.hasPrefix("BYHOUR=") } && !parts.contains { $0.hasPrefix("INTERVAL=") }
  }

  /// Returns the rule with the hours of both.
  fileprivate func withHours(of other: Schedule) -> String {
    func hours(_ schedule: Schedule) -> [Int] {
      schedule.parts.first { $0.hasPrefix("BYHOUR=") }?.dropFirst(7).split(separator: ",").compactMap {
        Int($0)
      }
        ?? []
    }
    let all = Set(hours(self) + hours(other)).sorted().map(String.init).joined(separator: ",")
    return parts.map { $0.hasPrefix("BYHOUR=") ? "BYHOUR=\(all)" : String($0) }.joined(separator: ";")
  }

  /// The rule in YAML, with its zone.
  fileprivate var yaml: String {
    guard let zone, isZoneKnown else {
      return isNative ? notation.map { "{ \($0) }" } ?? rule : rule
    }
    if let notation { return "{ \(notation), zone: \(zone) }" }
    return "{ rrule: \(rule.quotedForYAML), zone: \(zone) }"
  }

  /// Whether the zone is in the IANA database and is not UTC.
  private var isZoneKnown: Bool {
    guard let zone, !["UTC", "Etc/UTC", "GMT", "Etc/GMT", "Z"].contains(zone) else { return false }
    return (try? Zone(named: zone)) != nil
  }

  /// The place, the file's text, and remarks on the rule.
  fileprivate var comment: String {
    var parts = ["\(origin) '\(written)'"]
    switch zone {
    case "UTC"?, "Etc/UTC"?, "GMT"?, "Etc/GMT"?, "Z"?: break
    case let zone?:
      if !isZoneKnown { parts.append("the zone \(zone) is not in the IANA database: read as UTC") }
    case nil: parts.append("no zone stated: read as UTC")
    }
    return (parts + comments).joined(separator: "; ")
  }
}

extension Policy {
  fileprivate var allComments: [String] {
    var all = comments
    if let delay {
      all.append("a run may start up to \(delay) late, which adds to the RPO and is not rehearsed")
    }
    let isSelective = selections.contains {
      switch $0 {
      case .everything, .unknown: false
      default: true
      }
    }
    if isSelective {
      all.append("the rehearsal backs up every volume, the policy only those that it selects")
    }
    return all
  }
}
