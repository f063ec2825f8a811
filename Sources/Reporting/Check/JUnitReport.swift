import Planning

/// Checks as JUnit XML: a suite per scenario, a case for each measurement that was held to something.
///
/// The schema is the one that CI systems read (testsuites, testsuite, testcase with failure or skipped); a waived failure is
/// skipped, with the waiver as its message.
public struct JUnitReport: Sendable {
  let checks: [Check]

  public init(_ checks: [Check]) { self.checks = checks }

  public var text: String {
    let suites = checks.map(suite)
    let total = suites.reduce(0) { $0 + $1.count }
    let failures = suites.reduce(0) { $0 + $1.failures }
    let skipped = suites.reduce(0) { $0 + $1.skipped }
    let head =
      "<testsuites name=\"firedrill check\" tests=\"\(total)\" failures=\"\(failures)\" skipped=\"\(skipped)\" errors=\"0\" time=\"0\">"
    return (["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", head] + suites.map(\.text) + ["</testsuites>"])
      .joined(separator: "\n") + "\n"
  }

  private struct Suite {
    let count: Int
    let failures: Int
    let skipped: Int
    let text: String
  }

  /// Virtual time takes no time: every case has `time="0"`, so that equal checks give equal files.
  private func suite(_ check: Check) -> Suite {
    var failures = check.failures
    var cases: [String] = []
    var (failed, skipped) = (0, 0)
    let measurements = check.checks + failures.filter { $0.rule == .missing }.map(\.measurement)
    for measurement in measurements.unique {
      let own = failures.filter { $0.measurement == measurement }
      failures.removeAll { $0.measurement == measurement }
      let open = own.filter { $0.waiver == nil }
      if !open.isEmpty { failed += 1 } else if !own.isEmpty { skipped += 1 }
      cases.append(testcase(measurement, open: open, waived: own.filter { $0.waiver != nil }, in: check))
    }
    let head =
      "  <testsuite name=\"\(check.scenario.xmlEscaped)\" tests=\"\(cases.count)\" failures=\"\(failed)\" "
      + "skipped=\"\(skipped)\" errors=\"0\" time=\"0\">"
    return Suite(
      count: cases.count, failures: failed, skipped: skipped,
      text: ([head] + cases + ["  </testsuite>"]).joined(separator: "\n"))
  }

  private func testcase(
    _ measurement: Measurement, open: [Check.Failure], waived: [Check.Failure], in check: Check
  ) -> String {
    let head =
      "    <testcase classname=\"\(check.scenario.xmlEscaped).\(measurement.strategy.xmlEscaped)\" "
      + "name=\"\("\(measurement.metric.rawValue) \(measurement.subject)".xmlEscaped)\" time=\"0\""
    if let first = open.first {
      let body = open.map { "\(check.path):\($0.line): \($0.sentence). \($0.suspicion)" }.joined(
        separator: "\n")
      return head
        + ">\n      <failure type=\"\(first.rule.rawValue)\" message=\"\(first.sentence.xmlEscaped)\">"
        + "\(body.xmlEscaped)</failure>\n    </testcase>"
    }
    if let first = waived.first, let waiver = first.waiver {
      let message = "\(first.sentence); waived by \(waiver.owner): \(waiver.reason)"
      return head + ">\n      <skipped message=\"\(message.xmlEscaped)\"/>\n    </testcase>"
    }
    return head + "/>"
  }
}

extension [Measurement] {
  /// Each once, where it first stands.
  fileprivate var unique: [Measurement] {
    var seen: Set<Measurement> = []
    return filter { seen.insert($0).inserted }
  }
}
