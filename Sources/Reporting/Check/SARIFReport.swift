import Assessment
import Documents

/// Checks as SARIF 2.1.0 (OASIS, 2020). Each finding or problem is a result at its line of the scenario.
public struct SARIFReport: Sendable {
  let checks: [Check]
  let version: String

  public init(_ checks: [Check], version: String) {
    self.checks = checks
    self.version = version
  }

  public var text: String {
    JSON.object([
      (
        "$schema",
        .string("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
      ),
      ("version", .string("2.1.0")),
      (
        "runs",
        .array([
          .object([
            ("tool", tool), ("columnKind", .string("unicodeCodePoints")), ("results", .array(results)),
          ])
        ])
      ),
    ]).text() + "\n"
  }

  private var tool: JSON {
    let rules = CheckRule.allCases.map { rule in
      JSON.object([
        ("id", .string(rule.rawValue)), ("shortDescription", .object([("text", .string(rule.wording))])),
      ])
    }
    return .object([
      (
        "driver",
        .object([
          ("name", .string("firedrill")), ("semanticVersion", .string(version)), ("rules", .array(rules)),
        ])
      )
    ])
  }

  private var results: [JSON] {
    checks.flatMap { check in
      check.problems.map { result($0, in: check) } + check.findings.map { result($0, in: check) }
    }
  }

  private func result(_ finding: Check.Finding, in check: Check) -> JSON {
    var members: [(String, JSON)] = [
      ("ruleId", .string(finding.rule.rawValue)),
      ("ruleIndex", .integer(Int64(CheckRule.allCases.firstIndex(of: finding.rule) ?? 0))),
      ("level", .string("error")), ("message", .object([("text", .string(message(finding)))])),
      ("locations", .array([location(check.path, line: finding.line)])),
      (
        "partialFingerprints",
        .object([("firedrill/v1", .string(finding.fingerprint(in: check)))])
      ),
    ]
    if let waiver = finding.waiver {
      let suppression = JSON.object([
        ("kind", .string("external")),
        ("justification", .string("\(waiver.owner), until \(waiver.expires): \(waiver.reason)")),
      ])
      members.append(("suppressions", .array([suppression])))
    }
    return .object(members)
  }

  private func result(_ problem: Check.Problem, in check: Check) -> JSON {
    .object([
      ("ruleId", .string(problem.rule.rawValue)),
      ("ruleIndex", .integer(Int64(CheckRule.allCases.firstIndex(of: problem.rule) ?? 0))),
      ("level", .string("error")), ("message", .object([("text", .string("\(problem.sentence)."))])),
      ("locations", .array([location(problem.diagnostic.file, line: problem.diagnostic.line)])),
      (
        "partialFingerprints",
        .object([
          (
            "firedrill/v1",
            .string("\(check.scenario)/\(problem.rule.rawValue)/\(problem.diagnostic.message)")
          )
        ])
      ),
    ])
  }

  private func message(_ finding: Check.Finding) -> String {
    finding.sentence + (finding.suspicion.isEmpty ? "." : "; \(finding.suspicion).")
  }

  private func location(_ path: String, line: Int) -> JSON {
    .object([
      (
        "physicalLocation",
        .object([
          ("artifactLocation", .object([("uri", .string(path.asURI))])),
          ("region", .object([("startLine", .integer(Int64(max(1, line))))])),
        ])
      )
    ])
  }
}

extension String {
  /// The path as a URI reference, with reserved characters percent-encoded (RFC 3986).
  fileprivate var asURI: String {
    var uri = hasPrefix("/") ? "file://" : ""
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        uri.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        uri += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return uri
  }
}
