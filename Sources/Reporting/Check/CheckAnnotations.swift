import Assessment

/// Checks as workflow commands of GitHub Actions: a line for each finding and problem, shown beside the scenario's line.
public struct CheckAnnotations: Sendable {
  let checks: [Check]

  public init(_ checks: [Check]) { self.checks = checks }

  public var text: String {
    checks.flatMap { check in
      check.problems.map { problem in
        Self.line(
          "error", problem.diagnostic.file, problem.diagnostic.line, problem.rule, problem.sentence)
      }
        + check.findings.map { finding in
          Self.line(
            finding.waiver == nil ? "error" : "notice", check.path, finding.line, finding.rule,
            finding.sentence + (finding.suspicion.isEmpty ? "" : "; \(finding.suspicion)"))
        }
    }.joined()
  }

  private static func line(
    _ level: String, _ file: String, _ line: Int, _ rule: CheckRule, _ message: String
  ) -> String {
    "::\(level) file=\(property(file)),line=\(max(1, line)),title=\(property("firedrill \(rule.rawValue)"))::"
      + "\(data(message))\n"
  }

  /// Escapes the characters that end a command as hexadecimal (GitHub, "Workflow commands", toolkit's
  /// `command.ts`).
  private static func data(_ text: String) -> String {
    text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  private static func property(_ text: String) -> String {
    data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
