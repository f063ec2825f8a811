import Documents

extension Tape {
  /// Reads JSON after RFC 8259: one or several consecutive documents, after lines of plain text.
  ///
  /// Complexity: O(bytes).
  convenience init(json text: InputText) throws(InputError) {
    var reader = JSONReader(text.bytes, start: Self.jsonStart(in: text))
    do throws(JSONReader.Failure) {
      try reader.readAll()
    } catch {
      throw text.failure(offset: error.offset, error.problem, hint: error.hint)
    }
    self.init(text: text, content: text.bytes, tokens: reader.tokens)
  }

  /// Returns the offset of the first line with a brace or bracket. Tools print notes before it.
  private static func jsonStart(in text: InputText) -> Int {
    var isLineStart = true
    for (offset, byte) in text.bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "\n"): isLineStart = true
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        if isLineStart { return offset }
      default: isLineStart = false
      }
    }
    return 0
  }
}

/// A reader of JSON that turns bytes into tokens.
private struct JSONReader {
  struct Failure: Error {
    let offset: Int
    let problem: String
    let hint: String
  }

  private static let depthMaximum = 256
  private let bytes: [UInt8]
  private var place: Int
  private(set) var tokens: [Tape.Token] = []

  init(_ bytes: [UInt8], start: Int) {
    self.bytes = bytes
    place = start
    tokens.reserveCapacity(bytes.count / 16)
  }

  mutating func readAll() throws(Failure) {
    repeat {
      try value(depth: 0)
      skipSpace()
      if place < bytes.count, bytes[place] != UInt8(ascii: "{"), isOfFio { skipText() }
    } while place < bytes.count
  }

  /// Whether fio wrote the documents. With '--output-format=normal,json' text follows them.
  private var isOfFio: Bool {
    tokens.prefix(3).contains { token in
      token.kind == .string
        && bytes[Int(token.start)..<Int(token.start + token.length)].elementsEqual("fio version".utf8)
    }
  }

  /// Moves to the next line that begins with a brace, or to the end.
  private mutating func skipText() {
    while place < bytes.count {
      while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { place += 1 }
      skipSpace()
      if place < bytes.count, bytes[place] == UInt8(ascii: "{") { return }
    }
  }

  private func failure(_ problem: String, _ hint: String) -> Failure {
    place < bytes.count
      ? Failure(offset: place, problem: problem, hint: hint)
      : Failure(
        offset: bytes.count, problem: "the JSON ends in the middle: \(problem)",
        hint: "save the whole output of the tool; this file was cut off")
  }

  private mutating func skipSpace() {
    while place < bytes.count {
      switch bytes[place] {
      case 0x20, 0x09, 0x0A, 0x0D: place += 1
      default: return
      }
    }
  }

  private mutating func value(depth: Int) throws(Failure) {
    skipSpace()
    guard place < bytes.count else { throw failure("a value is missing", "write a value") }
    guard depth < Self.depthMaximum else {
      throw failure("this is nested more than \(Self.depthMaximum) deep", "check that this is the right file")
    }
    switch bytes[place] {
    case UInt8(ascii: "{"): try object(depth)
    case UInt8(ascii: "["): try array(depth)
    case UInt8(ascii: "\""): try string()
    default: try word()
    }
  }

  private mutating func open(_ kind: Tape.Kind) -> Int {
    tokens.append(Tape.Token(kind: kind, start: 0, length: 0, end: 0, place: UInt32(place)))
    place += 1
    return tokens.count - 1
  }

  private mutating func object(_ depth: Int) throws(Failure) {
    let index = open(.object)
    skipSpace()
    if !take(UInt8(ascii: "}")) {
      repeat {
        skipSpace()
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
          throw failure("a key in quotes is missing", "write '\"key\": value'")
        }
        try string()
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw failure("a colon is missing", "write '\"key\": value'") }
        try value(depth: depth + 1)
        skipSpace()
      } while take(UInt8(ascii: ","))
      guard take(UInt8(ascii: "}")) else {
        throw failure("a comma or a closing brace is missing", "close the brace, or put a comma before this")
      }
    }
    tokens[index].end = UInt32(tokens.count)
  }

  private mutating func array(_ depth: Int) throws(Failure) {
    let index = open(.array)
    skipSpace()
    if !take(UInt8(ascii: "]")) {
      repeat {
        try value(depth: depth + 1)
        skipSpace()
      } while take(UInt8(ascii: ","))
      guard take(UInt8(ascii: "]")) else {
        throw failure(
          "a comma or a closing bracket is missing", "close the bracket, or put a comma before this")
      }
    }
    tokens[index].end = UInt32(tokens.count)
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard place < bytes.count, bytes[place] == byte else { return false }
    place += 1
    return true
  }

  private mutating func string() throws(Failure) {
    let start = place
    place += 1
    var kind = Tape.Kind.string
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      if bytes[place] == UInt8(ascii: "\\") {
        kind = .escapedString
        place += 1
      } else if bytes[place] < 0x20, bytes[place] != 0x09 {
        throw failure("a text in quotes is not closed", "close the quotes on the line where they begin")
      }
      place += 1
    }
    guard place < bytes.count else {
      place = bytes.count
      throw failure("a text in quotes is not closed", "close the quotes")
    }
    append(kind, from: start + 1, at: start)
    place += 1
  }

  private mutating func word() throws(Failure) {
    let start = place
    scan: while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
        place += 1
      default: break scan
      }
    }
    let word = bytes[start..<place]
    if word.elementsEqual("null".utf8) { return append(.null, from: start, at: start) }
    let isLiteral = word.elementsEqual("true".utf8) || word.elementsEqual("false".utf8)
    let isNumber = word.first.map { $0 == UInt8(ascii: "-") || (48...57).contains($0) } ?? false
    guard isLiteral || isNumber && Double(String(decoding: word, as: UTF8.self)) != nil else {
      if place < bytes.count { place = start }
      throw failure("a value is expected here", "write a text in quotes, a number, true, false or null")
    }
    append(.word, from: start, at: start)
  }

  private mutating func append(_ kind: Tape.Kind, from start: Int, at offset: Int) {
    tokens.append(
      Tape.Token(
        kind: kind, start: UInt32(start), length: UInt32(place - start), end: UInt32(tokens.count + 1),
        place: UInt32(offset)))
  }
}
