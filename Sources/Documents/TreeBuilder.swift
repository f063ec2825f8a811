import Yams

/// Converts the parser's nodes into ours and reports YAML features that we do not accept.
struct TreeBuilder {
  let source: SourceText
  let text: NeutralText
  /// The places of keys that are repeated in one mapping.
  let renamed: [Mark]
  private(set) var diagnostics: [Diagnostic] = []
  private var anchored: [String: Anchored] = [:]
  /// The number of values added by aliases.
  private var addedCount = 0

  /// A value with an anchor, with its number of values and its depth.
  private struct Anchored {
    let node: Node
    let count: Int
    let depth: Int
  }

  /// The limit on values added by aliases. A text that exceeds it was made to exhaust memory.
  private static let addedMaximum = 50_000

  init(source: SourceText, text: NeutralText, renamed: [Mark]) {
    self.source = source
    self.text = text
    self.renamed = renamed
  }

  /// Returns the node at the place. `fallback` is the place of a missing value.
  mutating func node(from node: Yams.Node, at fallback: Place, depth: Int) -> Node {
    let place = node.mark.map { Place(source, line: $0.line, column: $0.column) } ?? fallback
    guard depth <= YAMLDocument.depthMaximum else {
      diagnostics.append(.tooDeep(at: place))
      return Node(content: .scalar("", isQuoted: true), place: place)
    }
    switch node {
    case .scalar(let scalar):
      if let alias = scalar.alias { return value(ofAlias: alias, at: place, depth: depth) }
      let at = scalar.string.isEmpty && scalar.style == .plain ? fallback : place
      return note(self.scalar(scalar, at: at), scalar.anchor)
    case .sequence(let sequence):
      let items = sequence.map { self.node(from: $0, at: place, depth: depth + 1) }
      return note(Node(content: .sequence(items), place: place), sequence.anchor)
    case .mapping(let mapping):
      return note(
        Node(content: .mapping(pairs(of: mapping, depth: depth)), place: place), mapping.anchor)
    case .alias(let alias):
      return value(ofAlias: alias.anchor.rawValue, at: place, depth: depth)
    }
  }

  /// Stores a value under its anchor.
  private mutating func note(_ node: Node, _ anchor: Anchor?) -> Node {
    if let anchor {
      anchored[anchor.rawValue] = Anchored(node: node, count: node.valueCount, depth: node.nesting)
    }
    return node
  }

  /// Returns the value with this anchor above.
  private mutating func value(ofAlias name: String, at place: Place, depth: Int) -> Node {
    let nothing = Node(content: .scalar("", isQuoted: true), place: place)
    guard let value = anchored[name] else {
      let known = anchored.keys.sorted()
      diagnostics.append(
        Diagnostic(
          at: place, message: "there is no anchor '\(name)' above this alias",
          hint: known.isEmpty
            ? "write '&\(name)' before the value that is meant, or put a text that begins with '*' in quotes"
            : known.suggestion(for: name, noun: "anchors")))
      return nothing
    }
    guard depth + value.depth <= YAMLDocument.depthMaximum else {
      diagnostics.append(.tooDeep(at: place))
      return nothing
    }
    addedCount += value.count
    guard addedCount <= Self.addedMaximum else {
      if addedCount - value.count <= Self.addedMaximum { diagnostics.append(.tooMuch(at: place)) }
      return nothing
    }
    return value.node
  }

  private mutating func scalar(_ scalar: Yams.Node.Scalar, at place: Place) -> Node {
    Node(
      content: .scalar(NeutralText.restored(scalar.string), isQuoted: scalar.style != .plain), place: place)
  }

  private mutating func pairs(of mapping: Yams.Node.Mapping, depth: Int) -> [Node.Pair] {
    var pairs: [Node.Pair] = []
    var first: [String: Place] = [:]
    var merged: [(place: Int, pairs: [Node.Pair])] = []
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
      guard scalar.alias == nil else {
        diagnostics.append(.aliasAsKey(at: place))
        continue
      }
      let value = node(from: value, at: place, depth: depth + 1)
      if scalar.string == "<<", scalar.style == .plain {
        merged.append((pairs.count, pairsToMerge(value)))
        continue
      }
      let name = name(of: scalar, at: place)
      if let earlier = first[name] {
        diagnostics.append(.duplicateKey(name, at: place, earlier: earlier))
      } else {
        first[name] = place
        pairs.append(Node.Pair(key: name, keyPlace: place, value: value))
      }
    }
    return Self.merging(merged, into: pairs)
  }

  /// Returns the pairs of the mapping or mappings behind `<<`. The first of two equal keys wins.
  private mutating func pairsToMerge(_ value: Node) -> [Node.Pair] {
    switch value.content {
    case .mapping(let pairs): return pairs
    case .sequence(let items): return items.flatMap { pairsToMerge($0) }
    case .scalar:
      if !value.text.isEmpty {
        diagnostics.append(
          Diagnostic(
            at: value.place, message: "'<<' merges mappings, and this is none",
            hint: "write an alias of a mapping, as in '<<: *common'"))
      }
      return []
    }
  }

  /// Merges pairs. Written keys take precedence over merged ones (YAML 1.1, "Merge Key Language-Independent
  /// Type").
  private static func merging(
    _ merged: [(place: Int, pairs: [Node.Pair])], into pairs: [Node.Pair]
  ) -> [Node.Pair] {
    guard !merged.isEmpty else { return pairs }
    var present = Set(pairs.map(\.key))
    var result: [Node.Pair] = []
    for place in 0...pairs.count {
      for group in merged where group.place == place {
        result += group.pairs.filter { present.insert($0.key).inserted }
      }
      if place < pairs.count { result.append(pairs[place]) }
    }
    return result
  }

  /// Returns a key as it was written, undoing any renaming.
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

extension Yams.Node.Scalar {
  /// The anchor's name, when the scalar represents an alias.
  fileprivate var alias: String? {
    guard style == .plain, string.unicodeScalars.first == NeutralText.asterisk else { return nil }
    return NeutralText.restored(String(string.unicodeScalars.dropFirst()))
  }
}

extension Node {
  /// The number of values in the node, including itself.
  fileprivate var valueCount: Int { children.reduce(1) { $0 + $1.valueCount } }

  /// The number of levels below the node.
  fileprivate var nesting: Int { children.map { $0.nesting + 1 }.max() ?? 0 }

  /// The text of a scalar; empty for anything else.
  package var text: String {
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

  static func aliasAsKey(at place: Place) -> Diagnostic {
    Diagnostic(
      at: place, message: "an alias cannot be a key",
      hint: "write the key out, or put it in quotes if it is meant as text")
  }

  static func tooMuch(at place: Place) -> Diagnostic {
    Diagnostic(
      at: place, message: "the aliases of this file stand for too many values",
      hint: "let aliases refer to values that hold no aliases themselves")
  }

  static func duplicateKey(_ name: String, at place: Place, earlier: Place) -> Diagnostic {
    Diagnostic(
      at: place, message: "the key '\(name)' is given twice",
      hint: "the first is in line \(earlier.line); keep one of the two")
  }
}
