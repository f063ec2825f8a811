import ArgumentParser
import Foundation
import Posix
import Reporting
import Retention
import ScenarioLanguage
import Units

/// The command `firedrill retention`, which lists the points of any day of the coming years, with reasons.
struct RetentionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retention",
    abstract: "List the recovery points of any day, with the rule that keeps or drops each.",
    discussion:
      "Give a file with 'schedule', 'retention' and, if you like, 'zone', 'from', 'until', 'prune', 'lock', 'outages' and "
      + "'changes', or the same as options. The rules are firedrill's own or those of restic, borg, pgbackrest, barman, "
      + "sanoid, btrbk, snapper, rsnapshot, zfsAutoSnapshot, cbr, dlm, awsBackup or gfs. For example: firedrill retention "
      + "--schedule hourly --zone Europe/Lisbon --rules '{restic: {keepDaily: 7, keepWeekly: 5}}' --day 2027-03-28"
  )

  @Argument(help: ArgumentHelp("A file in YAML; without it the options state everything.", valueName: "file"))
  var file: String?

  @Option(help: ArgumentHelp("RRULE, cron or OnCalendar.", valueName: "schedule"))
  var schedule: String?

  @Option(help: ArgumentHelp("The rules, such as '{borg: {keepDaily: 7}}'.", valueName: "yaml"))
  var rules: String?

  @Option(help: ArgumentHelp("The time zone of schedule and rules.", valueName: "name"))
  var zone: String?

  @Option(help: ArgumentHelp("The first day. (default: today)", valueName: "date"))
  var from: String?

  @Option(help: ArgumentHelp("The last day. (default: two years later)", valueName: "date"))
  var until: String?

  @Option(
    help: ArgumentHelp("The schedule of dropping points. (default: the tool's own)", valueName: "schedule"))
  var prune: String?

  @Option(help: ArgumentHelp("The time for which every point is locked.", valueName: "time"))
  var lock: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Replace one value of the file. May be repeated.", valueName: "key=value"))
  var settings: [String] = []

  @Option(help: ArgumentHelp("The day to show. (default: the last)", valueName: "date"))
  var day: String?

  @Option(help: "The output: the table of a day, a CSV of all points, or an HTML page.")
  var format = Format.table

  @Option(help: ArgumentHelp("Write here instead of to standard output.", valueName: "file"))
  var out: String?

  enum Format: String, ExpressibleByArgument, CaseIterable { case table, csv, html }

  private var options: [(key: String, text: String)] {
    let schedule = zone.map { zone in self.schedule.map { Self.zoned($0, zone) } } ?? self.schedule
    let all = [
      ("schedule", schedule), ("retention", rules), ("zone", zone), ("from", from), ("until", until),
      ("prune", prune), ("lock", lock),
    ]
    return all.compactMap { key, text in text.map { (key: key, text: $0) } }
  }

  /// Returns the schedule with the zone of the options.
  private static func zoned(_ schedule: String, _ zone: String) -> String {
    guard !schedule.hasPrefix("{") else { return schedule }
    let isCron =
      schedule.hasPrefix("@") || (schedule.split(separator: " ").count >= 5 && !schedule.contains(":"))
    let key = schedule.contains("=") ? "rrule" : isCron ? "cron" : "onCalendar"
    return "{\(key): \"\(schedule)\", zone: \"\(zone)\"}"
  }

  func validate() throws {
    if file == nil, schedule == nil || rules == nil {
      throw ValidationError(
        "Give a file, or both '--schedule' and '--rules'; 'firedrill help retention' has an example.")
    }
    if file != nil, !options.isEmpty {
      throw ValidationError("A file takes its values from '--set KEY=VALUE', not from '--\(options[0].key)'.")
    }
  }

  func run() throws {
    let today = Instant(second: Instant.now.wholeSeconds / 86_400 * 86_400)
    let question =
      try file.map { try RetentionFile(path: $0, settings: settings, today: today) }
      ?? RetentionFile(options: options, today: today)
    let timeline = TimeMachine.run(question.question)
    let text =
      switch format {
      case .table: RetentionListing(timeline, at: try shownInstant(in: timeline)).text
      case .csv: RetentionCSV(timeline).text
      case .html: RetentionPage(timeline).text
      }
    if let out { try OutputFile(out).write(text) } else { print(text, terminator: "") }
  }

  private func shownInstant(in timeline: RetentionTimeline) throws -> Instant {
    guard let day else { return timeline.question.end }
    do {
      return try RetentionFile.instant(ofDay: day, in: timeline)
    } catch {
      throw ValidationError("\(error.problem); \(error.hint).")
    }
  }
}
