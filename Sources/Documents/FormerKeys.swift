/// The replacement of former names of keys by their present names, before a document is read.
///
/// A document with a former name is still read, with a caution. A mapping with both names is an error.
package struct FormerKeys {
  package private(set) var cautions: [Caution] = []
  package private(set) var diagnostics: [Diagnostic] = []

  package init() {}

  /// Returns the document with the present names of all keys.
  package mutating func replaced(in node: Node, _ schema: Schema) -> Node {
    var node = node
    switch (schema.form, node.content) {
    case (.object(let properties, _), .mapping(let pairs)):
      node.content = .mapping(pairs.compactMap { replaced($0, among: pairs, properties) })
    case (.entries(let item, _), .mapping(let pairs)):
      node.content = .mapping(
        pairs.map { pair in
          var pair = pair
          pair.value = replaced(in: pair.value, item)
          return pair
        })
    case (.list(let item, _), .sequence(let items)):
      node.content = .sequence(items.map { replaced(in: $0, item) })
    case (.either(let schemas), _):
      for schema in schemas { node = replaced(in: node, schema) }
    default: break
    }
    return node
  }

  private mutating func replaced(
    _ pair: Node.Pair, among pairs: [Node.Pair], _ properties: [Schema.Property]
  ) -> Node.Pair? {
    var pair = pair
    if let property = properties.first(where: { $0.key == pair.key }) {
      pair.value = replaced(in: pair.value, property.schema)
    } else if let property = properties.first(where: { $0.formerKey == pair.key }) {
      guard !pairs.contains(where: { $0.key == property.key }) else {
        diagnostics.append(
          Diagnostic(
            at: pair.keyPlace,
            message: "'\(pair.key)' is the former name of '\(property.key)', which is here too",
            hint: "remove '\(pair.key)'"))
        return nil
      }
      note(pair.key, property.key, at: pair.keyPlace)
      pair = Node.Pair(
        key: property.key, keyPlace: pair.keyPlace, value: replaced(in: pair.value, property.schema))
    }
    return pair
  }

  /// Returns a path of keys and list positions with the present names of its keys.
  ///
  /// - Parameter place: the place of the text with the path.
  package mutating func replaced(in path: [String], _ schema: Schema, at place: Place) -> [String] {
    guard let key = path.first else { return [] }
    let rest = Array(path.dropFirst())
    guard let property = schema.properties.first(where: { $0.key == key || $0.formerKey == key }) else {
      return [key] + replaced(in: rest, schema.item, at: place)
    }
    if property.key != key { note(key, property.key, at: place) }
    return [property.key] + replaced(in: rest, property.schema, at: place)
  }

  private mutating func note(_ former: String, _ present: String, at place: Place) {
    let caution = Caution(
      message: "'\(former)' is the former name of '\(present)'", hint: "write '\(present)'",
      file: place.source.name, line: place.line)
    // An anchor's value is read wherever an alias stands for it.
    if !cautions.contains(caution) { cautions.append(caution) }
  }
}

extension Schema {
  /// The keys of a mapping of this schema; empty where the author chooses them.
  fileprivate var properties: [Property] {
    switch form {
    case .object(let properties, _): properties
    case .either(let schemas): schemas.flatMap(\.properties)
    case .scalar, .list, .entries: []
    }
  }
}
