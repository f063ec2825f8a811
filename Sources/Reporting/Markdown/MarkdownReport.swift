import Assessment
import Rehearsals
import Units

/// A report for people, in Markdown: the conclusion first, then the evidence, last how to reproduce it.
public struct MarkdownReport: Sendable {
  let report: Report

  public init(_ report: Report) { self.report = report }

  public var text: String {
    MarkdownPage(ReportContent(report).page, stem: report.fileStem).text
  }
}

/// A document in Markdown.
struct MarkdownPage {
  private let page: SectionedPage
  private let stem: String

  /// - Parameter stem: the stem of the files beside it: the page in HTML, and a report's figures.
  init(_ page: SectionedPage, stem: String) {
    self.page = page
    self.stem = stem
  }

  /// The longest report that a reader scrolls through in Markdown.
  private static let mostLines = 600

  /// The whole document; where it exceeds 600 lines, folded parts are only named, since the HTML page has them all.
  var text: String {
    let whole = text(namingFolded: false)
    return whole.count { $0 == "\n" } <= Self.mostLines ? whole : text(namingFolded: true)
  }

  private func text(namingFolded isBrief: Bool) -> String {
    let head =
      [
        "# \(Markdown.escaped(page.title))",
        page.answers.map { "- \($0.inMarkdown)" }.joined(separator: "\n"),
        page.question.inMarkdown,
      ] + [page.coverage?.inMarkdown].compactMap { $0 }
    let parts =
      head
      + page.sections.flatMap { section in
        let (blocks, folded) = isBrief ? section.blocks.dividingFolded : (section.blocks, [])
        return ["## \(Markdown.escaped(section.name))"] + blocks.map(text).filter { !$0.isEmpty }
          + (folded.isEmpty ? [] : [reference(to: folded)])
      }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// A list of the parts that only the HTML page shows.
  private func reference(to folded: [Prose]) -> String {
    let page = "[\(Markdown.escaped("\(stem).html"))](\(Markdown.link(to: "\(stem).html")))"
    return (["In full in \(page):", ""] + folded.map { "- \($0.inMarkdown)" }).joined(separator: "\n")
  }

  private func text(_ block: ContentBlock) -> String {
    switch block {
    case .paragraph(let prose): prose.inMarkdown
    case .heading(let prose): "### \(prose.inMarkdown)"
    case .list(let items): items.map { "- \($0.inMarkdown)" }.joined(separator: "\n")
    case .code(let text): "```sh\n\(text)\n```"
    case .figure(let figure):
      "![\(Markdown.escaped(figure.caption))](\(Markdown.link(to: figure.fileName(stem: stem))))"
    // Markdown takes no drawing within it.
    case .drawing(_, _, nil): ""
    case .drawing(let caption, _, let file?): "![\(Markdown.escaped(caption))](\(Markdown.link(to: file)))"
    case .table(let table): text(table)
    case .folded(let summary, let blocks):
      "<details><summary>\(summary.inHTML)</summary>\n\n"
        + blocks.map(text).joined(separator: "\n\n") + "\n\n</details>"
    }
  }

  private func text(_ table: Table) -> String {
    let caption = table.caption.plain.isEmpty ? "" : "\(table.caption.inMarkdown):\n\n"
    return caption
      + Markdown.table(
        table.columns.map(\.name.inMarkdown), table.rows.map { $0.map(\.inMarkdown) })
  }
}

extension [ContentBlock] {
  /// The blocks that always show, and the summaries of the others.
  fileprivate var dividingFolded: (shown: [ContentBlock], folded: [Prose]) {
    reduce(into: (shown: [], folded: [])) { parts, block in
      if case .folded(let summary, _) = block {
        parts.folded.append(summary)
      } else {
        parts.shown.append(block)
      }
    }
  }
}

extension Cell {
  /// The verdict in words if the text lacks them. Verdicts that need action are emphasised.
  fileprivate var inMarkdown: String {
    guard let verdict else { return text.inMarkdown }
    if let chip {
      return [verdict == .met ? chip : "**\(chip)**", text.inMarkdown].filter { !$0.isEmpty }.joined(
        separator: " ")
    }
    if text.plain.isEmpty { return verdict.emphasised }
    return verdict == .breached ? text.inMarkdown : "\(verdict.emphasised) \(text.inMarkdown)"
  }
}

extension Verdict {
  /// The verdict, bold when it needs action.
  fileprivate var emphasised: String { self == .met ? name : "**\(name)**" }
}

extension Prose {
  var inMarkdown: String {
    parts.map { part in
      switch part {
      case .text(let text): Markdown.escaped(text)
      case .name(let name): Markdown.code(name)
      case .strong(let text): "**\(Markdown.escaped(text))**"
      }
    }.joined()
  }

  var inHTML: String {
    parts.map { part in
      switch part {
      case .text(let text): text.xmlEscaped
      case .name(let name): "<code>\(name.xmlEscaped)</code>"
      case .strong(let text): "<strong>\(text.xmlEscaped)</strong>"
      }
    }.joined()
  }
}
