import Mustache
import Planning
import Units

/// A report as one HTML page that needs nothing else: no network, no fonts, no other file.
///
/// Tables sort by a click or a key on their heads; colours follow the reader's preference, and no meaning is told by colour
/// alone. Everything from the scenario is escaped by the template; the figures are our own.
public struct HTMLReport: Sendable {
  let report: Report

  public init(_ report: Report) { self.report = report }

  public var text: String {
    let page = HTMLPage(report)
    return Self.library.render(page.context, withTemplate: "report") ?? ""
  }

  private static let library: MustacheLibrary = {
    let texts = [("report", PackageResources.report_mustache), ("table", PackageResources.table_mustache)]
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
}

/// What a page consists of, before the template gives it a form.
struct HTMLSection {
  let id: String
  let name: String
  var blocks: [HTMLBlock]

  var context: [String: Any] { ["id": id, "name": name, "blocks": blocks.map(\.context)] }
}

enum HTMLBlock {
  case paragraph(String)
  case heading(String)
  case list([String])
  case code(String)
  case figure(caption: String, svg: String)
  case table(HTMLTable)
  /// Shown when somebody asks for it.
  case folded(summary: String, paragraphs: [String], HTMLTable)

  var context: [String: Any] {
    switch self {
    case .paragraph(let text): ["paragraph": text]
    case .heading(let text): ["heading": text]
    case .list(let items): ["list": ["items": items]]
    case .code(let text): ["code": text]
    case .figure(let caption, let svg): ["figure": ["caption": caption, "svg": svg]]
    case .table(let table): ["table": table.context]
    case .folded(let summary, let paragraphs, let table):
      ["folded": ["summary": summary, "paragraphs": paragraphs, "table": table.context] as [String: Any]]
    }
  }
}

/// A table whose first column names its rows.
struct HTMLTable {
  let caption: String
  /// A number's column stands to the right.
  let columns: [(name: String, isNumber: Bool)]
  let rows: [[HTMLCell]]

  var context: [String: Any] {
    [
      "caption": caption,
      "columns": columns.map { ["name": $0.name, "isNumber": $0.isNumber] as [String: Any] },
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

struct HTMLCell {
  var text: String
  /// What the column is sorted by; the text when empty.
  var key = ""
  /// The verdict that the text is.
  var chip: Verdict?
  /// Small print below.
  var notes: [String] = []
  /// Whether the text has many words.
  var isWordy = false

  func context(isHead: Bool, isNumber: Bool) -> [String: Any] {
    var context: [String: Any] = ["text": text, "isHead": isHead, "notes": notes]
    if !key.isEmpty { context["key"] = key }
    if let chip { context["chip"] = chip.name }
    if isNumber { context["style"] = "number" } else if isWordy { context["style"] = "words" }
    return context
  }
}

extension HTMLCell {
  static func text(_ text: String) -> HTMLCell { HTMLCell(text: text) }
  static func words(_ text: String) -> HTMLCell { HTMLCell(text: text, isWordy: true) }

  static func time(_ value: Achieved?) -> HTMLCell {
    guard let value else { return HTMLCell(text: "-", key: "-1") }
    return HTMLCell(
      text: value.forReading, key: value.duration.map { "\($0.nanoseconds)" } ?? "\(Int64.max)")
  }

  static func money(_ money: Money?) -> HTMLCell {
    HTMLCell(text: money?.forReading ?? "-", key: money.map { "\($0.minorUnits)" } ?? "-1")
  }

  static func ratio(_ ratio: Ratio?) -> HTMLCell {
    HTMLCell(text: ratio?.asPercent ?? "-", key: ratio.map { "\($0.billionths)" } ?? "-1")
  }
}
