import ArgumentParser
import Posix

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make a vault in a directory that is missing or empty.")

  @OptionGroup var vault: VaultOptions

  @Option(
    help: ArgumentHelp(
      "scrypt's cost, a power of two: opening the vault takes that many KiB of memory.", valueName: "n"))
  var scryptRounds = Vault.usualScryptRounds

  func validate() throws {
    guard Vault.scryptRounds.contains(scryptRounds), scryptRounds & (scryptRounds - 1) == 0 else {
      throw ValidationError("'--scrypt-rounds \(scryptRounds)' is no power of two from 1024 to 1048576.")
    }
  }

  func run() throws {
    try reportingProblems {
      try Vault.create(FilePath(vault.vault), passphrase: vault.passphrase(), scryptRounds: scryptRounds)
      print("made a vault in \(vault.vault); without its passphrase nobody can read it")
    }
  }
}

struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Back up a directory tree or an image as a new point.")

  @OptionGroup var vault: VaultOptions

  @Argument(help: ArgumentHelp("A directory, an image file or a block device.", valueName: "source"))
  var source: String

  @Option(
    name: .customLong("exclude"), parsing: .singleValue,
    help: ArgumentHelp(
      "Leave out what matches: a name anywhere, or with a slash a path from the source. May be repeated.",
      valueName: "pattern"))
  var excludes: [String] = []

  @Flag(help: "Leave out other file systems that are mounted in the source.")
  var oneFileSystem = false

  @Flag(help: "Read files even when size, times and inode say that they are what they were.")
  var readAll = false

  @Option(help: ArgumentHelp("zstd's level, 1 (fast) to 19 (small).", valueName: "n"))
  var compression: Int32 = VaultSession.usualOptions.compressionLevel

  @Option(
    help: ArgumentHelp("Nobody can remove the point before this date.", valueName: "date"),
    transform: DateArgument.init)
  var lockUntil: DateArgument?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (1...19).contains(compression) else {
      throw ValidationError("'--compression \(compression)' is no level from 1 to 19.")
    }
  }

  func run() throws {
    try reportingProblems {
      let session = try vault.session { $0.compressionLevel = compression }
      var request = BackupRequest(source: FilePath(source))
      request.excludes = excludes
      request.staysOnFileSystem = oneFileSystem
      request.readsEverything = readAll
      request.lockedUntil = try lockUntil?.future("--lock-until")
      let report = try session.backup(request)
      ProgressLine(label: "").clear()
      for warning in report.warnings { complain("warning: \(warning)") }
      if json {
        try printJSON(
          BackupOutput(
            point: PointOutput(report.point), entries: report.entries, changed: report.changed,
            lost: report.lost, warnings: report.warnings.map(\.description), isPartial: report.isPartial))
      } else {
        let point = report.point
        print(
          "point \(point.shortName): \(report.entries) names, \(point.length.reading), read \(point.statistics.read.reading), "
            + "new \(point.statistics.new.reading), stored \(point.statistics.stored.reading)"
            + (report.isPartial ? "; partial" : ""))
      }
      if report.isPartial { throw ExitCode.partialBackup }
    }
  }
}
