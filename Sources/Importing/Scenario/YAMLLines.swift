/// The lines of a scenario with their comments.
struct YAMLLines {
  private(set) var lines: [String] = []

  /// Adds a line with a comment on the origin of its value.
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
  /// The text without line ends and control characters, which would end a comment.
  var oneLine: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map {
          $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x2028 || $0.value == 0x2029
            ? " " : $0
        }))
  }

  /// The text as an allowed name: letters, digits, '.', '_' and '-', a letter or digit first, at most 40.
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

  /// The text in double quotes, as YAML.
  var quotedForYAML: String {
    "\"" + oneLine.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

/// A set of unique names.
struct UniqueNames {
  private var used: Set<String> = []

  /// Returns the wanted name, with a number if it is taken.
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
