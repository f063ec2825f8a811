/// GitHub-flavoured Markdown in which arbitrary text stays text.
enum Markdown {
  /// Returns the relative link to a file beside the report. Every byte that is not unreserved is
  /// percent-encoded (RFC 3986).
  static func link(to name: String) -> String {
    name.utf8.reduce(into: "") { link, byte in
      let scalar = Unicode.Scalar(byte)
      if scalar.properties.isAlphabetic && byte < 128 || "0123456789-._~/".unicodeScalars.contains(scalar) {
        link.unicodeScalars.append(scalar)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        link += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
  }

  /// Returns text without effect as markup or HTML, on one line.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in singleLine(text) {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\\", "`", "*", "_", "[", "]", "#", "~", "!": escaped += "\\\(character)"
      default: escaped.append(character)
      }
    }
    return escaped
  }

  /// Returns emphasised sentences.
  static func strong(_ prose: Prose) -> String { "**\(prose.inMarkdown)**" }

  /// Returns a name as written in files and on the command line.
  static func code(_ text: String) -> String {
    let line = singleLine(text)
    return line.isEmpty || line.contains("`") || line.contains("\\") ? escaped(text) : "`\(line)`"
  }

  /// Returns a table with padded columns, so that the plain text is readable too.
  ///
  /// - Parameters:
  ///   - header: one cell a column.
  ///   - rows: as many cells each as the header; a pipe in a cell is escaped here.
  static func table(_ header: [String], _ rows: [[String]]) -> String {
    let lines = ([header] + rows).map { row in
      row.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
    }
    let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      let padded = zip(cells, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      return "| " + padded.joined(separator: " | ") + " |"
    }
    let rule = "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|"
    return ([line(lines[0]), rule] + lines.dropFirst().map(line)).joined(separator: "\n")
  }

  private static func singleLine(_ text: String) -> String {
    String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
  }
}
