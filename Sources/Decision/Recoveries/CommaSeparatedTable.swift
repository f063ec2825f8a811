import Documents

/// A table of comma-separated values (RFC 4180) written by firedrill.
package struct CommaSeparatedTable {
  package private(set) var columns: [String]
  package private(set) var rows: [[String]]

  /// - Throws: when a row has other columns than the first line.
  package init(_ source: SourceText) throws(InputError) {
    var lines = Self.lines(of: source.text)
    columns = lines.isEmpty ? [] : lines.removeFirst()
    rows = lines
    if let place = rows.firstIndex(where: { $0.count != columns.count }) {
      throw InputError(
        Diagnostic(
          at: Place(source, line: place + 2, column: 1),
          message: "this row has \(rows[place].count) fields, and the first line has \(columns.count)",
          hint: "give the '-drills.csv' as 'firedrill run' wrote it"))
    }
  }

  package func column(_ name: String) -> Int? { columns.firstIndex(of: name) }

  private static func lines(of text: String) -> [[String]] {
    var lines: [[String]] = []
    var line: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var previous: UInt8 = 0
    func finished() -> String { String(decoding: field, as: UTF8.self) }
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""):
        if !isQuoted, previous == byte { field.append(byte) }
        isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted:
        line.append(finished())
        field = []
      case UInt8(ascii: "\n") where !isQuoted:
        if field.last == UInt8(ascii: "\r") { field.removeLast() }
        lines.append(line + [finished()])
        (line, field) = ([], [])
      default: field.append(byte)
      }
      previous = byte == UInt8(ascii: "\"") && isQuoted ? 0 : byte
    }
    if !field.isEmpty || !line.isEmpty { lines.append(line + [finished()]) }
    return lines
  }
}
