import Yams

/// The reason why the parser failed, in our words.
enum YAMLFailure: Error {
  case duplicateKey(Mark)
  case syntax(problem: String, context: String?, Mark)
  case other(String)

  init(_ error: YamlError) {
    switch error {
    case .duplicatedKeysInMapping(_, let context): self = .duplicateKey(context.mark)
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      self = .syntax(
        problem: problem, context: context.map { "\($0.text), from line \($0.mark.line)" }, mark)
    case .reader(let problem, _, _, _): self = .other(problem)
    default: self = .other("\(error)")
    }
  }

  func diagnostic(in source: SourceText) -> Diagnostic {
    switch self {
    case .other(let problem):
      return Diagnostic(
        at: Place(source, line: 1, column: 1), message: "this is not YAML: \(problem)",
        hint: "write one key and its value on a line, indented with spaces")
    case .duplicateKey(let mark):
      return Diagnostic(
        at: source.place(mark), message: "a key of this mapping is given twice", hint: "keep one of the two")
    case .syntax(let problem, let context, let mark):
      return Self.syntaxDiagnostic(problem, context, source.place(mark))
    }
  }

  private static func syntaxDiagnostic(_ problem: String, _ context: String?, _ place: Place) -> Diagnostic {
    let indentation = place.source.line(place.line).prefix { $0 == " " || $0 == "\t" }
    if problem.contains("another document") {
      return Diagnostic(
        at: place, message: "a second document begins here", hint: "put each scenario in a file of its own")
    }
    if problem.contains("nesting") { return .tooDeep(at: place) }
    if let tab = indentation.firstIndex(of: "\t") {
      let column = indentation.distance(from: indentation.startIndex, to: tab) + 1
      return Diagnostic(
        at: Place(place.source, line: place.line, column: column), message: "a tab indents this line",
        hint: "indent with spaces")
    }
    let hint =
      hints.first { problem.contains($0.problem) }?.hint
      ?? "compare the indentation, quotes and brackets with the lines above"
    let detail = context.map { " (\($0))" } ?? ""
    return Diagnostic(at: place, message: "this is not YAML: \(problem)\(detail)", hint: hint)
  }

  private static let hints: [(problem: String, hint: String)] = [
    ("mapping values are not allowed", "put a text that contains ': ' in quotes, or mend the indentation"),
    ("could not find expected ':'", "write 'key: value', with a space behind the colon"),
    ("did not find expected key", "indent the keys of one mapping alike, and close every quote and bracket"),
    ("did not find expected ',' or", "separate the values in brackets by commas, and close the bracket"),
    ("unexpected end of stream", "close the quote or bracket that is open at the end of the file"),
    ("cannot start any token", "put a text that begins with this character in quotes"),
  ]
}

extension SourceText {
  package func place(_ mark: Mark) -> Place { Place(self, line: mark.line, column: mark.column) }
}
