import Planning
import Units

/// A report for people, in Markdown: the conclusion first, then the evidence, last how to reproduce it.
///
/// Times and sizes are rounded for reading; the exact ones stand in the tables and the JSON.
public struct MarkdownReport: Sendable {
  let report: Report

  public init(_ report: Report) { self.report = report }

  public var text: String {
    let parts =
      ["# \(Markdown.escaped(report.scenario.title))"] + glance + conclusion + matrix + precision + figures
      + costs + differences
      + report.strategies.flatMap(sections) + assumptions + terms + reproduction
    return parts.joined(separator: "\n\n") + "\n"
  }

  var objectives: Objectives { report.scenario.objectives }
}

extension Verdict {
  /// Bold where somebody has to act.
  var emphasised: String { self == .met ? name : "**\(name)**" }
}

extension Achieved {
  var forReading: String { duration?.forReading ?? "unrecoverable" }
}
