import Documents
import Units

/// Crontabs of users and of the system: the jobs that make backups.
enum Crontab {
  /// A job: five fields or a nickname, then a command.
  fileprivate struct Job {
    let fields: String
    let command: String
  }

  static func recognises(_ text: InputText) -> Bool {
    let lines = text.lines.prefix(500).map(\.text).filter { !isSilent($0) }
    let jobs = lines.count { looksLikeJob($0) }
    let known = lines.count { looksLikeJob($0) || isAssignment($0) }
    // A wrong line among others gets an error with its place.
    return jobs > 0 && known * 3 >= lines.count * 2
      && lines.first.map { looksLikeJob($0) || isAssignment($0) } == true
  }

  private static func isSilent(_ line: String) -> Bool {
    let line = line.trimmingBlanks
    return line.isEmpty || line.hasPrefix("#")
  }

  private static func isAssignment(_ line: String) -> Bool {
    guard let equals = line.firstIndex(of: "=") else { return false }
    let name = String(line[..<equals]).trimmingBlanks
    return !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
  }

  private static func looksLikeJob(_ line: String) -> Bool {
    let words = timeWords(line)
    if words.first?.hasPrefix("@") == true { return words.count >= 2 }
    return words.count >= 6
      && words.prefix(5).allSatisfy { $0.allSatisfy { $0.isNumber || $0.isLetter || "*,-/?#~".contains($0) } }
      && words.prefix(2).allSatisfy { $0.first.map { $0.isNumber || $0 == "*" } ?? false }
  }

  static func read(_ text: InputText) throws(InputError) -> Findings {
    var findings = Findings()
    var (zone, delay): (String?, Duration?) = (nil, nil)
    var others = 0
    var retentions: [(tool: String, retention: Retention)] = []
    for (number, line) in text.lines where !isSilent(line) {
      if isAssignment(line), !looksLikeJob(line) {
        let parts = line.split(separator: "=", maxSplits: 1).map { String($0).trimmingBlanks.withoutQuotes }
        if parts.first == "CRON_TZ", let name = parts.last {
          zone = try text.zone(named: name, line: number)
        }
        if parts.first == "RANDOM_DELAY", let minutes = parts.last.flatMap({ Int64($0) }) {
          delay = .minutes(minutes)
        }
        continue
      }
      guard looksLikeJob(line) else {
        throw text.failure(
          line: number, "this line is neither a job nor an assignment",
          hint: "write five time fields and a command, for example '0 2 * * * restic backup /srv'")
      }
      let job = job(line)
      guard let tool = BackupProgram.making(job.command), job.fields != "@reboot" else {
        let kept = KeepWords.inCommand(job.command)
        if !kept.retention.isEmpty { retentions.append(kept) }
        others += 1
        continue
      }
      try checkFieldCount(line, job, number, text)
      var policy = try policy(job, tool: tool, line: number, zone: zone, delay: delay, text)
      let kept = KeepWords.inCommand(job.command)
      if kept.tool == tool { policy.retention = kept.retention }
      findings.policies.append(policy)
    }
    for (tool, retention) in retentions {
      for index in findings.policies.indices
      where findings.policies[index].tool == tool && findings.policies[index].retention.isEmpty {
        findings.policies[index].retention = retention
      }
    }
    if others > 0 {
      findings.note("\(others) other jobs make no backup", text.origin(line: 1))
    }
    if findings.policies.isEmpty {
      findings.gap("no job of this crontab makes a backup", text.origin(line: 1))
    }
    return findings
  }

  /// Returns the words without the dash with which cronie keeps a job out of the log.
  private static func timeWords(_ line: String) -> [String] {
    var words = line.words
    if let first = words.first, first.count > 1, first.hasPrefix("-") { words[0] = String(first.dropFirst()) }
    return words
  }

  private static func job(_ line: String) -> Job {
    let words = timeWords(line)
    let count = words[0].hasPrefix("@") ? 1 : 5
    return Job(
      fields: words.prefix(count).joined(separator: " "),
      command: words.dropFirst(count).joined(separator: " "))
  }

  /// Rejects a sixth time field, which would be read as the command.
  private static func checkFieldCount(
    _ line: String, _ job: Job, _ number: Int, _ text: InputText
  ) throws(InputError) {
    guard let first = job.command.words.first, !job.fields.hasPrefix("@") else { return }
    let isField = first.allSatisfy { $0.isNumber || "*,-/?".contains($0) }
    guard isField else { return }
    let rest = (job.fields.words.dropFirst() + [first]).joined(separator: " ")
    throw text.failure(
      line: number,
      "this line has six fields before its command, and cron reads five: minute, hour, day of month, month, day of week",
      hint: "remove the seconds: '\(rest) ...'")
  }

  private static func policy(
    _ job: Job, tool: String, line: Int, zone: String?, delay: Duration?, _ text: InputText
  ) throws(InputError) -> Policy {
    let origin = text.origin(line: line)
    let expression: CronExpression
    do throws(ScheduleProblem) {
      expression = try CronExpression(job.fields, .vixie)
    } catch {
      throw text.failure(line: line, at: error.part, error.message, hint: error.hint)
    }
    let schedules = expression.rules.map {
      Schedule(
        rule: $0, notation: CronSyntax.vixie.notation(job.fields),
        written: job.fields, zone: zone, comments: expression.comments, origin: origin)
    }
    var policy = Policy(
      name: tool == "backup" ? job.scriptName : tool, tool: tool, schedules: schedules,
      retention: Retention(),
      selections: [.unknown], origin: origin)
    policy.delay = delay
    policy.comments = ["runs: \(job.command.prefix(80))"]
    policy.isSnapshot = ["sanoid", "snapper", "zfs-auto-snapshot"].contains(tool)
    return policy
  }
}

extension Crontab.Job {
  /// The name of the script, without folder and extension.
  fileprivate var scriptName: String {
    let word = command.words.first { $0.lowercased().contains("backup") || $0.contains("/") } ?? "backup"
    let file = word.split(separator: "/").last.map(String.init) ?? word
    return file.split(separator: ".").first.map(String.init) ?? file
  }
}
