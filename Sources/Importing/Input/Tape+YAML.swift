import Documents
import Yams

extension Tape {
  /// Reads YAML: one document, or several behind '---'. Aliases are resolved, and unknown tags are kept as
  /// objects.
  convenience init(yaml text: InputText) throws(InputError) {
    var builder = YAMLTapeBuilder(text)
    do {
      // The sequence ends at an error without throwing it, and a copy of it would keep the error.
      var nodes = try Yams.compose_all(yaml: text.text, .basic)
      while let node = nodes.next() { try builder.append(node) }
      if let error = nodes.error { throw error }
    } catch let error as InputError {
      throw error
    } catch {
      throw text.templateFailure ?? Self.failure(error, in: text)
    }
    self.init(text: text, content: builder.content, tokens: builder.tokens)
  }

  private static func failure(_ error: any Error, in text: InputText) -> InputError {
    let hint = "compare the indentation, quotes and brackets with the lines above"
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return text.failure(
        line: min(mark.line, text.lineCount), column: mark.column, "this is not YAML: \(problem)", hint: hint)
    case .duplicatedKeysInMapping(let duplicates, let context):
      return text.failure(
        line: min(context.mark.line, text.lineCount), column: context.mark.column,
        "a key is given twice: \(duplicates.map { "\($0)" }.sorted().joined(separator: ", "))",
        hint: "keep one of the two")
    default: return text.failure(line: 1, "this is not YAML: \(error)", hint: hint)
    }
  }
}

extension InputText {
  /// The error of a template whose placeholders stand without quotes, which YAML reads as mappings.
  var bareTemplateFailure: InputError? {
    let isTemplate = lines.contains { _, line in
      let line = line.trimmingBlanks
      return !line.hasPrefix("#") && (line.hasPrefix("{{") || line.contains(": {{") || line.contains("- {{"))
    }
    return isTemplate ? templateFailure : nil
  }

  /// The error of a text with placeholders of a template, such as `{{ .Values.schedule }}`; `nil` without any.
  var templateFailure: InputError? {
    guard let (number, line) = lines.first(where: { $0.text.contains("{{") && $0.text.contains("}}") }) else {
      return nil
    }
    let place = line.ranges(of: "{{").first?.lowerBound ?? line.startIndex
    let word = String(line[place...].prefix { $0 != "}" }) + "}}"
    return failure(
      line: number, at: "{{", "this is a template: nobody resolves '\(word)'",
      hint: "import what the tool renders, for example with 'helm template'")
  }
}

/// Converts the parser's nodes into tokens, with a limit on growth through aliases.
private struct YAMLTapeBuilder {
  private static let tokensMaximum = 500_000
  private static let depthMaximum = 256
  private let text: InputText
  private(set) var content: [UInt8] = []
  private(set) var tokens: [Tape.Token] = []

  init(_ text: InputText) { self.text = text }

  mutating func append(_ node: Yams.Node) throws { try append(node, at: 0, depth: 0) }

  private mutating func append(_ node: Yams.Node, at fallback: Int, depth: Int) throws {
    let place = node.mark.map { text.offset(ofLine: $0.line, column: $0.column) } ?? fallback
    guard tokens.count < Self.tokensMaximum, depth < Self.depthMaximum else {
      throw text.failure(
        offset: place, "this file grows beyond measure when its aliases are resolved",
        hint: "write the values out in full")
    }
    switch node {
    case .scalar(let scalar): append(scalar, at: place)
    case .sequence(let sequence):
      let index = open(.array, at: place)
      for item in sequence { try append(item, at: place, depth: depth + 1) }
      tokens[index].end = UInt32(tokens.count)
    case .mapping(let mapping):
      let index = open(.object, at: place)
      for (key, value) in mapping {
        guard case .scalar(let name) = key else { continue }
        let keyPlace = key.mark.map { text.offset(ofLine: $0.line, column: $0.column) } ?? place
        append(name, at: keyPlace)
        try append(value, at: keyPlace, depth: depth + 1)
      }
      tokens[index].end = UInt32(tokens.count)
    case .alias: append(Yams.Node.Scalar(""), at: place)
    }
  }

  private mutating func open(_ kind: Tape.Kind, at place: Int) -> Int {
    tokens.append(Tape.Token(kind: kind, start: 0, length: 0, end: 0, place: UInt32(place)))
    return tokens.count - 1
  }

  private mutating func append(_ scalar: Yams.Node.Scalar, at place: Int) {
    let isPlain = scalar.style == .plain
    let isNull = isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    let start = content.count
    content += Array(scalar.string.utf8)
    tokens.append(
      Tape.Token(
        kind: isNull ? .null : isPlain ? .word : .string, start: UInt32(start),
        length: UInt32(content.count - start), end: UInt32(tokens.count + 1), place: UInt32(place)))
  }
}
