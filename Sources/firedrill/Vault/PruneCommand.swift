import ArgumentParser
import Backup
import Posix
import Retention
import Schedules
import Units
import Zones

struct PruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Remove points that no rule keeps, and data that no point needs.",
    discussion:
      "A point stays while any rule wants it; each source has its own. Without a rule every point stays, and only what "
      + "interrupted backups left is removed. Locked points and the newest point of each source stay whatever the rules say; "
      + "'firedrill vault forget' removes a point by its name. Exit code 1 when something stays because the vault is damaged."
  )

  @OptionGroup var vault: VaultOptions

  @Option(
    name: [.customLong("keep"), .customLong("keep-last")],
    help: ArgumentHelp("Keep this number of newest points.", valueName: "n"))
  var keep: Int?

  @Option(
    help: ArgumentHelp("Keep points up to this age, such as '30 d'.", valueName: "time"), transform: Self.time
  )
  var keepWithin: Duration?

  @Option(help: ArgumentHelp("Keep the newest point of each of this many hours.", valueName: "n"))
  var keepHourly: Int?

  @Option(help: ArgumentHelp("Keep the newest point of each of this many days.", valueName: "n"))
  var keepDaily: Int?

  @Option(help: ArgumentHelp("Keep the newest point of each of this many weeks.", valueName: "n"))
  var keepWeekly: Int?

  @Option(help: ArgumentHelp("Keep the newest point of each of this many months.", valueName: "n"))
  var keepMonthly: Int?

  @Option(help: ArgumentHelp("Keep the newest point of each of this many quarters.", valueName: "n"))
  var keepQuarterly: Int?

  @Option(help: ArgumentHelp("Keep the newest point of each of this many years.", valueName: "n"))
  var keepYearly: Int?

  @Option(
    help: ArgumentHelp(
      "The time zone of hours, days and longer periods, such as 'Europe/Lisbon'.", valueName: "name"),
    transform: Self.zone)
  var zone = Zone.utc

  @Option(
    help: ArgumentHelp("Apply the rules only to this machine's points; others stay.", valueName: "name"))
  var host: String?

  @Option(
    help: ArgumentHelp(
      "The points that share the rules: those of one source, of one host, or all (none).",
      valueName: "source|host|none"), transform: Self.grouping)
  var groupBy = PruneGrouping.source

  @Option(
    help: ArgumentHelp("Wait this long before deleting data that is marked for removal.", valueName: "time"),
    transform: Self.time)
  var grace: Duration = .zero

  @Flag(help: "List every decision with its reason, without changing anything.")
  var dryRun = false

  @Flag(help: "Print JSON.")
  var json = false

  static func time(_ text: String) throws -> Duration {
    do throws(QuantityError) { return try Duration(parsing: text) } catch {
      throw ValidationError("'\(text)' is no time; write one such as '30 d' or '12 h'.")
    }
  }

  private static func zone(_ name: String) throws -> Zone {
    do throws(QuantityError) { return try Zone(named: name) } catch {
      throw ValidationError("\(error.problem); \(error.hint).")
    }
  }

  private static func grouping(_ text: String) throws -> PruneGrouping {
    guard let grouping = PruneGrouping(rawValue: text) else {
      throw ValidationError("'\(text)' is no grouping; write source, host or none.")
    }
    return grouping
  }

  private func policy() throws(VaultProblem) -> RetentionPolicy {
    var rules: [RetentionRule] = []
    if let keep { rules.append(.newest(keep)) }
    if let keepWithin { rules.append(.age(keepWithin)) }
    let periods: [(CalendarPeriod, Int?)] = [
      (.hour, keepHourly), (.day, keepDaily), (.week, keepWeekly), (.month, keepMonthly),
      (.quarter, keepQuarterly), (.year, keepYearly),
    ]
    for case (let period, let count?) in periods { rules.append(.newestOfEach(period, count)) }
    if rules.isEmpty { return .permanent }
    do { return try RetentionPolicy(rules) } catch {
      throw VaultProblem("--keep", error.problem, hint: error.hint)
    }
  }

  func run() throws {
    try reportingProblems {
      let policy = try policy()
      let session = try vault.session()
      let decisions = try session.decisions(policy, grouping: groupBy, zone: zone) {
        host == nil || $0.host == host
      }
      let pruning = dryRun ? Pruning() : try session.prune(decisions, grace: grace)
      ProgressLine(label: "").clear()
      try PruneListing(decisions: decisions, pruning: pruning, isDryRun: dryRun).show(json: json)
      if !pruning.unattributed.isEmpty { throw ExitCode.damage }
    }
  }
}

/// The list of a prune's decisions and deletions.
struct PruneListing {
  let decisions: [PruneDecision]
  let pruning: Pruning
  let isDryRun: Bool

  private static let unattributed = """
    the end of its file is not as it was written: it may be locked, so it stays
    hint: after 'firedrill vault repair --all' the file of a pack may be removed; an index is made again by \
    'firedrill vault repair' once its file is removed
    """

  func show(json: Bool) throws {
    for key in pruning.unattributed { complain("\(key): error: \(Self.unattributed)") }
    if json { return try printJSON(output) }
    for decision in decisions {
      let isLocked = pruning.locked.contains(decision.point.id)
      let verb = decision.isKept ? "keep  " : isLocked ? "locked" : isDryRun ? "would remove" : "remove"
      print("\(verb)  \(PointsCommand.line(decision.point)): \(decision.reasons.joined(separator: "; "))")
    }
    if isDryRun { return print("nothing was changed") }
    print(
      "removed \(pruning.expired.count) points and \(pruning.deletedPacks) packs, freed \(pruning.freed.reading), "
        + "rewrote \(pruning.rewritten.reading)"
        + (pruning.isDeferred
          ? "; the rest waits for its grace, or for a backup that may be running" : ""))
  }

  private var output: PruneOutput {
    PruneOutput(
      isDryRun: isDryRun,
      decisions: decisions.map {
        PruneOutput.Decision(point: PointOutput($0.point), isKept: $0.isKept, reasons: $0.reasons)
      }, removedPoints: pruning.expired.map(\.description), deletedPacks: pruning.deletedPacks,
      freedBytes: pruning.freed.bytes, rewrittenBytes: pruning.rewritten.bytes,
      isDeferred: pruning.isDeferred,
      staying: pruning.unattributed.map { DamagedObject(key: $0.name, problem: "it may be locked") })
  }
}
