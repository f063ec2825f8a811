/// A value of a YAML document with its place.
///
/// Scalars are kept as written: only the reader of a value knows whether `1e3` is a number or a name.
package struct Node: Sendable {
  package indirect enum Content: Sendable {
    /// A scalar. `isQuoted` distinguishes an empty text from a missing value.
    case scalar(String, isQuoted: Bool)
    case sequence([Node])
    case mapping([Pair])
  }

  package struct Pair: Sendable {
    package let key: String
    package let keyPlace: Place
    package var value: Node

    package init(key: String, keyPlace: Place, value: Node) {
      self.key = key
      self.keyPlace = keyPlace
      self.value = value
    }
  }

  package var content: Content
  package let place: Place

  package init(content: Content, place: Place) {
    self.content = content
    self.place = place
  }

  /// Whether no value is written: `key:` alone, `~` or `null`.
  package var isNull: Bool {
    guard case .scalar(let text, isQuoted: false) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// The kind of the value, in words for people.
  package var kindName: String {
    switch content {
    case .scalar: isNull ? "nothing" : "a single value"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// The pairs of a mapping in the order of the file; empty for anything else.
  package var pairs: [Pair] {
    guard case .mapping(let pairs) = content else { return [] }
    return pairs
  }

  /// The value of a key of a mapping.
  package subscript(key: String) -> Node? { pairs.first { $0.key == key }?.value }

  /// Returns the value at a path of keys and list positions, or the last one reached.
  package func descend(_ path: [String]) -> Node {
    guard let first = path.first else { return self }
    switch content {
    case .scalar: return self
    case .mapping: return self[first]?.descend(Array(path.dropFirst())) ?? self
    case .sequence(let items):
      guard let index = Int(first), items.indices.contains(index) else { return self }
      return items[index].descend(Array(path.dropFirst()))
    }
  }
}
