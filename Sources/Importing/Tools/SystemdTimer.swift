import Documents
import Units

/// Timer units of systemd, with the services that they start.
enum SystemdTimer {
  static func recognises(_ ini: INI) -> Bool { ini["Timer"] != nil || ini["Service"] != nil }

  /// A timer unit: the sections of its file and of the drop-ins that change it.
  private struct Unit {
    let name: String
    var sections: [(section: INI.Section, ini: INI)] = []

    /// Returns the last entry of a key, as drop-ins override.
    subscript(_ part: String, _ key: String) -> INI.Entry? {
      sections.lazy.filter { $0.section.name == part }.compactMap { $0.section[key] }.last
    }

    var isTimer: Bool { sections.contains { $0.section.name == "Timer" } }
  }

  /// - Parameter others: the other unit files, among them the services that timers start.
  static func read(_ ini: INI, beside others: [INI]) throws(InputError) -> Findings {
    var findings = Findings()
    let all = units(in: ini) + others.flatMap(units)
    for unit in units(in: ini) {
      if unit.isTimer {
        findings.policies.append(try policy(of: unit, among: all))
      } else if !all.contains(where: { $0.isTimer && service(of: $0) == unit.name }) {
        findings.note(
          "no timer in the files starts '\(unit.name).service'; import the timer too",
          ini.text.origin(line: 1)
        )
      }
    }
    return findings
  }

  /// Returns the units of a file: one, or several as `systemctl cat` prints them below their paths.
  private static func units(in ini: INI) -> [Unit] {
    let file = ini.text.name.split(separator: "/").last.map(String.init) ?? "timer"
    let headings = ini.text.lines.compactMap { number, line in
      unitName(inHeading: line).map { (line: number, name: $0) }
    }
    return ini.sections.reduce(into: []) { units, section in
      let name = headings.last { $0.line < section.line }?.name ?? file.unitStem
      let isService = section.name == "Service"
      // Without headings, a second description begins another unit.
      let isSecond = headings.isEmpty && section.name == "Unit"
      // A file may hold a timer and its service without headings.
      if let place = units.lastIndex(where: { unit in
        unit.name == name && !(isService && unit.isTimer)
          && !(isSecond && unit.sections.contains { $0.section.name == "Unit" })
      }) {
        units[place].sections.append((section, ini))
      } else {
        units.append(Unit(name: name, sections: [(section, ini)]))
      }
    }
  }

  /// Returns the unit of a heading such as `# /etc/systemd/system/a.timer.d/override.conf`.
  private static func unitName(inHeading line: String) -> String? {
    guard line.hasPrefix("# /"), line.words.count == 2 else { return nil }
    let parts = line.split(separator: "/").map(String.init)
    let folder = parts.dropLast().last ?? ""
    if folder.hasSuffix(".timer.d") || folder.hasSuffix(".service.d") { return folder.unitStem }
    let file = parts.last ?? ""
    return file.hasSuffix(".timer") || file.hasSuffix(".service") ? file.unitStem : nil
  }

  private static func service(of unit: Unit) -> String { unit["Timer", "Unit"]?.value.unitStem ?? unit.name }

  private static func policy(of unit: Unit, among all: [Unit]) throws(InputError) -> Policy {
    let schedules = try schedules(of: unit)
    let name = service(of: unit)
    let command = all.lazy.filter { $0.name == name }.compactMap { $0["Service", "ExecStart"]?.value }.first
    var policy = Policy(
      name: name, tool: tool(unit, command: command), schedules: schedules, retention: Retention(),
      selections: [.unknown], origin: schedules[0].origin)
    policy.delay = delay(of: unit)
    if unit["Timer", "Persistent"].map({ isTrue($0.value) }) != true {
      policy.comments.append(
        "not Persistent: a run that was missed while the machine was off is not made up for")
    }
    if let command {
      policy.comments.append("runs: \(command.prefix(80))")
      let commands = all.filter { $0.name == name }.flatMap(\.sections).filter {
        $0.section.name == "Service"
      }
      .flatMap { $0.section.entries.filter { $0.key.hasPrefix("ExecStart") } }.map(\.value)
      let kept = commands.lazy.map(KeepWords.inCommand).first { !$0.retention.isEmpty }
      if let kept, kept.tool == policy.tool { policy.retention = kept.retention }
    }
    return policy
  }

