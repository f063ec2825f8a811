import ArgumentParser
import Decision
import Documents
import Rehearsals
import Reporting
import ScenarioLanguage
import Units

struct MergeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Join the shards of one command, and write the reports that one machine would have written.",
    discussion:
      "Run it where the shards ran, so that the scenario is found, with the same build. The reports have the same bytes "
      + "as without '--shard'. As a Slurm job array with 64 tasks:\n\n"
      + "  sbatch --array=1-64 --wrap 'firedrill run SCENARIO --jobs 1 --out shards --shard $SLURM_ARRAY_TASK_ID/64'\n\n"
      + "With MPI:\n\n"
      + "  mpirun -np 64 sh -c 'firedrill run SCENARIO --jobs 1 --out shards --shard $((OMPI_COMM_WORLD_RANK+1))/64'\n\n"
      + "Then: firedrill merge shards/*.shard")

  @Argument(help: ArgumentHelp("The shards, in any order.", valueName: "shard"))
  var files: [String]

  @Option(help: ArgumentHelp("The folder for the reports, created if missing.", valueName: "folder"))
  var out = "reports"

  @Option(
    name: .customLong("format"),
    help: ArgumentHelp("The formats of a run's report, separated by commas.", valueName: "md,csv,json,html"),
    transform: FormatList.init)
  var formats = FormatList.all

  func run() async throws {
    let shards = try ShardSet(try Self.read(files))
    switch shards.origin.command {
    case "risk": try await RiskStudy.merge(shards, out: out)
    default: try mergeRun(shards)
    }
  }

  /// Reads all files; throws the errors of all of them at once.
  private static func read(_ paths: [String]) throws(InputError) -> [(name: String, file: ShardFile)] {
    var files: [(name: String, file: ShardFile)] = []
    var diagnostics: [Diagnostic] = []
    for path in paths {
      do throws(InputError) {
        files.append((path, try ShardFile(path: path)))
      } catch {
        diagnostics += error.diagnostics
      }
    }
    guard diagnostics.isEmpty else { throw InputError(diagnostics) }
    return files
  }

  private func mergeRun(_ shards: ShardSet) throws {
    let plan = try RehearsalPlan(shards.origin)
    var parts: [RunShard] = []
    for (name, file) in shards.shards { parts.append(try file.results(RunShard.self, name: name)) }
    let report = try SweepReport(
      merging: parts, scenario: plan.scenario, provenance: plan.provenance, selection: plan.selection
    ).priced()
    let folder = try ReportFolder(
      out, for: formats.formats.flatMap { $0.fileNames(of: plan.scenario, plan.provenance) })
    let written = try folder.write(formats.formats.flatMap { $0.files(of: report) })
    print(RunSummary.text(of: report, written: written))
    if report.verdict > .met { throw ExitCode.objectiveMissed }
  }
}

extension ShardFile.Origin {
  /// Reads the scenario of the shards, which must be unchanged.
  func scenarioFile() throws(InputError) -> ScenarioFile {
    let path = arguments.first ?? ""
    let file = try readScenario(path, settings: settings)
    guard "\(file.digest)" == digest else {
      throw InputError(
        Diagnostic(
          file: path, message: "the scenario is not what the shards were made from",
          hint: "merge where the shards ran, with the scenario as it was then, or run them again"))
    }
    return file
  }
}

extension RehearsalPlan {
  /// Creates the plan of the whole run.
  fileprivate init(_ origin: ShardFile.Origin) throws(InputError) {
    let file = try origin.scenarioFile()
    func value(of option: String) -> String? {
      origin.arguments.lastIndex(of: option).map { origin.arguments[$0 + 1] }
    }
    let instant = value(of: "--at").flatMap { try? Instant(parsing: $0) }
    self.init(
      file, arguments: origin.arguments,
      selection: Sweep.Selection(
        strategy: value(of: "--strategy"), disaster: value(of: "--disaster"), instant: instant))
  }
}
