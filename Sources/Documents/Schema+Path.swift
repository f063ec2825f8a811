extension Schema {
  /// The keys that a mapping of this schema may have; empty where the author chooses them.
  package var keys: [(key: String, schema: Schema)] {
    switch form {
    case .object(let properties, _): properties.map { ($0.key, $0.schema) }
    case .either(let schemas): schemas.flatMap(\.keys)
    case .scalar, .list, .entries: []
    }
  }

  /// The schema of a list's items or of a mapping's values.
  package var item: Schema {
    switch form {
    case .list(let item, _), .entries(let item, _): item
    case .either(let schemas): schemas.first { !$0.isLeaf }?.item ?? self
    case .scalar, .object: self
    }
  }

  /// Returns the schema of the value at a path of keys and list positions.
  package func descend(_ path: ArraySlice<String>) -> Schema {
    guard let key = path.first else { return self }
    return (keys.first { $0.key == key }?.schema ?? item).descend(path.dropFirst())
  }

  var isLeaf: Bool {
    switch form {
    case .scalar: true
    case .either(let schemas): schemas.allSatisfy(\.isLeaf)
    case .list, .entries, .object: false
    }
  }

  /// Returns the error in a path to a value of this schema, or nil when the path exists.
  ///
  /// - Parameter node: the value in the document. Names of the author must exist in it, except the last of the
  ///   path; `nil` accepts any name.
  package func error(in path: ArraySlice<String>, of node: Node?) -> Misfit? {
    guard let key = path.first else { return nil }
    guard !isLeaf else {
      return Misfit("there is nothing below a single value", hint: "leave out '\(key)' and what follows it")
    }
    let below: Schema
    if isList, let place = Int(key), place >= 0 {
      below = item
    } else if let known = keys.first(where: { $0.key == key }) {
      below = known.schema
    } else if !keys.isEmpty {
      return Misfit(
        "there is no key '\(key)' here", hint: keys.map(\.key).suggestion(for: key, noun: "keys here"))
    } else if isList {
      return Misfit("'\(key)' is not a place in a list", hint: "count from 0")
    } else {
      let names = node?.pairs.map(\.key)
      if let names, path.count > 1, !names.contains(key) {
        return Misfit("there is no '\(key)' to change", hint: names.suggestion(for: key, noun: "names"))
      }
      below = item
    }
    return below.error(in: path.dropFirst(), of: node.flatMap { $0.value(at: [key]) })
  }

  private var isList: Bool {
    switch form {
    case .list: true
    case .either(let schemas): schemas.contains(where: \.isList)
    case .scalar, .entries, .object: false
    }
  }
}
