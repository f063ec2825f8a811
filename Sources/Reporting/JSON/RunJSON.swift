import Assessment
import Documents

/// The results of runs in short, for programs: verdicts, answers and written files.
public struct RunJSON: Sendable {
  private let reports: [(report: Report, written: [String])]

  public init(_ reports: [(report: Report, written: [String])]) { self.reports = reports }

  public var text: String {
    JSON.object([
      ("format", .string("firedrill run 1")), ("runs", .array(reports.map { run($0.report, $0.written) })),
    ]).text() + "\n"
  }

  private func run(_ report: Report, _ written: [String]) -> JSON {
    let content = ReportContent(report)
    return .object([
      ("scenario", .string(report.scenario.name)), ("verdict", .string(report.verdict.name)),
      ("answers", .array(content.answers.map { .string($0.plain) })),
      ("coverage", content.coverage.map { .string($0.plain) } ?? .null),
      (
        "strategies",
        .array(
          content.entries.map { entry in
            .object([
              ("name", .string(entry.name)), ("verdict", .string(entry.strategy.verdict.name)),
              ("drills", .integer(Int64(entry.standing.drills))),
              ("met_drills", .integer(Int64(entry.standing.metDrills))),
              ("unrecoverable_drills", .integer(Int64(entry.standing.unrecoverableDrills))),
              ("protection_cost_minor", .integer(entry.standing.cost.minorUnits)),
              ("rpo_p95", entry.standing.rpo.map { .achieved($0) } ?? .null),
              ("rto_p95", entry.standing.rto.map { .achieved($0) } ?? .null),
              ("trouble", entry.strategy.protection.troubleWording.map { .string($0) } ?? .null),
            ])
          })
      ),
      ("files", .array(written.map { .string($0) })),
    ])
  }
}

/// The outcome of a validation, for programs.
public struct ValidationJSON: Sendable {
  private let files: [(path: String, summary: String?, diagnostics: [Diagnostic])]

  public init(_ files: [(path: String, summary: String?, diagnostics: [Diagnostic])]) { self.files = files }

  public var text: String {
    JSON.object([
      ("format", .string("firedrill validation 1")),
      ("is_valid", .boolean(files.allSatisfy(\.diagnostics.isEmpty))),
      (
        "files",
        .array(
          files.map { path, summary, diagnostics in
            .object([
              ("path", .string(path)), ("summary", summary.map { .string($0) } ?? .null),
              ("errors", .array(diagnostics.map { .object(JSON.members(of: $0)) })),
            ])
          })
      ),
    ]).text() + "\n"
  }
}
