import Documents
import Foundation
import XMLCoder

/// A workbook of Office Open XML (.xlsx): sheets of rows, by name.
struct Workbook: Sendable {
  /// A sheet, with its first row as the names of its columns.
  struct Sheet: Sendable {
    let name: String
    let columns: [String]
    /// The rows below, by the numbers of the sheet.
    let rows: [(number: Int, cells: [String])]

    /// Returns the text in a column with any of these names; `nil` for an empty cell.
    func text(_ row: [String], _ names: String...) -> String? {
      for name in names {
        guard let column = columns.firstIndex(of: name), row.indices.contains(column) else { continue }
        return row[column].isEmpty ? nil : row[column]
      }
      return nil
    }
  }

  let name: String
  private(set) var sheets: [Sheet] = []

  init(name: String, bytes: [UInt8]) throws(InputError) {
    self.name = name
    let archive = ZipArchive(bytes)
    func part<Part: Decodable>(_ path: String, as type: Part.Type) -> Part? {
      guard let bytes = archive.file(path) else { return nil }
      let decoder = XMLDecoder(trimValueWhitespaces: false)
      decoder.shouldProcessNamespaces = true
      return try? decoder.decode(type, from: Data(bytes))
    }
    guard let book = part("xl/workbook.xml", as: WorkbookPart.self),
      let relations = part("xl/_rels/workbook.xml.rels", as: RelationsPart.self)
    else {
      throw InputError(
        Diagnostic(
          file: name, message: "this archive is no workbook, or it is damaged",
          hint: "export from RVTools as .xlsx anew"))
    }
    let shared = part("xl/sharedStrings.xml", as: SharedStringsPart.self)?.texts ?? []
    for sheet in book.sheets.sheet {
      guard let target = relations.Relationship.first(where: { $0.Id == sheet.relation })?.Target else {
        continue
      }
      let path = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/\(target)"
      guard let data = part(path, as: SheetPart.self) else { continue }
      sheets.append(data.sheet(named: sheet.name, shared))
    }
  }

  subscript(name: String) -> Sheet? { sheets.first { $0.name == name } }
}

private struct WorkbookPart: Decodable {
  struct Sheets: Decodable { var sheet: [Sheet] }

  struct Sheet: Decodable, DynamicNodeDecoding {
    var name: String
    var qualified: String?
    var id: String?

    /// The identifier of the relation, for any prefix of its namespace.
    var relation: String? { id ?? qualified }

    enum CodingKeys: String, CodingKey {
      case name, id
      case qualified = "r:id"
    }

    static func nodeDecoding(for key: any CodingKey) -> XMLDecoder.NodeDecoding { .attribute }
  }

  var sheets: Sheets
}

private struct RelationsPart: Decodable {
  struct Relation: Decodable, DynamicNodeDecoding {
    var Id: String
    var Target: String

    static func nodeDecoding(for key: any CodingKey) -> XMLDecoder.NodeDecoding { .attribute }
  }

  var Relationship: [Relation]
}

/// The texts of cells, plain or in runs with several fonts.
private struct RichText: Decodable {
  struct Run: Decodable { var t: String? }

  var t: String?
  var r: [Run]?

  var text: String { t ?? (r ?? []).compactMap(\.t).joined() }
}

private struct SharedStringsPart: Decodable {
  var si: [RichText]?

  var texts: [String] { (si ?? []).map(\.text) }
}

private struct SheetPart: Decodable {
  struct Rows: Decodable { var row: [Row]? }

  struct Row: Decodable, DynamicNodeDecoding {
    var number: Int?
    var c: [Cell]?

    enum CodingKeys: String, CodingKey {
      case number = "r"
      case c
    }

    static func nodeDecoding(for key: any CodingKey) -> XMLDecoder.NodeDecoding {
      key.stringValue == "r" ? .attribute : .element
    }
  }

  struct Cell: Decodable, DynamicNodeDecoding {
    /// The place, for example `B7`.
    var r: String?
    /// The type: `s` for a shared string.
    var t: String?
    var v: String?
    var inline: RichText?

    enum CodingKeys: String, CodingKey {
      case r, t, v
      case inline = "is"
    }

    static func nodeDecoding(for key: any CodingKey) -> XMLDecoder.NodeDecoding {
      ["r", "t"].contains(key.stringValue) ? .attribute : .element
    }
  }

  var sheetData: Rows

  func sheet(named name: String, _ shared: [String]) -> Workbook.Sheet {
    let rows = (sheetData.row ?? []).enumerated().map { index, row -> (number: Int, cells: [String]) in
      var cells: [String] = []
      for cell in row.c ?? [] {
        let column = cell.r.map(Self.column) ?? cells.count
        while cells.count < min(column, 16_384) { cells.append("") }
        let text =
          cell.t == "s"
          ? cell.v.flatMap { Int($0) }.flatMap { shared.indices.contains($0) ? shared[$0] : nil }
          : cell.inline?.text ?? cell.v
        cells.append(text ?? "")
      }
      return (row.number ?? index + 1, cells)
    }
    return Workbook.Sheet(name: name, columns: rows.first?.cells ?? [], rows: Array(rows.dropFirst()))
  }

  /// Returns the number of a column from 0: `A1` is 0, `AA1` is 26.
  private static func column(_ place: String) -> Int {
    place.utf8.prefix { $0 >= 65 && $0 <= 90 }.reduce(0) { $0 * 26 + Int($1) - 64 } - 1
  }
}
