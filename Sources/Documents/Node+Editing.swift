extension Node {
  /// The text of a single value; `nil` for a list, a mapping and a missing value.
  package var scalarText: String? {
    guard case .scalar(let text, _) = content, !isNull else { return nil }
    return text
  }

  /// The keys and values of a mapping in their order; empty for anything else.
  package var entries: [(key: String, value: Node)] { pairs.map { ($0.key, $0.value) } }

  /// The value as one line of YAML.
  package var oneLine: String {
    switch content {
    case .scalar(let text, _): text
    case .sequence(let items): "[" + items.map(\.oneLine).joined(separator: ", ") + "]"
    case .mapping(let pairs):
      "{ " + pairs.map { "\($0.key): \($0.value.oneLine)" }.joined(separator: ", ") + " }"
    }
  }

  /// Returns the value at a path of keys and list positions; `nil` where the path leads out of the document.
  package func value(at path: ArraySlice<String>) -> Node? {
    guard let first = path.first else { return self }
    let rest = path.dropFirst()
    switch content {
    case .scalar: return nil
    case .mapping: return self[first]?.value(at: rest)
    case .sequence(let items):
      guard let index = Int(first), items.indices.contains(index) else { return nil }
      return items[index].value(at: rest)
    }
  }

  /// Returns the document with another value at a path; `nil` as the value removes the key.
  ///
  /// Only the last key of the path may be new. Returns `nil` where the path leads out of the document.
  package func setting(_ path: ArraySlice<String>, to value: Node?) -> Node? {
    guard let key = path.first else { return value }
    let rest = path.dropFirst()
    var node = self
    switch content {
    case .scalar: return nil
    case .sequence(var items):
      guard let index = Int(key), items.indices.contains(index) else { return nil }
      guard rest.isEmpty else {
        guard let item = items[index].setting(rest, to: value) else { return nil }
        items[index] = item
        node.content = .sequence(items)
        return node
      }
      if let value { items[index] = value } else { items.remove(at: index) }
      node.content = .sequence(items)
    case .mapping(var pairs):
      let index = pairs.firstIndex { $0.key == key }
      guard rest.isEmpty else {
        guard let index, let child = pairs[index].value.setting(rest, to: value) else { return nil }
        pairs[index].value = child
        node.content = .mapping(pairs)
        return node
      }
      switch (index, value) {
      case (let index?, let value?): pairs[index].value = value
      case (let index?, nil): pairs.remove(at: index)
      case (nil, let value?): pairs.append(Pair(key: key, keyPlace: place, value: value))
      case (nil, nil): break
      }
      node.content = .mapping(pairs)
    }
    return node
  }

  /// A mapping of one key, at the place of its value.
  package static func mapping(_ key: String, _ value: Node) -> Node {
    Node(content: .mapping([Pair(key: key, keyPlace: value.place, value: value)]), place: value.place)
  }
}
