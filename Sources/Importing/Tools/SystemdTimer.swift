import Documents
import Units

/// Timer units of systemd.
enum SystemdTimer {
  static func recognises(_ ini: INI) -> Bool { ini["Timer"] != nil }

  static func read(_ ini: INI) throws(InputError) -> Findings {
    var findings = Findings()
    for section in ini.sections where section.name == "Timer" {
      var schedules: [Schedule] = []
      for entry in section.all("OnCalendar") {
        // An empty value takes back all before it.
        if entry.value.isEmpty {
          schedules = []
          continue
        }
        let calendar: OnCalendar
        do throws(ScheduleProblem) {
          calendar = try OnCalendar(entry.value)
        } catch {
          throw ini.text.failure(line: entry.line, at: entry.value, error.message, hint: error.hint)
        }
        schedules.append(
          Schedule(
            rule: calendar.rule, notation: calendar.notation, written: entry.value, zone: calendar.zone,
            origin: ini.origin(entry, in: section)))
      }
      schedules += try monotonic(section, ini)
      guard let first = schedules.first else {
        throw ini.text.failure(
          line: section.line, "this timer has no schedule, so it never fires",
          hint: "write for example 'OnCalendar=daily'")
      }
      var policy = Policy(
        name: name(ini, section), tool: tool(ini, section), schedules: schedules, retention: Retention(),
        selections: [.unknown], origin: first.origin)
      policy.delay = section["RandomizedDelaySec"].flatMap { SystemdSpan.seconds($0.value) }
        .flatMap { Duration(seconds: $0) }
      if section["Persistent"]?.value != "true" {
        policy.comments.append(
          "not Persistent: a run that was missed while the machine was off is not made up for")
      }
      findings.policies.append(policy)
    }
    return findings
  }

  /// Reads timers that count from an event. They drift by the duration of the job.
  private static func monotonic(_ section: INI.Section, _ ini: INI) throws(InputError) -> [Schedule] {
    guard let entry = section["OnUnitActiveSec"] ?? section["OnUnitInactiveSec"] else { return [] }
    guard let seconds = SystemdSpan.seconds(entry.value), seconds >= 1 else {
      throw ini.text.failure(
        line: entry.line, at: entry.value, "'\(entry.value)' is no time span", hint: "write for example '6h'")
    }
    return [
      Schedule(
        rule: "FREQ=SECONDLY;INTERVAL=\(Int(seconds))", written: "\(entry.key)=\(entry.value)", zone: "UTC",
        comments: ["a monotonic timer: its phase is assumed, and it drifts by the time that the job takes"],
        origin: ini.origin(entry, in: section))
    ]
  }

  private static func stem(_ ini: INI) -> String {
    let file = ini.text.name.split(separator: "/").last.map(String.init) ?? "timer"
    return file.split(separator: ".").first.map(String.init) ?? file
  }

  private static func name(_ ini: INI, _ section: INI.Section) -> String {
    section["Unit"].flatMap { $0.value.split(separator: ".").first.map(String.init) } ?? stem(ini)
  }

  private static func tool(_ ini: INI, _ section: INI.Section) -> String {
    let words = [
      name(ini, section), stem(ini), ini["Unit"]?["Description"]?.value ?? "",
      ini["Service"]?["ExecStart"]?.value ?? "",
    ]
    return words.lazy.compactMap { BackupProgram.making($0.replacing("@", with: " ")) }.first ?? "backup"
  }
}