  private static func schedules(of unit: Unit) throws(InputError) -> [Schedule] {
    var schedules: [Schedule] = []
    let timers = unit.sections.filter { $0.section.name == "Timer" }
    for (section, ini) in timers {
      for entry in section.all("OnCalendar") {
        // An empty value takes back all before it.
        if entry.value.isEmpty {
          schedules = []
        } else {
          schedules.append(try schedule(entry, section, ini))
        }
      }
    }
    for (section, ini) in timers { schedules += try monotonic(section, ini) }
    guard schedules.isEmpty, let (section, ini) = timers.first else { return schedules }
    let once = ["OnBootSec", "OnStartupSec", "OnActiveSec"].first { unit["Timer", $0] != nil }
    throw ini.text.failure(
      line: section.line,
      once.map { "this timer fires once after a start ('\($0)') and never again" }
        ?? "this timer has no schedule, so it never fires",
      hint: once == nil
        ? "write for example 'OnCalendar=daily'"
        : "add for example 'OnUnitActiveSec=1d' or 'OnCalendar=daily'")
  }

  private static func schedule(
    _ entry: INI.Entry, _ section: INI.Section, _ ini: INI
  ) throws(InputError) -> Schedule {
    let calendar: OnCalendar
    do throws(ScheduleProblem) { calendar = try OnCalendar(entry.value) } catch {
      throw ini.text.failure(line: entry.line, at: entry.value, error.message, hint: error.hint)
    }
    let zone = try calendar.zone.map { name throws(InputError) in
      try ini.text.zone(named: name, line: entry.line)
    }
    return Schedule(
      rule: calendar.rule, notation: calendar.notation, isNative: calendar.needsNotation,
      written: entry.value, zone: zone, origin: ini.origin(entry, in: section))
  }

  /// Reads timers that count from an event. They drift by the duration of the job.
  private static func monotonic(_ section: INI.Section, _ ini: INI) throws(InputError) -> [Schedule] {
    guard let entry = section["OnUnitActiveSec"] ?? section["OnUnitInactiveSec"], !entry.value.isEmpty else {
      return []
    }
    guard let seconds = SystemdSpan.seconds(entry.value), seconds >= 1, seconds < 1e9 else {
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

  /// Returns the longest delay after the scheduled instant. It includes an accuracy that the file states.
  private static func delay(of unit: Unit) -> Duration? {
    let spans = ["RandomizedDelaySec", "AccuracySec"].compactMap {
      unit["Timer", $0].flatMap { SystemdSpan.seconds($0.value) }.flatMap { Duration(seconds: $0) }
    }
    return spans.isEmpty ? nil : spans.reduce(.zero) { $0 + $1 }
  }

  /// Whether systemd reads a word as true.
  private static func isTrue(_ word: String) -> Bool {
    ["1", "yes", "y", "true", "t", "on"].contains(word.lowercased())
  }

  private static func tool(_ unit: Unit, command: String?) -> String {
    let description = unit["Unit", "Description"]?.value ?? ""
    if let command, let tool = BackupProgram.making(command), tool != "backup" { return tool }
    let names = [service(of: unit), unit.name, description]
    return names.lazy.compactMap { BackupProgram.named(in: $0) }.first ?? "backup"
  }
}

extension String {
  /// The name of a unit without its folder and type: `restic-backup` of `restic-backup.service`.
  fileprivate var unitStem: String {
    let types = [".timer.d", ".service.d", ".timer", ".service"]
    let type = types.first { hasSuffix($0) } ?? ""
    let stem = String(dropLast(type.count))
    return type.isEmpty ? stem.split(separator: ".").first.map(String.init) ?? stem : stem
  }
}
