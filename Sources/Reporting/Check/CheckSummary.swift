import Assessment

/// Checks as Markdown for a pull request: failures, changes and improvements, or one line without any.
///
/// At most 65,535 characters, the limit of a comment on GitHub: the failures that do not fit are counted.
public struct CheckSummary: Sendable {
  let checks: [Check]

  public init(_ checks: [Check]) { self.checks = checks }

  static let lengthMaximum = 65_535

  public var text: String {
    let parts = checks.map(section)
    guard !parts.isEmpty else { return "" }
    return shortened(parts.joined(separator: "\n\n") + "\n")
  }

  private func section(_ check: Check) -> String {
    guard !check.isQuiet else { return "\(Markdown.code(check.scenario)): unchanged, \(check.conclusion)" }
    let head = check.isHeld ? check.conclusion : "**\(check.conclusion)**"
    return [
      "## \(Markdown.code(check.scenario)): \(head)", list("Could not be checked", check.problems.map(line)),
      list("Failed", check.open.map(line)),
      list("Waived", check.findings.filter { $0.waiver != nil }.map(line)),
      list(
        "Changed in the scenario", check.changes.map { Markdown.escaped($0.wording) + " (line \($0.line))" }),
      list(
        "Better than the baseline",
        check.improvements.map { measurement, baseline in
          "\(Markdown.code(measurement.metric.rawValue)) of \(Markdown.escaped(measurement.subject)): "
            + "\(measurement.value.forReading), was \(baseline.forReading)"
        }),
    ].compactMap { $0 }.joined(separator: "\n\n")
  }

  private func line(_ problem: Check.Problem) -> String {
    let place = problem.diagnostic.line > 0 ? " (line \(problem.diagnostic.line))" : ""
    return "\(Markdown.code(problem.diagnostic.file))\(place): \(Markdown.escaped(problem.sentence))"
  }

  private func line(_ finding: Check.Finding) -> String {
    let waiver = finding.waiver.map {
      "; waived by \(Markdown.escaped($0.owner)) until \($0.expires): \(Markdown.escaped($0.reason))"
    }
    let change = finding.suspicion.isEmpty ? "" : "; \(Markdown.escaped(finding.suspicion))"
    return "\(Markdown.escaped(finding.sentence)) (line \(finding.line))\(change)\(waiver ?? "")"
  }

  private func list(_ title: String, _ lines: [String]) -> String? {
    lines.isEmpty ? nil : "\(title):\n\n" + lines.map { "- \($0)" }.joined(separator: "\n")
  }

  private func shortened(_ text: String) -> String {
    guard text.count > Self.lengthMaximum else { return text }
    let note = "\n\nThere is more than fits here; the JUnit and SARIF files have all of it.\n"
    var kept = Substring(text.prefix(Self.lengthMaximum - note.count))
    while let last = kept.last, last != "\n" { kept.removeLast() }
    return String(kept) + note
  }
}

extension Check {
  /// Whether the check passed without anything else to report.
  fileprivate var isQuiet: Bool {
    findings.isEmpty && problems.isEmpty && changes.isEmpty && improvements.isEmpty
  }
}
