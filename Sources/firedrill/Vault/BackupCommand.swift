import ArgumentParser
import Documents
import Posix

struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Back up directory trees and images, each as a new point.",
    discussion:
      "Patterns of names that are left out: a name matches at any depth, with a slash a path from the source, with a slash "
      + "at its end only a directory. '*' and '?' match within a name, '[a-z]' one of some characters, '**' any number of "
      + "directories; a backslash takes the next character as it is.")

  @OptionGroup var vault: VaultOptions

  @Argument(
    help: ArgumentHelp(
      "A directory, an image file, a block device, or '-' for standard input.", valueName: "source"))
  var sources: [String]

  @Option(
    name: .customLong("exclude"), parsing: .singleValue,
    help: ArgumentHelp("Leave out names that match this pattern. May be repeated.", valueName: "pattern"))
  var excludes: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Leave out names that match a pattern in this file: one per line; empty lines and comments with '#' are ignored.",
      valueName: "file"))
  var excludeFrom: [String] = []

  @Flag(help: "Leave out the contents of directories with a CACHEDIR.TAG.")
  var excludeCaches = false

  @Flag(help: "Leave out other file systems that are mounted in the source.")
  var oneFileSystem = false

  @Flag(help: "Read files even when size, times and inode are unchanged.")
  var readAll = false

  @Option(help: ArgumentHelp("The name of the point's source when it is standard input.", valueName: "name"))
  var stdinName = "stdin"

  @Option(help: ArgumentHelp("The compression level of zstd, 1 (fast) to 19 (small).", valueName: "n"))
  var compression: Int32 = VaultSession.usualOptions.compressionLevel

  @Option(
    help: ArgumentHelp("The date before which the point cannot be removed.", valueName: "date"),
    transform: DateArgument.init)
  var lockUntil: DateArgument?

  @Flag(help: "List the files that would be read and the names that would be left out; store nothing.")
  var dryRun = false

  @Flag(help: "Print JSON, one object for each source.")
  var json = false

  func validate() throws {
    guard (1...19).contains(compression) else {
      throw ValidationError("'--compression \(compression)' is no level from 1 to 19.")
    }
    if sources.isEmpty { throw ValidationError("name at least one source.") }
  }

  func run() throws {
    try reportingProblems {
      let patterns = try excludes + excludeFrom.flatMap { try Self.patterns(in: $0) }
      let session = try vault.session { $0.compressionLevel = compression }
      var isPartial = false
      for source in sources {
        var request = BackupRequest(source: FilePath(source))
        request.excludes = patterns
        request.leavesOutCaches = excludeCaches
        request.staysOnFileSystem = oneFileSystem
        request.readsEverything = readAll
        request.standardInputName = source == "-" ? stdinName : nil
        request.lockedUntil = try lockUntil?.future("--lock-until")
        if dryRun {
          let preview = try session.preview(request)
          ProgressLine(label: "").clear()
          try preview.show(json: json)
          if !preview.warnings.isEmpty { isPartial = true }
          continue
        }
        let report = try session.backup(request)
        ProgressLine(label: "").clear()
        try show(report)
        if report.isPartial { isPartial = true }
      }
      if isPartial { throw ExitCode.partialBackup }
    }
  }

  private static func patterns(in path: String) throws -> [String] {
    try SourceFile.read(path, limit: 16 << 20).text.split(separator: "\n").map { line in
      var line = line
      while line.last == " " || line.last == "\r" || line.last == "\t" { line.removeLast() }
      return String(line)
    }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
  }

  /// Warns of patterns that left nothing out, which mostly are mistakes.
  static func warnOfIdle(_ excluded: [(pattern: String, names: Int)]) {
    for (pattern, names) in excluded where names == 0 {
      complain("warning: exclude pattern '\(pattern)' left nothing out")
    }
  }

  private func show(_ report: BackupReport) throws {
    for warning in report.warnings { complain("warning: \(warning)") }
    Self.warnOfIdle(report.excluded)
    let point = report.point
    if json {
      return try printJSON(
        BackupOutput(
          point: PointOutput(point), entries: report.entries, changed: report.changed, lost: report.lost,
          excluded: report.excluded.map { BackupOutput.Excluded(pattern: $0.pattern, names: $0.names) },
          caches: report.caches, warnings: report.warnings.map(\.description), isPartial: report.isPartial))
    }
    let excluded = report.excluded.filter { $0.names > 0 }.map { "\($0.pattern) \($0.names)" }
    let caches = report.caches > 0 ? ["caches \(report.caches)"] : []
    let leftOut = excluded + caches
    print(
      "point \(point.shortName): \(report.entries) names, \(point.length.reading), read \(point.statistics.read.reading), "
        + "new \(point.statistics.new.reading), stored \(point.statistics.stored.reading)"
        + (leftOut.isEmpty ? "" : "; left out: \(leftOut.joined(separator: ", "))")
        + (report.isPartial ? "; partial" : ""))
  }
}
