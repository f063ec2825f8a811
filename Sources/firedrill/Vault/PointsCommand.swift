import ArgumentParser
import Backup
import Posix
import Units

struct PointsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "points", abstract: "List the recovery points of a vault, oldest first.")

  @OptionGroup var vault: VaultOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try reportingProblems {
      let (points, damage) = try vault.session().points()
      ProgressLine(label: "").clear()
      let damaged = damage.objects.map { DamagedObject(key: $0.key.name, problem: $0.problem) }
      if json {
        try printJSON(PointsOutput(points: points.map(PointOutput.init), damaged: damaged))
      } else {
        for point in points { print(Self.line(point)) }
        if points.isEmpty { print("no points") }
      }
      for object in damaged { complain("\(object.key): error: \(object.problem)") }
      if !damaged.isEmpty { throw ExitCode.damage }
    }
  }

  static func line(_ point: RecoveryPoint) -> String {
    let lock = point.lockedUntil.map { "  locked until \($0)" } ?? ""
    return "\(point.shortName)  \(point.instant)  \(point.length.reading)  \(point.source)\(lock)"
  }
}

struct LockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock", abstract: "Protect a point and everything that it needs from removal before a date.",
    discussion:
      "A lock can be extended and never shortened. It binds firedrill, but not the owner of the disk.")

  @OptionGroup var vault: VaultOptions

  @Argument(help: ArgumentHelp("The point's name, or its beginning, or 'latest'.", valueName: "point"))
  var point: String

  @Option(
    help: ArgumentHelp("The date of the lock's end, in UTC.", valueName: "date"), transform: DateArgument.init
  )
  var until: DateArgument

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try reportingProblems {
      let date = try until.future("--until")
      let session = try vault.session()
      let point = try session.point(point)
      let objects = try session.lock(point, until: date)
      // A lock that ends later stays as it is.
      let end = max(date, point.lockedUntil ?? date)
      ProgressLine(label: "").clear()
      if json {
        try printJSON(LockOutput(point: point.id.description, until: "\(end)", objects: objects))
      } else {
        print("point \(point.shortName) and what it stands on, \(objects) objects, locked until \(end)")
      }
    }
  }
}
