import Assessment
import ScenarioLanguage

/// Checks as JUnit XML, with a suite per scenario and a case for each checked strategy and aspect.
///
/// The schema is that of Jenkins' xUnit plug-in (junit-10): a finding is a failure, a waived one is skipped with the waiver as
/// its message, and what could not be checked is an error. There are as many failures as in the listing and in SARIF.
public struct JUnitReport: Sendable {
  let checks: [Check]

  public init(_ checks: [Check]) { self.checks = checks }

  public var text: String {
    let suites = checks.map(Suite.init)
    func total(_ count: (Suite) -> Int) -> Int { suites.reduce(0) { $0 + count($1) } }
    let head =
      "<testsuites name=\"firedrill check\" tests=\"\(total(\.cases.count))\" failures=\"\(total(\.failures))\" "
      + "errors=\"\(total(\.errors))\" time=\"0\">"
    return (["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", head] + suites.map(\.text) + ["</testsuites>"])
      .joined(separator: "\n") + "\n"
  }

  /// A test suite. Every case has `time="0"`, so that equal checks give equal files.
  private struct Suite {
    let check: Check
    let cases: [String]
    let failures: Int
    let skipped: Int
    let errors: Int

    init(_ check: Check) {
      self.check = check
      failures = check.open.count
      skipped = check.findings.count - check.open.count
      errors = check.problems.count
      cases =
        check.problems.map { Self.error($0, in: check) } + check.findings.map { Self.finding($0, in: check) }
        + Self.passed(check)
    }

    var text: String {
      let head =
        "  <testsuite name=\"\(check.scenario.xmlEscaped)\" tests=\"\(cases.count)\" failures=\"\(failures)\" "
        + "errors=\"\(errors)\" skipped=\"\(skipped)\" time=\"0\">"
      return ([head] + cases + ["  </testsuite>"]).joined(separator: "\n")
    }

    /// Returns a case for each strategy and aspect without a finding.
    private static func passed(_ check: Check) -> [String] {
      check.strategies.flatMap { strategy in
        Metric.Aspect.allCases.compactMap { aspect in
          let isChecked = check.checks.contains { $0.strategy == strategy && $0.metric.aspect == aspect }
          let isFound = check.findings.contains { $0.strategy == strategy && $0.aspects.contains(aspect) }
          return isChecked && !isFound ? head(check, strategy, aspect.rawValue) + "/>" : nil
        }
      }
    }

    private static func finding(_ finding: Check.Finding, in check: Check) -> String {
      let head = head(
        check, finding.strategy,
        "\(finding.aspects.map(\.rawValue).joined(separator: ", ")), line \(finding.line)")
      if let waiver = finding.waiver {
        let message = "\(finding.sentence); waived by \(waiver.owner): \(waiver.reason)"
        return head + ">\n      <skipped message=\"\(message.xmlEscaped)\"/>\n    </testcase>"
      }
      let body =
        (["\(check.path):\(finding.line): \(finding.sentence).", finding.suspicion]
        + finding.failures.map(\.sentence)).filter { !$0.isEmpty }.joined(separator: "\n")
      return head
        + ">\n      <failure type=\"\(finding.rule.rawValue)\" message=\"\(finding.sentence.xmlEscaped)\">"
        + "\(body.xmlEscaped)</failure>\n    </testcase>"
    }

    private static func error(_ problem: Check.Problem, in check: Check) -> String {
      head(check, problem.rule.rawValue, problem.diagnostic.message)
        + ">\n      <error type=\"\(problem.rule.rawValue)\" message=\"\(problem.sentence.xmlEscaped)\">"
        + "\("\(problem.diagnostic)".xmlEscaped)</error>\n    </testcase>"
    }

    private static func head(_ check: Check, _ group: String, _ name: String) -> String {
      "    <testcase classname=\"\(check.scenario.xmlEscaped).\(group.xmlEscaped)\" "
        + "name=\"\(name.xmlEscaped)\" time=\"0\""
    }
  }
}
