import ArgumentParser
import Documents
import Posix
import Storage
import Units

struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Measure the speed of the engine's work on this machine, for use in scenarios.",
    discussion: "Writes YAML, which a scenario uses as 'speeds: FILE'. Takes a few seconds.")

  @Option(help: ArgumentHelp("The file for the profile; without it, standard output.", valueName: "file"))
  var out: String?

  @Option(help: ArgumentHelp("The folder in which reading and writing is measured.", valueName: "folder"))
  var folder = "."

  func run() throws {
    let output = try out.map { path throws(InputError) in try OutputFile(path) }
    try reportingProblems {
      let line = ProgressLine(label: "calibrate")
      let profile: EngineProfile
      do throws(SystemError) {
        profile = try EngineProfile(measuringIn: FilePath(folder)) { line.show($0) }
      } catch {
        throw VaultProblem(folder, "files cannot be written here: \(error)", hint: "name another '--folder'")
      }
      line.clear()
      guard out != nil else { return print(profile.yaml, terminator: "") }
      try output?.write(profile.yaml)
    }
  }
}
