import Assessment
import Mustache
import Units

/// A report as one self-contained HTML page, without network, fonts or other files.
///
/// Tables sort by a click or a key on their heads; colours follow the reader's preference, and no meaning is told by colour
/// alone. Everything from the scenario is escaped; the figures are our own.
public struct HTMLReport: Sendable {
  let report: Report

  public init(_ report: Report) { self.report = report }

  public var text: String {
    HTMLPage(
      ReportContent(report).page,
      origin: PageOrigin(
        report.scenario, version: report.provenance.version, digest: report.provenance.digest),
      explorer: ExplorerData(report).json, report: report
    ).text
  }
}

/// A document as one self-contained HTML page.
struct HTMLPage {
  private let page: SectionedPage
  private let origin: PageOrigin
  private let explorer: String?
  private let report: Report?

  /// - Parameters:
  ///   - explorer: the data of the explorer; `nil` leaves it out.
  ///   - report: the report for drawing figures; `nil` where the sections have none.
  init(_ page: SectionedPage, origin: PageOrigin, explorer: String? = nil, report: Report? = nil) {
    self.page = page
    self.origin = origin
    self.explorer = explorer
    self.report = report
  }

  var text: String {
    let context: [String: Any] = [
      "title": page.title, "answers": page.answers.map(\.inHTML), "question": page.question.inHTML,
      "coverage": page.coverage?.inHTML ?? false,
      "contents": page.sections.map { ["id": $0.id, "name": $0.name] },
      "sections": page.sections.map { section in
        ["id": section.id, "name": section.name, "blocks": section.blocks.map(self.context)] as [String: Any]
      },
      "version": origin.version, "seed": origin.seed, "scale": origin.scale,
      "digest": String(origin.digest.prefix(16)),
      "explorer": explorer.map { ["data": $0.inScript] } ?? false,
    ]
    return Self.library.render(context, withTemplate: "report") ?? ""
  }

  private static let library: MustacheLibrary = {
    let texts = [
      ("report", PackageResources.report_mustache), ("blocks", PackageResources.blocks_mustache),
      ("table", PackageResources.table_mustache), ("style", PackageResources.style_mustache),
      ("explorer", PackageResources.explorer_mustache),
    ]
    var library = MustacheLibrary()
    for (name, bytes) in texts {
      do {
        try library.register(String(decoding: bytes, as: UTF8.self), named: name)
      } catch {
        preconditionFailure("the template '\(name)' is wrong: \(error)")
      }
    }
    return library
  }()

  /// Returns the template context of a block. Every kind of block has its own key, which keeps nested blocks
  /// distinct.
  private func context(_ block: ContentBlock) -> [String: Any] {
    var context: [String: Any] = [
      "paragraph": false, "heading": false, "list": false, "code": false, "figure": false, "table": false,
      "folded": false,
    ]
    switch block {
    case .paragraph(let prose): context["paragraph"] = prose.inHTML
    case .heading(let prose): context["heading"] = prose.inHTML
    case .list(let items): context["list"] = ["items": items.map(\.inHTML)]
    case .code(let text): context["code"] = text
    case .figure(let figure):
      context["figure"] = ["caption": figure.caption, "svg": report.map { figure.svg(of: $0) } ?? ""]
    case .drawing(let caption, let svg, _): context["figure"] = ["caption": caption, "svg": svg]
    case .table(let table): context["table"] = table.context
    case .folded(let summary, let blocks):
      context["folded"] =
        ["summary": summary.inHTML, "blocks": blocks.map(self.context)] as [String: Any]
    }
    return context
  }
}

extension String {
  /// The JSON with escapes that make it safe inside a script element.
  fileprivate var inScript: String { replacing("<", with: "\\u003C") }
}

extension Table {
  fileprivate var context: [String: Any] {
    let label = caption.plain.isEmpty ? columns.map(\.name.plain).listed : caption.plain
    return [
      "caption": caption.inHTML, "label": label, "isSortable": isSortable,
      "columns": columns.map { ["name": $0.name.inHTML, "isNumber": $0.isNumber] as [String: Any] },
      "rows": rows.map { row in
        [
          "cells": zip(row, columns).enumerated().map { place, cell in
            cell.0.context(isHead: place == 0, isNumber: cell.1.isNumber)
          }
        ]
      },
    ]
  }
}

extension Cell {
  /// The length from which texts count as wordy and get more room.
  private static let wordyFrom = 40

  fileprivate func context(isHead: Bool, isNumber: Bool) -> [String: Any] {
    let words = text.plain
    var context: [String: Any] = ["isHead": isHead, "text": words.isEmpty ? false : text.inHTML]
    context["key"] = key.map { "\($0)" } ?? false
    context["chip"] = verdict?.name ?? false
    context["chipText"] = chip ?? verdict?.name ?? ""
    context["style"] = isNumber ? "number" : words.count >= Self.wordyFrom ? "words" : false
    return context
  }
}
