import Documents

/// borgmatic's configuration, with retention but without a schedule.
enum Borgmatic {
  static func recognises(_ document: Datum) -> Bool {
    let old = document["location", "repositories"] != nil
    return old
      || document["repositories"] != nil && document["backends"] == nil
        && (document["source_directories"] != nil || document.members.contains { $0.key.hasPrefix("keep_") }
          || document.members.contains { $0.key.hasSuffix("_databases") })
  }

  static func read(_ document: Datum, _ options: ImportOptions) throws(InputError) -> Findings {
    var findings = Findings()
    let variables = Variables(options)
    let words = document["retention"] ?? document
    var kept: [String: String] = [:]
    for (key, value) in words.members where key.hasPrefix("keep_") {
      if let text = try variables.text(value) {
        kept[String(key.dropFirst(5))] = try number(text, key, value)
      }
    }
    var policy = Policy(
      name: "borgmatic", tool: "borgmatic", schedules: [],
      retention: KeepWords.borg { kept[$0] }, selections: [.unknown],
      origin: (words.members.first { $0.key.hasPrefix("keep_") }?.value ?? document).origin("keep"))
    let sources = (document["source_directories"] ?? document["location", "source_directories"])?.items ?? []
    policy.comments = sources.isEmpty ? [] : ["of: \(sources.compactMap(\.text).joined(separator: ", "))"]
    let skipped = (document["skip_actions"]?.items ?? []).compactMap(\.text)
    if policy.retention.isEmpty || skipped.contains("prune") {
      policy.retention = Retention()
      policy.retention.isPermanent = true
      policy.retention.comments = [
        skipped.contains("prune") ? "'prune' is skipped" : "no 'keep_' word: nothing is pruned"
      ]
    }
    let repositories = (document["repositories"] ?? document["location", "repositories"])?.items ?? []
    let paths = repositories.compactMap { $0["path"]?.text ?? $0.text }.map { variables.resolved($0).text }
    let isRemote = paths.contains { $0.contains(":") && !$0.hasPrefix("file:") }
    if paths.count > 1 {
      policy.comments.append("to \(paths.count) repositories: \(paths.joined(separator: ", "))")
    }
    if !isRemote, let first = repositories.first {
      findings.gap(
        "borgmatic writes to this machine only: its backups are lost with it", first.origin("repositories"))
    }
    findings.policies = [policy]
    return findings
  }

  /// Checks the text of a word: a number, or a span of time after `keep_within`.
  private static func number(_ text: String, _ key: String, _ value: Datum) throws(InputError) -> String {
    if key == "keep_within" ? KeepWords.span(text) != nil : Int(text) != nil { return text }
    throw value.tape.text.failure(
      offset: value.offset, "'\(text)' is no value of '\(key)'",
      hint: key == "keep_within"
        ? "write for example '\(key): 10d'" : "write a whole number, for example '\(key): 7'")
  }
}

/// autorestic's configuration: locations with their cron and forget rules.
enum Autorestic {
  static func recognises(_ document: Datum) -> Bool {
    document["locations"]?.isObject == true && document["backends"] != nil
  }

  static func read(_ document: Datum) throws(InputError) -> Findings {
    var findings = Findings()
    let text = document.tape.text
    for (name, location) in document["locations"]?.members ?? [] {
      // Later options win: the command line has the global ones first, then the backend's and the location's.
      let backend = (location["to"]?.list ?? []).first?.text.flatMap { document["backends", $0] }
      let forgets = [
        location["options", "forget"], backend["options", "forget"], document["global", "forget"],
      ]
      let applies = location["forget"]?.text
      var retention = KeepWords.restic { word in
        forgets.lazy.compactMap { $0["keep-\(word)"]?.text }.first
      }
      if applies == nil || applies == "no" || applies == "false" || retention.isEmpty {
        retention = Retention()
        retention.isPermanent = true
        retention.comments = ["no 'forget' applies: nothing is removed"]
      }
      var schedules: [Schedule] = []
      if let cron = location["cron"], let written = cron.text {
        schedules = try cron.schedules(written, .robfig, zone: nil, "locations.\(name).cron")
      }
      var policy = Policy(
        name: name, tool: "autorestic", schedules: schedules, retention: retention, selections: [.unknown],
        origin: location.origin("locations.\(name)"))
      let sources = (location["from"]?.list ?? []).compactMap(\.text)
      policy.comments = ["of: \(sources.joined(separator: ", "))"]
      if schedules.isEmpty {
        policy.isByHand = true
        findings.gap("the location '\(name)' has no 'cron': it is backed up by hand only", policy.origin)
      } else {
        policy.comments.append(
          "autorestic looks at its 'cron' only when a timer calls 'autorestic cron': the coarser of both is the real period"
        )
      }
      if (location["to"]?.list ?? []).isEmpty {
        policy.isEnabled = false
        findings.gap(
          "the location '\(name)' has no backend: it is not backed up",
          text.origin(offset: location.offset, "locations.\(name)"))
      }
      findings.policies.append(policy)
    }
    return findings
  }
}

extension Datum {
  /// Reads a cron expression as schedules, with errors at its place.
  func schedules(
    _ written: String, _ dialect: CronSyntax, zone: String?, _ subject: String
  ) throws(InputError) -> [Schedule] {
    let expression: CronExpression
    do throws(ScheduleProblem) {
      expression = try CronExpression(written.trimmingBlanks, dialect)
    } catch {
      throw tape.text.failure(offset: offset, error.message, hint: error.hint)
    }
    let notation = dialect.notation(written.trimmingBlanks)
    return expression.rules.map {
      Schedule(
        rule: $0, notation: notation, isNative: expression.needsNotation && notation != nil,
        written: written, zone: zone, comments: expression.comments, origin: origin(subject))
    }
  }
}
