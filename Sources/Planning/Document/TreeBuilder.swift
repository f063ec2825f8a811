import Yams

/// Turns the parser's nodes into ours, and reports what is YAML but not ours.
struct TreeBuilder {
  let source: SourceText
  let text: NeutralText
  /// Where keys stand that occur again in the same mapping.
  let renamed: [Mark]
  private(set) var diagnostics: [Diagnostic] = []

  init(source: SourceText, text: NeutralText, renamed: [Mark]) {
    self.source = source
    self.text = text
    self.renamed = renamed
  }

  /// `fallback` is the place of a value of which nothing is written.
  mutating func node(from node: Yams.Node, at fallback: Place, depth: Int) -> Node {
    let place = node.mark.map { Place(source, line: $0.line, column: $0.column) } ?? fallback
    guard depth <= YAMLDocument.depthMaximum else {
      diagnostics.append(.tooDeep(at: place))
      return Node(content: .scalar("", isQuoted: true), place: place)
    }
    switch node {
    case .scalar(let scalar):
      return self.scalar(scalar, at: scalar.string.isEmpty && scalar.style == .plain ? fallback : place)
    case .sequence(let sequence):
      let items = sequence.map { self.node(from: $0, at: place, depth: depth + 1) }
      return Node(content: .sequence(items), place: place)
    case .mapping(let mapping):
      return Node(content: .mapping(pairs(of: mapping, depth: depth)), place: place)
    case .alias:
      diagnostics.append(.reference("alias", at: place))
      return Node(content: .scalar("", isQuoted: true), place: place)
    }
  }

  private mutating func scalar(_ scalar: Yams.Node.Scalar, at place: Place) -> Node {
    let isQuoted = scalar.style != .plain
    if !isQuoted, let first = scalar.string.unicodeScalars.first {
      if first == NeutralText.ampersand { diagnostics.append(.reference("anchor", at: place)) }
      if first == NeutralText.asterisk { diagnostics.append(.reference("alias", at: place)) }
    }
    return Node(content: .scalar(NeutralText.restored(scalar.string), isQuoted: isQuoted), place: place)
  }

  private mutating func pairs(of mapping: Yams.Node.Mapping, depth: Int) -> [Node.Pair] {
    var pairs: [Node.Pair] = []
    var first: [String: Place] = [:]
    for (key, value) in mapping {
      let place =
        key.mark.map { Place(source, line: $0.line, column: $0.column) } ?? Place(source, line: 1, column: 1)
      guard case .scalar(let scalar) = key else {
        diagnostics.append(
          Diagnostic(
            at: place, message: "a key cannot be a list or a mapping",
            hint: "write a single word before the ':'"))
        continue
      }
      let value = node(from: value, at: place, depth: depth + 1)
      let name = name(of: scalar, at: place)
      if let earlier = first[name] {
        diagnostics.append(.duplicateKey(name, at: place, earlier: earlier))
      } else {
        first[name] = place
        pairs.append(Node.Pair(key: name, keyPlace: place, value: value))
      }
    }
    return pairs
  }

  /// A key as it was written, also when it had been renamed.
  private mutating func name(of key: Yams.Node.Scalar, at place: Place) -> String {
    let isRenamed = renamed.contains { $0.line == place.line && $0.column == place.column }
    guard isRenamed else { return self.scalar(key, at: place).text }
    let offset = source.offset(ofLine: place.line, column: place.column)
    var written = key.string.unicodeScalars
    let original = source.text.unicodeScalars.dropFirst(offset).first { $0 != "\"" && $0 != "'" }
    if let original, !written.isEmpty { written.replaceSubrange(...written.startIndex, with: [original]) }
    return NeutralText.restored(String(written))
  }
}

extension Node {
  /// The text of a scalar; empty for anything else.
  var text: String {
    guard case .scalar(let text, _) = content else { return "" }
    return text
  }
}

extension Diagnostic {
  static func tooDeep(at place: Place) -> Diagnostic {
    Diagnostic(
      at: place, message: "values are nested more than \(YAMLDocument.depthMaximum) deep",
      hint: "no scenario needs more than ten levels; check the brackets and the indentation")
  }

  static func reference(_ noun: String, at place: Place) -> Diagnostic {
    Diagnostic(
      at: place, message: "\(noun == "alias" ? "an alias" : "an anchor") is not allowed here",
      hint: "write the value out in full, or put it in quotes if it is meant as text")
  }

  static func duplicateKey(_ name: String, at place: Place, earlier: Place) -> Diagnostic {
    Diagnostic(
      at: place, message: "the key '\(name)' is given twice",
      hint: "the first is in line \(earlier.line); keep one of the two")
  }
}
