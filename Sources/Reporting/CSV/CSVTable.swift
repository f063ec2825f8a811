import Units

/// A table after RFC 4180: a header, CR LF after every line, and quotes where needed.
struct CSVTable<Row> {
  struct Column {
    let name: String
    let cell: (Row) -> CSVCell
  }

  let columns: [Column]

  func text(of rows: [Row]) -> String {
    var text = line(columns.map { .text($0.name) })
    for row in rows { text += line(columns.map { $0.cell(row) }) }
    return text
  }

  private func line(_ cells: [CSVCell]) -> String { cells.map(\.field).joined(separator: ",") + "\r\n" }
}

/// A value in a table. The column's name has the unit.
enum CSVCell {
  /// No value.
  case none
  /// A text by a person: quoted where needed, and never a formula.
  case text(String)
  case count(Int)
  case identifier(UInt64)
  /// A time in seconds, to the nearest millisecond.
  case duration(Duration)
  /// A time in milliseconds, to the nearest microsecond.
  case milliseconds(Duration?)
  /// A size in bytes.
  case bytes(ByteCount)
  case ratio(Ratio)
  case instant(Instant)

  /// Returns the seconds of a duration. Unrecoverable and unknown values are both empty, and the verdict
  /// distinguishes them.
  static func seconds(_ duration: Duration?) -> CSVCell { duration.map { .duration($0) } ?? .none }

  var field: String {
    switch self {
    case .none: ""
    case .text(let text): Self.quoted(Self.inert(text))
    case .count(let count): "\(count)"
    case .identifier(let number): "\(number)"
    case .duration(let duration): duration.inSeconds
    case .milliseconds(let duration): duration?.inMilliseconds ?? ""
    case .bytes(let count): "\(count.bytes)"
    case .ratio(let ratio): ratio.asNumber
    case .instant(let instant): "\(instant)"
    }
  }

  private static func quoted(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }

  /// Puts an apostrophe before a cell that a spreadsheet would treat as a formula (OWASP, "CSV Injection").
  private static func inert(_ text: String) -> String {
    let start = text.unicodeScalars.first { $0 != " " }
    return start.map { "=+-@\t\r\n\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains($0) } == true
      ? "'" + text : text
  }
}
