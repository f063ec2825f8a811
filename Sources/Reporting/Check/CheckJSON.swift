import Assessment
import Documents

/// Checks as JSON for programs, with one entry for each finding and problem.
public struct CheckJSON: Sendable {
  let checks: [Check]

  public init(_ checks: [Check]) { self.checks = checks }

  public var text: String {
    JSON.object([
      ("format", .string("firedrill check 1")), ("is_held", .boolean(checks.allSatisfy(\.isHeld))),
      ("checks", .array(checks.map(json))),
    ]).text() + "\n"
  }

  private func json(_ check: Check) -> JSON {
    .object([
      ("scenario", .string(check.scenario)), ("path", .string(check.path)),
      ("is_held", .boolean(check.isHeld)), ("values_checked", .integer(Int64(check.checks.count))),
      ("strategies", .array(check.strategies.map { .string($0) })),
      ("findings", .array(check.findings.map(finding))), ("problems", .array(check.problems.map(problem))),
      ("changes", .array(check.changes.map { .string($0.wording) })),
      (
        "improvements",
        .array(
          check.improvements.map { measurement, baseline in
            .object([
              ("metric", .string(measurement.metric.rawValue)), ("strategy", .string(measurement.strategy)),
              ("disaster", measurement.disaster.map { .string($0) } ?? .null),
              ("value", .string("\(measurement.value)")), ("baseline", .string("\(baseline)")),
            ])
          })
      ),
    ])
  }

  private func finding(_ finding: Check.Finding) -> JSON {
    .object([
      ("rule", .string(finding.rule.rawValue)), ("strategy", .string(finding.strategy)),
      ("aspect", .string(finding.aspect.rawValue)),
      ("aspects", .array(finding.aspects.map { .string($0.rawValue) })),
      ("disasters", .array(finding.disasters.map { .string($0) })), ("line", .integer(Int64(finding.line))),
      ("message", .string(finding.sentence)),
      ("change", finding.change.map { .string($0.wording) } ?? .null),
      ("waived_by", finding.waiver.map { .string($0.owner) } ?? .null),
    ])
  }

  private func problem(_ problem: Check.Problem) -> JSON {
    .object([("rule", .string(problem.rule.rawValue))] + JSON.members(of: problem.diagnostic))
  }
}

extension JSON {
  /// Returns the JSON members of a diagnostic. A line of 0 means the whole file.
  static func members(of diagnostic: Diagnostic) -> [(String, JSON)] {
    [
      ("file", .string(diagnostic.file)), ("line", .integer(Int64(diagnostic.line))),
      ("column", .integer(Int64(diagnostic.column))), ("message", .string(diagnostic.message)),
      ("hint", .string(diagnostic.hint)),
    ]
  }
}
