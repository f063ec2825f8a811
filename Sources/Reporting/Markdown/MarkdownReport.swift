import Planning

/// A report for people, in Markdown.
public struct MarkdownReport: Sendable {
  let report: Report

  public init(_ report: Report) { self.report = report }

  public var text: String { "" }
}
