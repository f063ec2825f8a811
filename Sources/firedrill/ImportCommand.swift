import ArgumentParser
import Documents
import Importing
import Reporting
import ScenarioLanguage

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract:
      "Make a scenario from files that describe a system, its protection and its load.",
    discussion:
      "Formats are recognised by their content: Terraform states and plans, Kubernetes objects, AWS Backup, CBR, Resilience Hub, "
      + "RVTools; crontabs, timers and their services, borgmatic, resticprofile, autorestic, pgBackRest, barman, sanoid, btrbk, "
      + "snapper; iostat, sar, sadf, fio, node_exporter, SPC, MSR and blkparse traces; price lists and Infracost. Nothing is written when a file is "
      + "wrong.")

  @Argument(
    help: ArgumentHelp("The files; their order decides the order of the scenario.", valueName: "file"))
  var files: [String]

  @Option(help: ArgumentHelp("The scenario to write; without it, standard output.", valueName: "scenario"))
  var out: String?

  @Option(
    name: .customLong("map"), parsing: .singleValue,
    help: ArgumentHelp(
      "A measured device and its volume, for example 'vda=db-data'. May be repeated.",
      valueName: "device=volume"))
  var devices: [String] = []

  @Option(
    name: .customLong("variable"), parsing: .singleValue,
    help: ArgumentHelp(
      "The value of a ${VARIABLE} in Kubernetes objects. May be repeated.", valueName: "name=value"))
  var variables: [String] = []

  @Flag(help: "Replace an existing scenario.")
  var force = false

  /// The largest size of an input file. Larger traces can be cut.
  private static let sizeMaximum = 1 << 30

  func run() throws {
    var options = ImportOptions()
    options.devices = try devices.map { try Self.pair($0, "--map") }
    options.variables = try variables.map { try Self.pair($0, "--variable") }
    options.churnStem = out.map(Self.stem)
    if let out, !force { try ReportFolder.refuseToReplace(out) }
    let findings = try Importer.findings(in: contents(), options)
    let names = files.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    let title =
      "Imported from \(names.prefix(3).joined(separator: ", "))\(names.count > 3 ? " and \(names.count - 3) more" : "")"
    let scenario = Importer.scenario(from: findings, title: title, options)
    // Nothing is written that could not be run.
    _ = try ScenarioFile(SourceText(name: out ?? "scenario.yaml", text: scenario.textWithoutFiles))
    guard let out else { return print(scenario.text, terminator: "") }
    let folder =
      out.contains("/")
      ? out.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/"
      : ""
    for file in scenario.churnFiles { try ReportFolder.write(file.text, to: folder + file.name) }
    try ReportFolder.write(scenario.text, to: out)
    for line in scenario.unprotected.prefix(20) { print("not protected: \(line)") }
    if scenario.unprotected.count > 20 { print("not protected: and \(scenario.unprotected.count - 20) more") }
    print(
      "wrote \(out), with \(scenario.assumed.count) assumptions in its head; now try 'firedrill run \(out)'")
  }

  /// Reads all files; throws the errors of all of them at once.
  private func contents() throws(InputError) -> [(name: String, bytes: [UInt8])] {
    var contents: [(name: String, bytes: [UInt8])] = []
    var diagnostics: [Diagnostic] = []
    for path in files {
      do throws(InputError) {
        contents.append((path, try SourceFile.bytes(of: path, limit: Self.sizeMaximum)))
      } catch {
        diagnostics += error.diagnostics
      }
    }
    guard diagnostics.isEmpty else { throw InputError(diagnostics) }
    return contents
  }

  private static func pair(_ text: String, _ option: String) throws -> (String, String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw ValidationError("'\(option) \(text)' is no pair; write NAME=VALUE.")
    }
    return (parts[0], parts[1])
  }

  private static func stem(_ path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
  }
}
