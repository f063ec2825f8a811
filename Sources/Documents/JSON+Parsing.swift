extension JSON {
  /// Reads JSON with whole numbers, after RFC 8259. The error has the place of the first violation.
  package init(parsing source: SourceText) throws(InputError) {
    var parser = JSONParser(Array(source.text.utf8))
    do throws(JSONParser.Failure) {
      self = try parser.document()
    } catch {
      throw InputError(
        Diagnostic(
          at: source.place(ofByte: error.offset),
          message: "this is not JSON as firedrill writes it: \(error.problem)",
          hint: "give a report that 'firedrill run' wrote with the format 'json'"))
    }
  }

  package subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.0 == key }?.1
  }

  package var text: String? { if case .string(let text) = self { text } else { nil } }
  package var number: Int64? { if case .integer(let number) = self { number } else { nil } }
  package var flag: Bool? { if case .boolean(let flag) = self { flag } else { nil } }
  package var items: [JSON] { if case .array(let items) = self { items } else { [] } }
  package var members: [(String, JSON)] { if case .object(let members) = self { members } else { [] } }
}

extension SourceText {
  fileprivate func place(ofByte offset: Int) -> Place {
    let before = text.utf8.prefix(offset)
    let line = before.reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
    return Place(self, line: line, column: column)
  }
}

private struct JSONParser {
  struct Failure: Error {
    let problem: String
    let offset: Int
  }

  private static let depthMaximum = 64
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(Failure) -> JSON {
    let value = try value(depth: 0)
    skipSpace()
    guard place == bytes.count else { throw failure("something stands behind the end") }
    return value
  }

  private func failure(_ problem: String) -> Failure { Failure(problem: problem, offset: place) }

  private mutating func skipSpace() {
    while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
  }

  private mutating func take(_ character: Character) -> Bool {
    skipSpace()
    guard place < bytes.count, bytes[place] == character.asciiValue else { return false }
    place += 1
    return true
  }

  private mutating func value(depth: Int) throws(Failure) -> JSON {
    guard depth < Self.depthMaximum else { throw failure("it is nested too deeply") }
    skipSpace()
    guard place < bytes.count else { throw failure("it ends in the middle") }
    switch bytes[place] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .integer(try number())
    default: return try word()
    }
  }

  private mutating func object(depth: Int) throws(Failure) -> JSON {
    place += 1
    var members: [(String, JSON)] = []
    if take("}") { return .object(members) }
    repeat {
      skipSpace()
      let key = try string()
      guard take(":") else { throw failure("a colon is missing") }
      members.append((key, try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw failure("a closing brace is missing") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(Failure) -> JSON {
    place += 1
    var items: [JSON] = []
    if take("]") { return .array(items) }
    repeat { items.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw failure("a closing bracket is missing") }
    return .array(items)
  }

  private mutating func number() throws(Failure) -> Int64 {
    let start = place
    place += 1
    while place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) { place += 1 }
    let digits = String(decoding: bytes[start..<place], as: UTF8.self)
    let isFraction =
      place < bytes.count && [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[place])
    guard !isFraction, let number = Int64(digits) else {
      throw failure("a number is not whole, or too large")
    }
    return number
  }

  private mutating func word() throws(Failure) -> JSON {
    for (word, value) in [("true", JSON.boolean(true)), ("false", .boolean(false)), ("null", .null)]
    where bytes[place...].starts(with: word.utf8) {
      place += word.utf8.count
      return value
    }
    throw failure("a value is missing")
  }

  private mutating func string() throws(Failure) -> String {
    guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
      throw failure("a name or text is missing")
    }
    place += 1
    var content: [UInt8] = []
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      guard bytes[place] >= 0x20 else { throw failure("a text is not closed") }
      if bytes[place] == UInt8(ascii: "\\") {
        content += Array(String(try escape()).utf8)
      } else {
        content.append(bytes[place])
        place += 1
      }
    }
    guard place < bytes.count else { throw failure("a text is not closed") }
    place += 1
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func escape() throws(Failure) -> Unicode.Scalar {
    let escapes: [(Character, Unicode.Scalar)] = [
      ("\"", "\""), ("\\", "\\"), ("/", "/"), ("b", "\u{8}"), ("f", "\u{C}"), ("n", "\n"), ("r", "\r"),
      ("t", "\t"),
    ]
    place += 1
    guard place < bytes.count else { throw failure("a text is not closed") }
    if let scalar = escapes.first(where: { $0.0.asciiValue == bytes[place] })?.1 {
      place += 1
      return scalar
    }
    guard bytes[place] == UInt8(ascii: "u"), place + 4 < bytes.count,
      let code = UInt32(String(decoding: bytes[(place + 1)...(place + 4)], as: UTF8.self), radix: 16),
      let scalar = Unicode.Scalar(code)
    else { throw failure("an escape is unknown") }
    place += 5
    return scalar
  }
}
