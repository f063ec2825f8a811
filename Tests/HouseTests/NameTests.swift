import Testing

/// One name for one thing: a top-level type's name occurs once in all targets.
@Suite struct NameTests {
  private static let keywords: Set<String> = ["struct", "class", "enum", "protocol", "actor", "typealias"]
  private static let modifiers: Set<String> = ["public", "package", "internal", "final", "indirect"]

  /// The names of the types that a file declares at its top level and shows to others.
  private static func names(in file: SourceTree.File) -> [String] {
    file.code.compactMap { line in
      guard line.first?.isLetter == true || line.first == "@" else { return nil }
      let words = line.split(separator: " ").drop { modifiers.contains(String($0)) || $0.hasPrefix("@") }
      guard words.count > 1, let keyword = words.first, keywords.contains(String(keyword)) else { return nil }
      return String(words[words.startIndex + 1].prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    }
  }

  @Test func noTypeNameOccursTwice() {
    var files: [String: [String]] = [:]
    for file in SourceTree.swiftFiles(in: "Sources") {
      for name in Self.names(in: file) { files[name, default: []].append(file.path) }
    }
    #expect(files.count > 500)
    for (name, places) in files.sorted(by: { $0.key < $1.key }) where places.count > 1 {
      Issue.record("'\(name)' is declared in \(places.joined(separator: " and "))")
    }
  }

  @Test func theNamesAreFoundWhereTheyAre() {
    let file = SourceTree.File(
      path: "Sources/Units/X.swift",
      text: """
        public struct Extent: Hashable {
          struct Inner {}
        }
        private enum Secret {}
        @main struct Tool {}
        package indirect enum Tree<Leaf> {}
        extension Extent {}
        """)
    #expect(Self.names(in: file) == ["Extent", "Tool", "Tree"])
  }
}
