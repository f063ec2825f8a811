import ArgumentParser
import Backup
import Mount
import Posix

struct MountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mount",
    abstract: "Mount one point, or all points, as read-only directories until a signal.",
    usage: "firedrill vault mount <vault> [<point>] <directory> [--passphrase-file <file>] [--json]",
    discussion:
      "Without a point the directory has one for each host, in it one for each source (with %2F for slashes), in it one for "
      + "each point, and 'latest'. The mount is taken off by SIGINT, SIGTERM or SIGHUP, or by 'umount DIRECTORY', and the command "
      + "ends with 0. It shows the points that the vault has when it begins. 'prune' of this machine keeps points that are "
      + "mounted. A file whose bytes are lost gives an input/output error and a message; all others can be read."
  )

  @OptionGroup var vault: VaultOptions

  @Argument(
    help: ArgumentHelp(
      "The point's name, or its beginning, or 'latest' (all points without one), and the directory.",
      valueName: "directory"))
  var places: [String] = []

  @Flag(help: "Print JSON, once the directory is mounted.")
  var json = false

  func validate() throws {
    guard (1...2).contains(places.count) else {
      throw ValidationError("write a directory, or a point and a directory.")
    }
  }

  func run() throws {
    try reportingProblems {
      let (session, isStopped) = try vault.servingSession()
      let directory = places[places.count - 1]
      let tree: VaultTree
      if places.count == 2 {
        tree = try VaultTree(session, session.point(places[0])) { complain($0) }
      } else {
        let (points, damage) = try session.points()
        for object in damage.objects { complain("\(object.key): error: \(object.problem)") }
        tree = VaultTree(session, all: points) { complain($0) }
      }
      let mount = try FuseMount(tree, on: FilePath(directory))
      try show(tree.pointCount, directory)
      mount.serve(until: isStopped)
    }
  }

  private func show(_ count: Int, _ directory: String) throws {
    if json {
      try printJSON(MountOutput(points: count, directory: directory))
    } else {
      print(
        "mounted \(count) \(count == 1 ? "point" : "points") on \(directory); 'umount \(directory)' or Ctrl-C ends it"
      )
    }
    StandardOutput.flush()
  }
}

struct MountOutput: Encodable {
  let points: Int
  let directory: String
}
