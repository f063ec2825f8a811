import Assessment
import Reporting
import Testing

@Suite struct EscapingTests {
  /// The small report with one text everywhere that an author chooses one.
  private func report(_ text: String) throws -> Report {
    var report = try SmallReport.report()
    report.scenario.title = text
    report.scenario.blueprint.services[0].name = text
    report.provenance.arguments = [text]
    for place in report.strategies.indices {
      report.strategies[place].strategy.name = text
      report.strategies[place].strategy.title = text
    }
    report.strategies[0].disasters[1].drills[0].outcome = .unrecoverable(text)
    return report
  }

  @Test(arguments: ["<script>alert(1)</script>", "<img src=x onerror=y>", "a & b"])
  func noHTMLOfAnAuthorReachesTheReader(_ text: String) throws {
    let lines = MarkdownReport(try report(text)).text.split(separator: "\n")
    let fenced = lines.firstIndex(of: "```sh")
    for (number, line) in lines.enumerated() where number != fenced.map({ $0 + 1 }) {
      // Inside a code span it is text already.
      let outside = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 0 }.map(\.element).joined()
      #expect(!outside.contains(text))
    }
  }

  @Test(arguments: ["a|b", "a\\|b", "`|`", "*|*", "line\n| break |"])
  func everyRowOfATableKeepsItsColumns(_ text: String) throws {
    var columns: Int?
    for line in MarkdownReport(try report(text)).text.split(separator: "\n", omittingEmptySubsequences: false)
    {
      guard line.hasPrefix("|") else {
        columns = nil
        continue
      }
      let count = unescapedPipes(line)
      #expect(count == columns ?? count, "\(line)")
      columns = count
    }
  }

  /// As GitHub counts them: a backslash takes the character behind it along.
  private func unescapedPipes(_ line: Substring) -> Int {
    var count = 0
    var isEscaped = false
    for character in line {
      if character == "|" && !isEscaped { count += 1 }
      isEscaped = character == "\\" && !isEscaped
    }
    return count
  }

  @Test(arguments: ["a\"b", "back\\slash", "two\nlines", "tab\t", "\u{1}", "ünïcode 🔥"])
  func aTextInJSONIsOneString(_ text: String) throws {
    let line = JSONReport(try report(text)).text.split(separator: "\n").first {
      $0.hasPrefix("  \"title\": ")
    }
    let value = try #require(line).dropFirst("  \"title\": ".count).dropLast()
    #expect(unquoted(value) == text)
  }

  /// A JSON string without its quotes and escapes; `nil` unless it is one.
  private func unquoted(_ text: Substring) -> String? {
    var scalars = Array(text.unicodeScalars)[...]
    guard scalars.popFirst() == "\"", scalars.popLast() == "\"" else { return nil }
    var plain = String.UnicodeScalarView()
    while let scalar = scalars.popFirst() {
      guard scalar == "\\" else {
        guard scalar.value >= 0x20, scalar != "\"" else { return nil }
        plain.append(scalar)
        continue
      }
      switch scalars.popFirst() {
      case "n": plain.append("\n")
      case "t": plain.append("\t")
      case "r": plain.append("\r")
      case "u":
        let digits = String(String.UnicodeScalarView(scalars.prefix(4)))
        scalars = scalars.dropFirst(4)
        guard let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code) else { return nil }
        plain.append(scalar)
      case let other?: plain.append(other)
      case nil: return nil
      }
    }
    return String(plain)
  }

  @Test(arguments: [
    ("scenarios/shop.yaml", "scenarios/shop.yaml"), ("rpo=12 h", "'rpo=12 h'"), ("it's", "'it'\\''s'"),
    ("", "''"),
    ("$(rm -rf)", "'$(rm -rf)'"),
  ])
  func theCommandCanBePastedIntoAShell(_ argument: String, _ word: String) throws {
    var report = try SmallReport.report()
    report.provenance.arguments = [argument]
    #expect(MarkdownReport(report).text.contains("\nfiredrill run \(word)\n"))
  }
}
