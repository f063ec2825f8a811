/// A JSON value after RFC 8259 with ordered members and whole numbers.
package indirect enum JSON: Sendable {
  case null
  case string(String)
  case integer(Int64)
  case boolean(Bool)
  case array([JSON])
  case object([(String, JSON)])

  /// Returns the text indented by two spaces. An array of scalars stays on one line.
  package func text(indentation: String = "") -> String {
    let inner = indentation + "  "
    switch self {
    case .null: return "null"
    case .string(let text): return Self.quoted(text)
    case .integer(let number): return "\(number)"
    case .boolean(let flag): return flag ? "true" : "false"
    case .array(let items):
      if items.allSatisfy(\.isScalar) { return "[" + items.map { $0.text() }.joined(separator: ", ") + "]" }
      let lines = items.map { inner + $0.text(indentation: inner) }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(indentation)]"
    case .object(let members):
      if members.isEmpty { return "{}" }
      let lines = members.map { "\(inner)\(Self.quoted($0.0)): \($0.1.text(indentation: inner))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indentation)}"
    }
  }

  /// The text without spaces, for programs that receive large amounts.
  package var compactText: String {
    switch self {
    case .null, .string, .integer, .boolean: text()
    case .array(let items): "[" + items.map(\.compactText).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { "\(Self.quoted($0.0)):\($0.1.compactText)" }.joined(separator: ",") + "}"
    }
  }

  private var isScalar: Bool {
    switch self {
    case .null, .string, .integer, .boolean: true
    case .array, .object: false
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\0"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
