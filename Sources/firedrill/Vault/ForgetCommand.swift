import ArgumentParser
import Backup
import Posix
import Units

struct ForgetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget",
    abstract: "Remove points by name, and data that no point needs.",
    discussion: "Also removes the last point of a source, which 'prune' keeps. A locked point stays.")

  @OptionGroup var vault: VaultOptions

  @Argument(help: ArgumentHelp("The names of points, or their beginnings, or 'latest'.", valueName: "point"))
  var points: [String]

  @Option(
    help: ArgumentHelp("Wait this long before deleting data that is marked for removal.", valueName: "time"),
    transform: PruneCommand.time)
  var grace: Duration = .zero

  @Flag(help: "List the removals without changing anything.")
  var dryRun = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if points.isEmpty { throw ValidationError("name at least one point.") }
  }

  func run() throws {
    try reportingProblems {
      let session = try vault.session()
      var meant: [RecoveryPoint] = []
      for name in points {
        let point = try session.point(name)
        if !meant.contains(point) { meant.append(point) }
      }
      let pruning = dryRun ? Pruning() : try session.forget(meant, grace: grace)
      ProgressLine(label: "").clear()
      let decisions = meant.map { PruneDecision(point: $0, isKept: false, reasons: ["named"]) }
      try PruneListing(decisions: decisions, pruning: pruning, isDryRun: dryRun).show(json: json)
      if !pruning.locked.isEmpty { throw ExitCode.badInput }
      if !pruning.unattributed.isEmpty { throw ExitCode.damage }
    }
  }
}

struct UnlockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unlock",
    abstract:
      "Withdraw the claims of backups that ended abnormally, so that prunes need not wait for them.",
    discussion:
      "A backup that was killed keeps its claim for 24 hours. Claims of this machine whose process is gone are withdrawn; "
      + "with --all those of other machines too. A backup that still runs loses its claim by that, and fails."
  )

  @OptionGroup var vault: VaultOptions

  @Flag(help: "Withdraw every claim; only when no backup is running anywhere.")
  var all = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try reportingProblems {
      let count = try vault.session().unlock(all: all)
      ProgressLine(label: "").clear()
      if json { return try printJSON(UnlockOutput(withdrawnClaims: count)) }
      print("withdrew \(count) \(count == 1 ? "claim" : "claims")")
    }
  }
}

struct UnlockOutput: Encodable {
  let withdrawnClaims: Int
}
