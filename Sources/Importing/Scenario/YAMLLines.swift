/// Lines of a scenario, with the comment behind each.
struct YAMLLines {
  private(set) var lines: [String] = []

  /// Adds a line; the comment says where its value comes from.
  mutating func add(_ text: String, _ comment: String = "", indentation: Int = 0) {
    let padding = String(repeating: " ", count: indentation)
    lines.append(padding + text + (comment.isEmpty ? "" : " # \(comment.oneLine)"))
  }

  mutating func comment(_ text: String, indentation: Int = 0) {
    lines.append(String(repeating: " ", count: indentation) + "# \(text.oneLine)")
  }

  var text: String { lines.joined(separator: "\n") + "\n" }
}

extension String {
  /// Without line ends and other control characters, which would end a comment.
  var oneLine: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map {
          $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x2028 || $0.value == 0x2029
            ? " " : $0
        }))
  }

  /// A name that scenarios allow: letters, digits, '.', '_' and '-', a letter or digit first, at most 40.
  var asName: String {
    var name = ""
    for scalar in unicodeScalars {
      let isFit = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      if isFit || "._-".unicodeScalars.contains(scalar) {
        name.unicodeScalars.append(scalar)
      } else if !name.hasSuffix("-") {
        name.append("-")
      }
    }
    while let first = name.first, "._-".contains(first) { name.removeFirst() }
    name = String(name.prefix(40))
    while let last = name.last, "._-".contains(last) { name.removeLast() }
    return name.isEmpty ? "unnamed" : name
  }

  /// A YAML text in double quotes.
  var quotedForYAML: String {
    "\"" + oneLine.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

/// Names that are given once each.
struct UniqueNames {
  private var used: Set<String> = []

  /// The wanted name, with a number behind it when it is taken.
  mutating func name(_ wanted: String) -> String {
    var name = wanted.asName
    var number = 2
    while !used.insert(name).inserted {
      name = "\(wanted.asName.prefix(36))-\(number)"
      number += 1
    }
    return name
  }
}
