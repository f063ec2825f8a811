extension Node {
  /// The document as YAML in block style; reading it gives the same document.
  package var yaml: String { lines().joined(separator: "\n") + "\n" }

  private func lines() -> [String] {
    switch content {
    case .scalar: [inline]
    case .mapping(let pairs):
      pairs.flatMap { pair -> [String] in
        let key = "\(Self.written(key: pair.key)):"
        return pair.value.isInline
          ? ["\(key) \(pair.value.inline)"] : [key] + pair.value.lines().map { "  \($0)" }
      }
    case .sequence(let items):
      items.flatMap { item -> [String] in
        guard !item.isInline else { return ["- \(item.inline)"] }
        return item.lines().enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
      }
    }
  }

  private var isInline: Bool {
    switch content {
    case .scalar: true
    case .mapping(let pairs): pairs.isEmpty
    case .sequence(let items): items.allSatisfy { if case .scalar = $0.content { true } else { false } }
    }
  }

  private var inline: String {
    switch content {
    case .scalar(let text, let isQuoted):
      isQuoted || !text.isPlainEverywhere ? JSON.string(text).text() : text
    case .mapping: "{}"
    case .sequence(let items): "[" + items.map(\.inline).joined(separator: ", ") + "]"
    }
  }

  private static func written(key: String) -> String {
    let isPlain = key.unicodeScalars.allSatisfy {
      "a"..."z" ~= $0 || "A"..."Z" ~= $0 || "0"..."9" ~= $0 || $0 == "-" || $0 == "_" || $0 == "."
    }
    return isPlain && !key.isEmpty ? key : JSON.string(key).text()
  }
}

extension Node {
  /// The places of all removable parts: pairs and items, from the root, outer ones first.
  package var removablePaths: [[Int]] {
    var level: [(path: [Int], node: Node)] = [([], self)]
    var paths: [[Int]] = []
    while !level.isEmpty {
      level = level.flatMap { path, node in
        node.children.enumerated().map { (path + [$0.offset], $0.element) }
      }
      paths += level.map(\.path)
    }
    return paths
  }

  /// Returns the document without the part at a path; `nil` when there is none.
  package func removing(at path: [Int]) -> Node? {
    guard let place = path.first, children.indices.contains(place) else { return nil }
    let rest = Array(path.dropFirst())
    let child = rest.isEmpty ? nil : children[place].removing(at: rest)
    guard rest.isEmpty || child != nil else { return nil }
    var node = self
    switch content {
    case .scalar: return nil
    case .mapping(var pairs):
      if let child { pairs[place].value = child } else { pairs.remove(at: place) }
      node.content = .mapping(pairs)
    case .sequence(var items):
      if let child { items[place] = child } else { items.remove(at: place) }
      node.content = .sequence(items)
    }
    return node
  }

  package var children: [Node] {
    switch content {
    case .scalar: []
    case .mapping(let pairs): pairs.map(\.value)
    case .sequence(let items): items
    }
  }
}

extension String {
  /// Whether the text stays the same scalar without quotes, in block and in flow style.
  fileprivate var isPlainEverywhere: Bool {
    !isEmpty && !contains(": ") && !contains(" #") && last != ":"
      && unicodeScalars.allSatisfy { !",[]{}\n\t\"'&*".unicodeScalars.contains($0) }
      && !"-?:|>@`%!#".contains(first ?? "-") || isNegativeNumber
  }

  private var isNegativeNumber: Bool {
    first == "-" && dropFirst().first?.isNumber == true
      && unicodeScalars.allSatisfy { !",[]{}".unicodeScalars.contains($0) }
  }
}
