import Foundation

/// The package's own files, as they lie in the working copy.
enum SourceTree {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

  struct File: Sendable, CustomStringConvertible {
    /// From the root: `Sources/Units/Instant.swift`.
    let path: String
    let lines: [Substring]
    /// The lines without what stands behind `//`, and without the contents of string literals.
    let code: [String]

    init(path: String, text: String) {
      self.path = path
      lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      code = lines.map { $0.withoutCommentsAndStrings }
    }

    /// The folder below `Sources` or `Tests`.
    var target: String { String(path.split(separator: "/")[1]) }
    var description: String { path }

    /// Whether a piece of code stands anywhere in it.
    func mentions(_ piece: String) -> Bool { code.contains { $0.contains(piece) } }

    /// The modules that it imports, in whatever way.
    var imports: [String] {
      code.compactMap { line in
        let words = line.split { $0 == " " || $0 == "\t" }.map(String.init)
        guard let place = words.firstIndex(of: "import"),
          words[..<place].allSatisfy({ Self.modifiers.contains($0) || $0.hasPrefix("@") })
        else { return nil }
        let kinds = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
        return words[(place + 1)...].first { !kinds.contains($0) }.map {
          String($0.prefix { $0 != "." && $0 != ";" })
        }
      }
    }

    private static let modifiers = ["public", "package", "internal", "fileprivate", "private"]
  }

  /// Every Swift file below a folder of the root, by path.
  static func swiftFiles(in folder: String) -> [File] {
    let names = FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.allObjects ?? []
    return names.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().map { name in
      File(path: "\(folder)/\(name)", text: text(of: "\(folder)/\(name)"))
    }
  }

  static func text(of path: String) -> String {
    (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
  }

  static func entries(of folder: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path).sorted()
  }
}

extension Substring {
  fileprivate var withoutCommentsAndStrings: String {
    var code = ""
    var isInString = false
    var previous: Character = " "
    for character in self {
      if character == "\"" && previous != "\\" { isInString.toggle() }
      if !isInString && character == "/" && previous == "/" { return String(code.dropLast()) }
      if !isInString { code.append(character) }
      previous = previous == "\\" && character == "\\" ? " " : character
    }
    return code
  }
}
