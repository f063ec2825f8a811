import Units

/// A table as RFC 4180 wants it: a header, CR LF behind every line, quotes where they are needed.
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

/// A value in a table; its column's name carries the unit.
enum CSVCell {
  /// There is no such value.
  case none
  /// Written by a person: quoted where needed, and never a formula.
  case text(String)
  case count(Int)
  case identifier(UInt64)
  /// In seconds, to the nearest millisecond.
  case duration(Duration)
  /// In milliseconds, to the nearest microsecond.
  case milliseconds(Duration?)
  /// In bytes.
  case bytes(ByteCount)
  case ratio(Ratio)
  case instant(Instant)

  /// The duration of a value that may be unrecoverable or unknown: both are empty, and the verdict tells.
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

  /// A spreadsheet takes a cell that begins so for a formula; an apostrophe before it makes it text (OWASP, "CSV
  /// Injection").
  private static func inert(_ text: String) -> String {
    let start = text.unicodeScalars.first { $0 != " " }
    return start.map { "=+-@\t\r\n\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains($0) } == true
      ? "'" + text : text
  }
}
