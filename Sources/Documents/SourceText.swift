/// A text written by a person, with its name for messages.
package struct SourceText: Sendable {
  /// The path as given, or the option with the text.
  package let name: String
  /// The folder against which paths inside the text are resolved.
  package let folder: String
  package let text: String
  private let lines: [Substring.UnicodeScalarView]

  package init(name: String, folder: String = ".", text: String) {
    self.name = name
    self.folder = folder
    self.text = text.first == "\u{FEFF}" ? String(text.dropFirst()) : text
    lines = Self.lines(of: self.text)
  }

  /// Returns a path named in the text, relative to the working directory.
  package func path(to path: String) -> String {
    if path.hasPrefix("/") { return path }
    return folder == "." ? path : folder.hasSuffix("/") ? folder + path : folder + "/" + path
  }

  /// Returns a line by its number from 1; empty beyond the end.
  package func line(_ number: Int) -> Substring.UnicodeScalarView {
    lines.indices.contains(number - 1) ? lines[number - 1] : ""[...].unicodeScalars
  }

  /// Returns the text of a line by its number from 1; empty beyond the end.
  package func lineText(_ number: Int) -> String { String(String.UnicodeScalarView(line(number))) }

  package var lineCount: Int { lines.count }

  /// Returns the number of characters before a place, as the YAML parser counts them.
  package func offset(ofLine line: Int, column: Int) -> Int {
    let start = text.unicodeScalars.startIndex
    let lineStart = self.line(line).startIndex
    return text.unicodeScalars.distance(from: start, to: lineStart) + column - 1
  }

  /// Splits a text into lines as YAML 1.1 does: at LF, CR, CR LF, NEL, LS and PS.
  private static func lines(of text: String) -> [Substring.UnicodeScalarView] {
    let scalars = text[...].unicodeScalars
    var lines: [Substring.UnicodeScalarView] = []
    var start = scalars.startIndex
    var index = start
    while index < scalars.endIndex {
      let scalar = scalars[index]
      let end = index
      index = scalars.index(after: index)
      guard ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar) else { continue }
      if scalar == "\r", index < scalars.endIndex, scalars[index] == "\n" {
        index = scalars.index(after: index)
      }
      lines.append(scalars[start..<end])
      start = index
    }
    return lines + [scalars[start...]]
  }
}

/// A line and a column of a text, both from 1; columns count Unicode scalars, as YAML parsers do.
package struct Place: Sendable {
  package let source: SourceText
  package let line: Int
  package let column: Int

  package init(_ source: SourceText, line: Int, column: Int) {
    self.source = source
    self.line = line
    self.column = column
  }
}
