/// A JSON text as a flat list of nodes that refer to its bytes. Lists of 100,000 backups are read in one
/// pass, and only requested values become strings.
struct JSONTape: Sendable {
  enum Kind: UInt8, Sendable { case object, array, string, number, word }

  struct Entry: Sendable {
    let kind: Kind
    /// The start of the value; for a string, after the quote.
    var start: Int
    var end: Int
    /// The index after this value and everything in it.
    var next: Int
  }

  let bytes: [UInt8]
  private(set) var entries: [Entry] = []
  /// The indices of separate documents, such as the lines of a log.
  private(set) var documents: [Int] = []
  private var position = 0

  private static let depthMaximum = 64

  init(_ bytes: [UInt8]) throws(HistoryProblem) {
    self.bytes = bytes
    entries.reserveCapacity(bytes.count / 12)
    skipSpace()
    while position < bytes.count {
      documents.append(entries.count)
      try value(depth: 0)
      skipSpace()
    }
    guard !documents.isEmpty else { throw failure("there is nothing in here") }
  }

  private func failure(_ message: String) -> HistoryProblem {
    HistoryProblem(
      offset: position, message,
      hint: position >= bytes.count
        ? "give the whole output of the tool" : "give the tool's output as it printed it")
  }

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
  }

  private mutating func value(depth: Int) throws(HistoryProblem) {
    guard depth < Self.depthMaximum else { throw failure("this is nested too deeply") }
    guard position < bytes.count else { throw failure("the text ends in the middle of a value") }
    switch bytes[position] {
    case UInt8(ascii: "{"): try container(.object, end: UInt8(ascii: "}"), depth)
    case UInt8(ascii: "["): try container(.array, end: UInt8(ascii: "]"), depth)
    case UInt8(ascii: "\""): try string()
    default: try scalar()
    }
  }

  private mutating func container(_ kind: Kind, end: UInt8, _ depth: Int) throws(HistoryProblem) {
    let place = entries.count
    entries.append(Entry(kind: kind, start: position, end: 0, next: 0))
    position += 1
    skipSpace()
    if position < bytes.count, bytes[position] == end {
      position += 1
    } else {
      try members(kind, end, depth)
    }
    entries[place].end = position
    entries[place].next = entries.count
  }

  private mutating func members(_ kind: Kind, _ end: UInt8, _ depth: Int) throws(HistoryProblem) {
    while true {
      skipSpace()
      if kind == .object {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
          throw failure(
            position < bytes.count ? "a name is missing" : "the text ends in the middle of an object")
        }
        try string()
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else {
          throw failure("a colon is missing")
        }
        position += 1
        skipSpace()
      }
      try value(depth: depth + 1)
      skipSpace()
      guard position < bytes.count else { throw failure("the text ends in the middle of a value") }
      position += 1
      if bytes[position - 1] == end { return }
      guard bytes[position - 1] == UInt8(ascii: ",") else {
        position -= 1
        throw failure("a comma is missing")
      }
    }
  }

  private mutating func string() throws(HistoryProblem) {
    let start = position + 1
    position = start
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard position < bytes.count else {
      position = bytes.count
      throw failure("the text ends in the middle of a string")
    }
    entries.append(Entry(kind: .string, start: start, end: position, next: entries.count + 1))
    position += 1
  }

  private mutating func scalar() throws(HistoryProblem) {
    let start = position
    let isNumber = bytes[position] == UInt8(ascii: "-") || (48...57).contains(bytes[position])
    while position < bytes.count, bytes[position].isScalar { position += 1 }
    let isWord = ["true", "false", "null"].contains { bytes[start..<position].elementsEqual($0.utf8) }
    guard isNumber || isWord else {
      position = start
      throw failure("a value is missing")
    }
    entries.append(
      Entry(kind: isNumber ? .number : .word, start: start, end: position, next: entries.count + 1))
  }
}

extension UInt8 {
  /// Whether a number or one of the three words can hold the byte.
  fileprivate var isScalar: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"),
      UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}

/// A value of a tape.
struct JSONValue: Sendable {
  let tape: JSONTape
  private let place: Int

  init(_ tape: JSONTape, _ place: Int) {
    self.tape = tape
    self.place = place
  }

  private var entry: JSONTape.Entry { tape.entries[place] }

  /// The offset of the value in its text.
  var offset: Int { entry.start }

  subscript(key: StaticString) -> JSONValue? {
    guard entry.kind == .object else { return nil }
    var child = place + 1
    while child < entry.next {
      if tape.entries[child].kind == .string, names(child, key) { return JSONValue(tape, child + 1) }
      child = tape.entries[child + 1].next
    }
    return nil
  }

  private func names(_ child: Int, _ key: StaticString) -> Bool {
    let name = tape.entries[child]
    guard name.end - name.start == key.utf8CodeUnitCount else { return false }
    return (0..<key.utf8CodeUnitCount).allSatisfy { key.utf8Start[$0] == tape.bytes[name.start + $0] }
  }

  var items: [JSONValue] {
    guard entry.kind == .array else { return [] }
    var items: [JSONValue] = []
    var child = place + 1
    while child < entry.next {
      items.append(JSONValue(tape, child))
      child = tape.entries[child].next
    }
    return items
  }

  /// The members of an object, in their order.
  var members: [(name: String, value: JSONValue)] {
    guard entry.kind == .object else { return [] }
    var members: [(name: String, value: JSONValue)] = []
    var child = place + 1
    while child < entry.next {
      members.append((JSONValue(tape, child).text ?? "", JSONValue(tape, child + 1)))
      child = tape.entries[child + 1].next
    }
    return members
  }

  var isArray: Bool { entry.kind == .array }
  var isObject: Bool { entry.kind == .object }
  var isTrue: Bool { entry.kind == .word && tape.bytes[entry.start] == UInt8(ascii: "t") }

  /// The bytes of a string, escapes not resolved.
  var raw: ArraySlice<UInt8>? { entry.kind == .string ? tape.bytes[entry.start..<entry.end] : nil }

  var text: String? {
    guard let raw else { return nil }
    guard raw.contains(UInt8(ascii: "\\")) else { return String(decoding: raw, as: UTF8.self) }
    return Self.unescaped(Array(raw))
  }

  /// A number without its fraction, or a string of digits.
  var number: Int64? {
    guard entry.kind == .number || entry.kind == .string else { return nil }
    let digits = String(decoding: tape.bytes[entry.start..<entry.end], as: UTF8.self)
    return Int64(digits) ?? Double(digits).flatMap { Int64(exactly: $0.rounded(.towardZero)) }
  }

  var real: Double? {
    entry.kind == .number ? Double(String(decoding: tape.bytes[entry.start..<entry.end], as: UTF8.self)) : nil
  }

  private static func unescaped(_ raw: [UInt8]) -> String {
    var bytes: [UInt8] = []
    var place = 0
    while place < raw.count {
      guard raw[place] == UInt8(ascii: "\\"), place + 1 < raw.count else {
        bytes.append(raw[place])
        place += 1
        continue
      }
      let letters: [(Character, UInt8)] = [("n", 10), ("t", 9), ("r", 13), ("b", 8), ("f", 12)]
      let letter = raw[place + 1]
      if letter == UInt8(ascii: "u"), place + 5 < raw.count,
        let code = UInt32(String(decoding: raw[(place + 2)...(place + 5)], as: UTF8.self), radix: 16)
      {
        bytes += Array(String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
        place += 6
      } else {
        bytes.append(letters.first { $0.0.asciiValue == letter }?.1 ?? letter)
        place += 2
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
