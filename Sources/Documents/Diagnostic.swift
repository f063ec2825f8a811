/// An error of an input: the problem, its place, and the text to write instead.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
  /// The path as given, or the option with the text.
  public let file: String
  /// The line from 1; 0 for an error of the whole file.
  public let line: Int
  /// The column from 1, in Unicode scalars; 0 for an error of the whole file.
  public let column: Int
  public let message: String
  public let hint: String
  /// The line with the error, shortened around the error when long.
  public let excerpt: String
  /// The caret's distance from the start of the excerpt.
  private let caretOffset: Int

  /// An error of a whole file: missing, unreadable, too large.
  package init(file: String, message: String, hint: String) {
    self.file = file
    (line, column, caretOffset) = (0, 0, 0)
    self.message = message
    self.hint = hint
    excerpt = ""
  }

  package init(at place: Place, message: String, hint: String) {
    self.init(
      file: place.source.name, line: place.line, column: place.column,
      scalars: Array(place.source.line(place.line)), message: message, hint: hint)
  }

  /// Creates an error of a file that is not held as source text. The column counts UTF-8 bytes of the line.
  package init(file: String, line: Int, column: Int, lineText: String, message: String, hint: String) {
    let before = String(decoding: lineText.utf8.prefix(column - 1), as: UTF8.self)
    self.init(
      file: file, line: line, column: before.unicodeScalars.count + 1,
      scalars: Array(lineText.unicodeScalars), message: message, hint: hint)
  }

  private init(
    file: String, line: Int, column: Int, scalars: [Unicode.Scalar], message: String, hint: String
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
    self.hint = hint
    let offset = min(column - 1, scalars.count)
    let start = offset > 80 ? offset - 60 : 0
    let end = min(scalars.count, start + 110)
    let head = start > 0 ? "..." : ""
    excerpt = head + String(scalars[start..<end]) + (end < scalars.count ? "..." : "")
    caretOffset = head.count + offset - start
  }

  /// `file:line:column: error: message`, the line with a caret below it, and the hint.
  public var description: String {
    let head = line > 0 ? "\(file):\(line):\(column)" : file
    var lines = ["\(head): error: \(message)"]
    if line > 0 {
      // A tab stays a tab, so that the caret stands below its character however wide tabs are.
      let padding = excerpt.unicodeScalars.prefix(caretOffset).map { $0 == "\t" ? "\t" : " " }.joined()
      lines += [excerpt, padding + "^"]
    }
    if !hint.isEmpty { lines.append("hint: \(hint)") }
    return lines.joined(separator: "\n")
  }
}

extension String {
  fileprivate init(_ scalars: ArraySlice<Unicode.Scalar>) {
    self.init(String.UnicodeScalarView(scalars))
  }
}

/// The errors of the inputs, in the order of files and lines, at least one.
public struct InputError: Error, Sendable, CustomStringConvertible {
  public let diagnostics: [Diagnostic]

  /// Creates an error from diagnostics. They are sorted by place within each file; files are in the order of
  /// their first error.
  package init(_ diagnostics: [Diagnostic]) {
    precondition(!diagnostics.isEmpty, "an input error says what is wrong")
    let files = diagnostics.reduce(into: [String]()) { if !$0.contains($1.file) { $0.append($1.file) } }
    self.diagnostics = files.flatMap { file in
      diagnostics.filter { $0.file == file }.enumerated().sorted {
        ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
      }.map(\.element)
    }
  }

  package init(_ diagnostic: Diagnostic) { self.init([diagnostic]) }

  public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
