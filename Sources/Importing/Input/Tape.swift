/// A JSON or YAML document as a flat list of tokens of 20 bytes. Large states thus fit in little memory.
final class Tape: Sendable {
  enum Kind: UInt8 {
    case null, word, string, escapedString, array, object
  }

  struct Token {
    var kind: Kind
    /// The start of a scalar's text in `content`.
    var start: UInt32
    /// The bytes of the text of a scalar.
    var length: UInt32
    /// The index after the last token of this value.
    var end: UInt32
    /// The offset in the file.
    var place: UInt32
  }

  let text: InputText
  /// The bytes that tokens refer to; for JSON, the file's own.
  let content: [UInt8]
  let tokens: [Token]

  init(text: InputText, content: [UInt8], tokens: [Token]) {
    self.text = text
    self.content = content
    self.tokens = tokens
  }

  /// The documents of the file, in order.
  var documents: [Datum] {
    var documents: [Datum] = []
    var index = 0
    while index < tokens.count {
      documents.append(Datum(tape: self, index: index))
      index = Int(tokens[index].end)
    }
    return documents
  }
}

/// A value of a JSON or YAML document.
struct Datum: Sendable {
  let tape: Tape
  let index: Int

  private var token: Tape.Token { tape.tokens[index] }

  var isObject: Bool { token.kind == .object }
  var isArray: Bool { token.kind == .array }
  var isNull: Bool { token.kind == .null }

  /// The value of a key; `nil` when the key is missing or null.
  subscript(key: String) -> Datum? {
    guard token.kind == .object else { return nil }
    return key.utf8.withContiguousStorageIfAvailable { name in
      tape.content.withUnsafeBufferPointer { content -> Datum? in
        var child = index + 1
        while child < Int(token.end) {
          let key = tape.tokens[child]
          if Int(key.length) == name.count,
            name.elementsEqual(content[Int(key.start)..<Int(key.start + key.length)])
          {
            let value = Datum(tape: tape, index: child + 1)
            return value.isNull ? nil : value
          }
          child = Int(tape.tokens[child + 1].end)
        }
        return nil
      }
    } ?? nil
  }

  /// The value at a path of keys.
  subscript(path: String...) -> Datum? {
    var value: Datum? = self
    for key in path { value = value?[key] }
    return value
  }

  /// The items of an array; empty for anything else.
  var items: [Datum] {
    guard token.kind == .array else { return [] }
    var items: [Datum] = []
    var child = index + 1
    while child < Int(token.end) {
      items.append(Datum(tape: tape, index: child))
      child = Int(tape.tokens[child].end)
    }
    return items
  }

  /// The items of an array, or the value itself, because many formats allow a single value for a list.
  var list: [Datum] { isArray ? items : isNull ? [] : [self] }

  /// The members of an object in the order of the file; empty for anything else.
  var members: [(key: String, value: Datum)] {
    guard token.kind == .object else { return [] }
    var members: [(key: String, value: Datum)] = []
    var child = index + 1
    while child < Int(token.end) {
      members.append((Datum(tape: tape, index: child).text ?? "", Datum(tape: tape, index: child + 1)))
      child = Int(tape.tokens[child + 1].end)
    }
    return members
  }

  /// The text of a scalar, quoted or not.
  var text: String? {
    switch token.kind {
    case .null, .array, .object: return nil
    case .word, .string: return String(decoding: bytes, as: UTF8.self)
    case .escapedString: return JSONEscapes.resolved(bytes)
    }
  }

  private var bytes: ArraySlice<UInt8> {
    tape.content[Int(token.start)..<Int(token.start + token.length)]
  }

  /// The whole number, even in quotes. A fraction of zeros is allowed.
  var integer: Int64? {
    guard let text else { return nil }
    return Int64(text) ?? Double(text).flatMap { Int64(exactly: $0) }
  }

  var number: Double? { text.flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil } }

  var flag: Bool? {
    switch text?.lowercased() {
    case "true", "yes", "on": true
    case "false", "no", "off": false
    default: nil
    }
  }

  /// The offset in the file.
  var offset: Int { Int(token.place) }

  func origin(_ subject: String = "") -> Origin { tape.text.origin(offset: offset, subject) }
}
