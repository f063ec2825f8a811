import ArgumentParser
import Documents

@main
struct Firedrill: AsyncParsableCommand {
  /// The only place of the version: `--version`, the man page and reports take it from here.
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    abstract: "Rehearse disasters on real backup and replication engines, and measure RPO, RTO and cost.",
    discussion:
      "Exit codes: 0, every objective is met; 1, one is missed; 2, bad input; 3, a check has no baseline; 70, a fault "
      + "of firedrill.",
    version: version,
    subcommands: [
      StartCommand.self, ImportCommand.self, Run.self, PlanCommand.self, SizeCommand.self,
      RiskCommand.self, WorstCommand.self, CompareCommand.self, MergeCommand.self,
      CheckCommand.self, ReportCommand.self, DifferenceCommand.self, Explain.self, Validate.self,
      SchemaCommand.self, PricesCommand.self, VaultCommand.self, CalibrateCommand.self, RetentionCommand.self,
      HistoryCommand.self, CompletionCommand.self, ManCommand.self,
    ])

  /// Like `AsyncParsableCommand.main()`, but with our own exit codes.
  static func main() async {
    endTrapsAsInternalFaults()
    reportLargeFilesAsErrors()
    StandardOutput.holdClosedStreams()
    do {
      if let misspelt = MisspeltCommand.diagnostic(of: RawArguments.all) {
        throw InputError(misspelt)
      }
      var command = try parseAsRoot(RawArguments.all)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      StandardOutput.end(with: .success)
    } catch let error as InputError {
      complain(error.diagnostics)
      StandardOutput.end(with: .badInput)
    } catch {
      exit(for: error)
    }
  }

  /// Exits with the code of bad input for usage errors. The argument parser's own code is 64 (EX_USAGE).
  private static func exit(for error: any Error) -> Never {
    let code = exitCode(for: error)
    if let code = error as? ExitCode { StandardOutput.end(with: code) }
    if code == .success {
      print(fullMessage(for: error))
      StandardOutput.end(with: .success)
    }
    if code == .validationFailure {
      complain(fullMessage(for: error))
      StandardOutput.end(with: .badInput)
    }
    complain("firedrill: internal fault: \(error)\nhint: please report it with the command that you typed")
    StandardOutput.end(with: .internalFault)
  }
}
