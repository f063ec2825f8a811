/// A parser of RFC 4180 that forgives nothing: every line ends in CR LF, quotes stand only where they may.
struct StrictCSV {
  struct Malformed: Error {
    let offset: Int
  }

  private(set) var rows: [[String]] = []

  init(_ text: String) throws(Malformed) {
    let scalars = Array(text.unicodeScalars)
    var row: [String] = []
    var at = 0
    while at < scalars.count {
      row.append(try Self.field(scalars, &at))
      guard at < scalars.count else { throw Malformed(offset: at) }
      switch scalars[at] {
      case ",": at += 1
      case "\r":
        guard at + 1 < scalars.count, scalars[at + 1] == "\n" else { throw Malformed(offset: at) }
        at += 2
        rows.append(row)
        row = []
      default: throw Malformed(offset: at)
      }
    }
    guard row.isEmpty else { throw Malformed(offset: at) }
  }

  /// The cells of a column, by its name in the header.
  subscript(column: String) -> [String] {
    guard let place = rows.first?.firstIndex(of: column) else { return [] }
    return rows.dropFirst().map { $0[place] }
  }

  private static func field(_ scalars: [Unicode.Scalar], _ at: inout Int) throws(Malformed) -> String {
    var text = String.UnicodeScalarView()
    guard at < scalars.count, scalars[at] == "\"" else {
      while at < scalars.count, scalars[at] != ",", scalars[at] != "\r" {
        guard scalars[at] != "\"", scalars[at] != "\n" else { throw Malformed(offset: at) }
        text.append(scalars[at])
        at += 1
      }
      return String(text)
    }
    at += 1
    while at < scalars.count {
      if scalars[at] == "\"" {
        at += 1
        guard at < scalars.count, scalars[at] == "\"" else { return String(text) }
      }
      text.append(scalars[at])
      at += 1
    }
    throw Malformed(offset: at)
  }
}
