/// An option `--set KEY=VALUE`, which replaces one value of a document before it is read.
///
/// The key is a path from the root: `services.database.host`, `strategies.nightly.backups.0.lock`. A key that contains
/// a dot stands in quotes; a place in a list can stand in brackets: `backups[0].lock`. The value is YAML.
package struct Setting: Sendable {
  package private(set) var path: [String]
  package private(set) var value: Node
  private let text: String

  /// Parses an option; throws when the option is not `KEY=VALUE` or the value is not YAML.
  package init(_ option: String) throws(InputError) {
    text = option
    guard let (path, rest) = Self.split(option), path.allSatisfy({ !$0.isEmpty }) else {
      throw InputError(
        Self.diagnostic(
          option, column: 1, message: "this is not a setting",
          hint: "write KEY=VALUE with a path to the value, for example 'objectives.rpo=4 h'"))
    }
    guard rest.contains(where: { !$0.isWhitespace }) else {
      throw InputError(
        Self.diagnostic(
          option, column: option.count + 1, message: "there is nothing to set",
          hint: "write a value behind the '='"))
    }
    self.path = path
    let source = SourceText(name: "--set \(path.joined(separator: "."))", text: String(rest))
    let document = try YAMLDocument(source)
    guard document.diagnostics.isEmpty else { throw InputError(document.diagnostics) }
    value = document.root
  }

  /// Replaces former names of keys in the path and in the value.
  package mutating func replaceFormerKeys(of schema: Schema, _ former: inout FormerKeys) {
    let place = Place(SourceText(name: "--set", text: text), line: 1, column: 1)
    path = former.replaced(in: path, schema, at: place)
    value = former.replaced(in: value, schema.descend(path[...]))
  }

  /// Sets the value in the document. The path must exist in the schema. Parts named by the author must exist
  /// in the document, except the last.
  package func apply(to root: inout Node, schema: Schema) throws(InputError) {
    try put(path[...], into: &root, schema: schema)
  }

  private func put(_ path: ArraySlice<String>, into node: inout Node, schema: Schema) throws(InputError) {
    guard let key = path.first else {
      node = value
      return
    }
    let rest = path.dropFirst()
    if case .sequence(var items) = node.content {
      guard let index = Int(key), items.indices.contains(index) else {
        throw failure(key, "'\(key)' is not a place in a list of \(items.count)", "count from 0")
      }
      try put(rest, into: &items[index], schema: schema.item)
      node.content = .sequence(items)
      return
    }
    let ways = schema.keys
    let isEntry = ways.isEmpty
    let present = node.pairs.map(\.key)
    guard !schema.isLeaf else {
      throw failure(key, "there is nothing below a single value", "leave out '\(key)' and what follows it")
    }
    if isEntry ? !present.contains(key) : !ways.contains(where: { $0.key == key }) {
      let known = isEntry ? present : ways.map(\.key)
      throw failure(
        key, "there is no '\(key)' to set", known.suggestion(for: key, noun: isEntry ? "names" : "keys here"))
    }
    var pairs = node.pairs
    let below = ways.first { $0.key == key }?.schema ?? schema.item
    if let place = pairs.firstIndex(where: { $0.key == key }) {
      try put(rest, into: &pairs[place].value, schema: below)
    } else {
      var fresh = Node(content: .mapping([]), place: value.place)
      try put(rest, into: &fresh, schema: below)
      pairs.append(Node.Pair(key: key, keyPlace: value.place, value: fresh))
    }
    node = Node(content: .mapping(pairs), place: node.place)
  }

  private func failure(_ key: String, _ message: String, _ hint: String) -> InputError {
    let offset =
      text.ranges(of: key).first.map { text.distance(from: text.startIndex, to: $0.lowerBound) } ?? 0
    return InputError(Self.diagnostic(text, column: offset + 1, message: message, hint: hint))
  }

  private static func diagnostic(_ option: String, column: Int, message: String, hint: String) -> Diagnostic {
    Diagnostic(
      at: Place(SourceText(name: "--set", text: option), line: 1, column: column), message: message,
      hint: hint)
  }

  /// Returns the path before the first unquoted `=`, and the text after it.
  private static func split(_ option: String) -> (path: [String], value: Substring)? {
    var path = [""]
    var quote: Character?
    for index in option.indices {
      switch (option[index], quote) {
      case ("=", nil): return (path, option[option.index(after: index)...])
      case (".", nil), ("[", nil): path.append("")
      case ("]", nil): break
      case ("\"", nil), ("'", nil): quote = option[index]
      case (let character, let open) where character == open: quote = nil
      case (let character, _): path[path.count - 1].append(character)
      }
    }
    return nil
  }
}
