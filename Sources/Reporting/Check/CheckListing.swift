import Assessment

/// Checks as a few lines for a terminal: problems and findings with their places, then waivers, then the
/// total.
public struct CheckListing: Sendable {
  let checks: [Check]

  public init(_ checks: [Check]) { self.checks = checks }

  public var text: String { checks.map(section).joined() }

  private func section(_ check: Check) -> String {
    let failed = check.open.map { finding in
      "\(check.path):\(finding.line): failed: \(finding.sentence)\n"
        + finding.details.map { "  \($0)\n" }.joined()
        + (finding.suspicion.isEmpty ? "" : "  \(finding.suspicion)\n")
    }
    let waived = check.findings.compactMap { finding in
      finding.waiver.map { "\(check.path):\(finding.line): waived by \($0.owner): \(finding.sentence)\n" }
    }
    return failed.joined() + waived.joined() + "\(check.scenario): \(check.conclusion)\n"
  }
}

extension Check {
  /// The conclusion, as in `held (42 values of 1 strategy checked)` or `1 failure, 1 problem`.
  var conclusion: String {
    let counts = [
      open.isEmpty ? nil : open.count.of("failure"), problems.isEmpty ? nil : problems.count.of("problem"),
    ].compactMap { $0 }
    let checked = "\(checks.count.of("value")) of \(strategies.count.of("strategy", "strategies")) checked"
    return counts.isEmpty ? "held (\(checked))" : counts.joined(separator: ", ")
  }
}
