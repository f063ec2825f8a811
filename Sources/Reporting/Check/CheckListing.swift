import Planning

/// Checks in a few lines for a terminal: every failure with its place, then what was waived, then the sum.
public struct CheckListing: Sendable {
  let checks: [Check]

  public init(_ checks: [Check]) { self.checks = checks }

  public var text: String { checks.map(section).joined() }

  private func section(_ check: Check) -> String {
    let failures = check.open.map { failure in
      "\(check.path):\(failure.line): failed: \(failure.sentence)\n"
        + (failure.suspicion.isEmpty ? "" : "  \(failure.suspicion)\n")
    }
    let waived = check.failures.compactMap { failure in
      failure.waiver.map {
        "\(check.path):\(failure.line): waived by \($0.owner): \(failure.sentence)\n"
      }
    }
    let sum =
      check.isHeld
      ? "\(check.scenario): held (\(check.checks.count.of("value")) checked)\n"
      : "\(check.scenario): \(check.open.count.of("failure"))\n"
    return failures.joined() + waived.joined() + sum
  }
}
