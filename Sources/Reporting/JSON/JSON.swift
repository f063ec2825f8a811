/// A JSON value after RFC 8259 whose members keep their order; numbers are whole.
indirect enum JSON {
  case null
  case string(String)
  case integer(Int64)
  case boolean(Bool)
  case array([JSON])
  case object([(name: String, value: JSON)])

  /// Indented by two spaces.
  func text(indentation: String = "") -> String {
    let inner = indentation + "  "
    func block(_ open: String, _ lines: [String], _ close: String) -> String {
      lines.isEmpty
        ? open + close
        : "\(open)\n" + lines.map { inner + $0 }.joined(separator: ",\n") + "\n\(indentation)\(close)"
    }
    switch self {
    case .null: return "null"
    case .string(let text): return Self.quoted(text)
    case .integer(let number): return "\(number)"
    case .boolean(let flag): return flag ? "true" : "false"
    case .array(let items): return block("[", items.map { $0.text(indentation: inner) }, "]")
    case .object(let members):
      let lines = members.map { "\(Self.quoted($0.name)): \($0.value.text(indentation: inner))" }
      return block("{", lines, "}")
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
