import ArgumentParser
import Documents
import Foundation
import History
import Posix
import Reporting
import Schedules
import Units
import Zones

/// The command `firedrill history`, which computes the RPO of past backups.
struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Compute the RPO that lists of backups really gave, and compare it with thresholds.",
    discussion:
      "A backup counts when it ended well, and protects the state at its start. Reads \(HistoryReader.formats). Several "
      + "files of one tool are joined. Exit codes: 0, every threshold is held; 1, one is not; 2, bad input.")

  @Argument(help: ArgumentHelp("The lists printed by the tools; '-' is standard input.", valueName: "file"))
  var files: [String]

  @Option(help: ArgumentHelp("The zone of the schedule, and of times without a zone.", valueName: "name"))
  var zone: String?

  @Option(
    help: ArgumentHelp(
      "The window's start. (default: the end of the first usable backup)", valueName: "date"),
    transform: DateArgument.init)
  var from: DateArgument?

  @Option(
    help: ArgumentHelp("The window's end. (default: now)", valueName: "date"), transform: DateArgument.init)
  var until: DateArgument?

  @Option(
    help: ArgumentHelp("The schedule of the backups: RRULE, cron or OnCalendar.", valueName: "schedule"))
  var schedule: String?

  @Option(
    help: ArgumentHelp("Exit with 1 when the worst RPO is longer.", valueName: "time"), transform: Self.time)
  var rpo: Duration?

  @Option(
    help: ArgumentHelp("Exit with 1 when the newest usable backup is older.", valueName: "time"),
    transform: Self.time)
  var age: Duration?

  @Option(
    help: ArgumentHelp("Exit with 1 when the longest run takes longer.", valueName: "time"),
    transform: Self.time)
  var duration: Duration?

  @Option(
    help: ArgumentHelp("Exit with 1 when the estimated restore takes longer.", valueName: "time"),
    transform: Self.time)
  var restore: Duration?

  @Option(help: ArgumentHelp("Exit with 1 when more runs failed.", valueName: "n"))
  var failed: Int?

  @Option(help: "The format to print.")
  var format = Format.md

  @Option(help: ArgumentHelp("Write here instead of to standard output.", valueName: "file"))
  var out: String?

  @Option(help: ArgumentHelp("Write the runs and the worst periods as SVG here.", valueName: "file"))
  var figure: String?

  enum Format: String, ExpressibleByArgument, CaseIterable { case md, csv, json, openmetrics }

  private static func time(_ text: String) throws -> Duration {
    do throws(QuantityError) { return try Duration(parsing: text) } catch {
      throw ValidationError("\(error.problem); \(error.hint).")
    }
  }

  func validate() throws {
    if files.isEmpty {
      throw ValidationError("Give at least one file; 'firedrill help history' names what can be read.")
    }
  }

  func run() throws {
    let zone = try self.zone.map {
      try Self.checked($0, option: "--zone") { text throws(QuantityError) in try Zone(named: text) }
    }
    let rule = try schedule.map {
      try Self.checked($0, option: "--schedule") { text throws(QuantityError) in
        try Timetable.Rule(parsing: text)
      }
    }
    let lists = try read(zone)
    let histories = BackupHistory.examine(
      lists, from: from?.instant, until: until?.instant ?? .now,
      timetable: rule.map { Timetable($0, in: zone ?? .utc) })
    guard !histories.isEmpty else {
      throw InputError(
        Diagnostic(
          file: files[0], message: "there are no backups in here", hint: "check the name of the repository"))
    }
    let report = HistoryReport(histories)
    let text =
      switch format {
      case .md: report.markdown
      case .csv: report.csv
      case .json: report.json
      case .openmetrics: report.openMetrics
      }
    let misses = histories.flatMap(misses)
    if let figure { try OutputFile(figure).write(HistoryFigure(histories).text) }
    if let out { try OutputFile(out).write(text) } else { print(text, terminator: "") }
    for miss in misses { complain(miss) }
    if !misses.isEmpty { throw ExitCode.objectiveMissed }
  }

  private func read(_ zone: Zone?) throws -> [BackupList] {
    var lists: [BackupList] = []
    var diagnostics: [Diagnostic] = []
    for file in files {
      do throws(InputError) { lists.append(try HistoryFile.read(file, zone: zone)) } catch {
        diagnostics += error.diagnostics
      }
    }
    guard diagnostics.isEmpty else { throw InputError(diagnostics) }
    return lists
  }

  private static func checked<Value>(
    _ text: String, option: String, _ parse: (String) throws(QuantityError) -> Value
  ) throws -> Value {
    do throws(QuantityError) { return try parse(text) } catch {
      throw InputError(
        Diagnostic(
          at: Place(SourceText(name: option, text: text), line: 1, column: 1), message: error.problem,
          hint: error.hint))
    }
  }

  /// Returns a sentence for every threshold that a source misses.
  private func misses(_ history: BackupHistory) -> [String] {
    let name = "\(history.tool): \(history.source)"
    let times: [(String, Duration?, Duration?)] = [
      ("worst RPO", history.worst?.rpo, rpo), ("age of the newest usable backup", history.age, age),
      ("longest run", history.volume.durationMaximum, duration),
      ("estimated restore", history.volume.restore, restore),
    ]
    var misses: [String] = []
    for case (let what, let value?, let limit?) in times where value > limit {
      misses.append("\(name): \(what) is \(value.inWholeSeconds), more than \(limit)")
    }
    if history.worst == nil, rpo != nil || age != nil { misses.append("\(name): no usable backup exists") }
    if history.unprotected > .zero, rpo != nil {
      misses.append("\(name): \(history.unprotected.inWholeSeconds) of the window had no usable backup")
    }
    if let failed, history.failed.count > failed {
      misses.append("\(name): \(history.failed.count) runs failed, more than \(failed)")
    }
    return misses
  }
}

extension Duration {
  fileprivate var inWholeSeconds: Duration { .seconds(nanoseconds / 1_000_000_000) }
}

/// A list of backups in a file.
enum HistoryFile {
  /// The largest size of a list of backups.
  private static let sizeMaximum = 1 << 30

  static func read(_ path: String, zone: Zone?) throws(InputError) -> BackupList {
    let bytes = try bytes(of: path)
    do throws(HistoryProblem) { return try HistoryReader.read(bytes, zone: zone) } catch {
      let before = bytes.prefix(error.offset)
      let line = before.count { $0 == 10 } + 1
      let lineStart = (before.lastIndex(of: 10) ?? -1) + 1
      // The text around the error is all that the message shows.
      let source = SourceText(name: path, text: String(decoding: bytes, as: UTF8.self))
      let column =
        String(decoding: bytes[lineStart..<min(error.offset, bytes.count)], as: UTF8.self).unicodeScalars
        .count + 1
      throw InputError(
        Diagnostic(at: Place(source, line: line, column: column), message: error.message, hint: error.hint))
    }
  }

  private static func bytes(of path: String) throws(InputError) -> [UInt8] {
    if path == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
    return try SourceFile.bytes(of: path, limit: sizeMaximum)
  }
}
