import ArgumentParser
import Planning

struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check scenario files, and print every error with its place and what to write instead.")

  @Argument(help: "The scenario files.")
  var files: [String]

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Replace one value before the check: a path of keys, '=', and YAML. May be repeated.",
      valueName: "key=value"))
  var settings: [String] = []

  func run() throws {
    var diagnostics: [Diagnostic] = []
    for path in files {
      do throws(InputError) {
        let scenario = try ScenarioFile(path: path, settings: settings).scenario
        print("\(path): ok: \(scenario.summary)")
      } catch {
        diagnostics += error.diagnostics
      }
    }
    guard diagnostics.isEmpty else {
      complain(diagnostics)
      throw ExitCode.badInput
    }
  }
}

extension Scenario {
  /// `2 services, 1 volume, 4 disasters, 2 strategies`.
  fileprivate var summary: String {
    let counts = [
      (blueprint.services.count, "service", "services"), (blueprint.volumes.count, "volume", "volumes"),
      (disasters.count, "disaster", "disasters"), (strategies.count, "strategy", "strategies"),
    ]
    return counts.map { "\($0.0) \($0.0 == 1 ? $0.1 : $0.2)" }.joined(separator: ", ")
  }
}
