import ArgumentParser
import Assessment
import Documents
import Glibc
import Reporting
import Units

/// The files that a check writes, as options.
struct CheckOutputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write JUnit XML here.", valueName: "file"))
  var junit: String?

  @Option(help: ArgumentHelp("Write SARIF 2.1.0 here.", valueName: "file"))
  var sarif: String?

  @Option(
    help: ArgumentHelp("Append a summary in Markdown here; one line when nothing changed.", valueName: "file")
  )
  var summary: String?

  @Option(
    help: ArgumentHelp(
      "Append a line for each strategy to this CSV file, and draw all its lines beside it as SVG.",
      valueName: "file.csv"))
  var trend: String?

  @Flag(help: "Print JSON instead of the listing.")
  var json = false

  /// Resolves all output files before the rehearsal.
  func files() throws(InputError) -> CheckOutputs {
    CheckOutputs(
      junit: try junit.map { path throws(InputError) in try OutputFile(path) },
      sarif: try sarif.map { path throws(InputError) in try OutputFile(path) },
      summary: try summary.map { path throws(InputError) in try OutputFile(path, .append) },
      trend: try trend.map { path throws(InputError) in try TrendFile(path) })
  }
}

/// The files that a check writes.
struct CheckOutputs {
  let junit: OutputFile?
  let sarif: OutputFile?
  let summary: OutputFile?
  let trend: TrendFile?

  func write(_ checks: [Check], on day: Instant) throws(InputError) {
    try junit?.write(JUnitReport(checks).text)
    try sarif?.write(SARIFReport(checks, version: Firedrill.version).text)
    try summary?.write(CheckSummary(checks).text)
    try trend?.append(checks, on: day)
  }
}

/// The history of checks: a growing CSV file and a figure of it.
struct TrendFile {
  private let table: OutputFile
  private let figure: OutputFile

  init(_ path: String) throws(InputError) {
    guard path.hasSuffix(".csv") else {
      throw InputError(
        Diagnostic(
          file: path, message: "a trend is a table", hint: "give a file whose name ends in '.csv'"))
    }
    table = try OutputFile(path)
    figure = try OutputFile(path.dropLast(4) + ".svg")
  }

  func append(_ checks: [Check], on day: Instant) throws(InputError) {
    let before = access(table.path, F_OK) == 0 ? try SourceFile.read(table.path, limit: 64 << 20).text : ""
    let text = CheckTrend.appending(checks, on: day, to: before)
    try table.write(text)
    try figure.write(CheckTrend(text).svg)
  }
}
