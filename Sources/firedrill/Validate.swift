import ArgumentParser
import Documents
import Reporting
import ScenarioLanguage

struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check scenario files, and print every error with its place and what to write instead.")

  @Argument(help: "The scenario files; '-' is standard input.")
  var files: [String]

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Replace one value before the check: a path of keys, '=', and YAML. May be repeated.",
      valueName: "key=value"))
  var settings: [String] = []

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var verbosity: VerbosityOptions

  func run() throws {
    verbosity.apply()
    var results: [(path: String, summary: String?, diagnostics: [Diagnostic])] = []
    for path in files {
      do throws(InputError) {
        let file = try ScenarioFile(path: path, settings: settings)
        results.append((path, file.scenario.summary, []))
        if !json { warn(file.formerKeys + file.scenario.cautions, of: path) }
      } catch {
        results.append((path, nil, error.diagnostics))
      }
    }
    let diagnostics = results.flatMap(\.diagnostics)
    if json {
      print(ValidationJSON(results).text, terminator: "")
    } else if Verbosity.current > .quiet {
      for case (let path, let summary?, _) in results { print("\(path): ok: \(summary)") }
    }
    if !diagnostics.isEmpty {
      if !json { complain(diagnostics) }
      throw ExitCode.badInput
    }
  }
}

extension Scenario {
  /// The contents in numbers, as in `2 services, 1 volume, 4 disasters, 2 strategies`.
  fileprivate var summary: String {
    let counts = [
      (blueprint.services.count, "service", "services"), (blueprint.volumes.count, "volume", "volumes"),
      (disasters.count, "disaster", "disasters"), (strategies.count, "strategy", "strategies"),
    ]
    return counts.map { "\($0.0) \($0.0 == 1 ? $0.1 : $0.2)" }.joined(separator: ", ")
  }
}
