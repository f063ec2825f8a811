/// A pattern of names to leave out of a backup.
///
/// Without a slash it matches a name at any depth, with one a path from the source; a slash at the end asks for a
/// directory. `*` and `?` match within a name, `[a-z]` one of some characters, `**` any number of directories, and a
/// backslash takes the next character as it is.
public struct ExcludePattern: Hashable, Sendable {
  /// The pattern as typed.
  public let text: String
  private let parts: [Part]
  private let isPath: Bool
  private let needsDirectory: Bool

  private enum Part: Hashable, Sendable {
    case anyDirectories
    case name(NamePattern)
  }

  /// - Parameter source: Absolute patterns may name paths in the directory that is backed up.
  public init(_ text: String, source: FilePath? = nil) throws(VaultProblem) {
    self.text = text
    var rest = text
    if let source = source?.description, source != "/", text == source || text.hasPrefix(source + "/") {
      rest = String(text.dropFirst(source.count))
      if rest.isEmpty { rest = "/" }
    }
    if text.isEmpty { throw Self.problem(text, "an empty pattern matches nothing", "leave it out") }
    if text.hasPrefix("!") {
      throw Self.problem(
        text, "no pattern brings back what another leaves out",
        "leave out less; for a name that begins with '!' write '\\\(text)'")
    }
    let pieces = rest.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let names = pieces.filter { !$0.isEmpty && $0 != "." }
    needsDirectory = pieces.count > 1 && pieces.last?.isEmpty == true
    isPath = pieces.dropLast(needsDirectory ? 1 : 0).count > 1
    if names.contains("..") {
      throw Self.problem(text, "no name in the source has '..' in its path", "write the path from the source")
    }
    guard names.contains(where: { $0 != "**" }) else {
      throw Self.problem(text, "this would leave out the whole source", "name what is to be left out")
    }
    var parts: [Part] = []
    for name in names {
      if name == "**" {
        parts.append(.anyDirectories)
      } else {
        parts.append(.name(try Self.name(name, text)))
      }
    }
    self.parts = parts
  }

  private static func name(_ name: String, _ text: String) throws(VaultProblem) -> NamePattern {
    do throws(NamePattern.Problem) { return try NamePattern(name) } catch {
      throw problem(text, error.message, error.hint)
    }
  }

  private static func problem(_ text: String, _ message: String, _ hint: String) -> VaultProblem {
    VaultProblem("exclude pattern '\(text)'", message, hint: hint)
  }

  /// Whether the pattern excludes a name with this path from the source.
  func matches(_ path: [UInt8], isDirectory: Bool) -> Bool {
    if needsDirectory, !isDirectory { return false }
    let names = path.split(separator: UInt8(ascii: "/")).map { NamePattern.characters(of: $0) }
    if !isPath, case .name(let pattern)? = parts.first, parts.count == 1 {
      return names.last.map(pattern.matches) ?? false
    }
    return Self.matches(parts[...], names[...])
  }

  private static func matches(_ parts: ArraySlice<Part>, _ names: ArraySlice<[UInt32]>) -> Bool {
    guard let first = parts.first else { return names.isEmpty }
    let rest = parts.dropFirst()
    switch first {
    case .name(let pattern):
      guard let name = names.first, pattern.matches(name) else { return false }
      return matches(rest, names.dropFirst())
    case .anyDirectories:
      // At the end it stands for what is in a directory, and not for the directory itself.
      if rest.isEmpty { return !names.isEmpty }
      return (names.startIndex...names.endIndex).contains { matches(rest, names[$0...]) }
    }
  }
}

/// A pattern for one name with the shell's `*`, `?`, `[a-z]`, `[!a-z]`, `[[:digit:]]` and `\`.
struct NamePattern: Hashable, Sendable {
  struct Problem: Error {
    let message: String
    let hint: String
  }

  private enum Token: Hashable, Sendable {
    case literal(UInt32)
    case one
    case run
    case set([ClosedRange<UInt32>], isInverted: Bool)

    func matches(_ character: UInt32) -> Bool {
      switch self {
      case .literal(let literal): literal == character
      case .one, .run: true
      case .set(let ranges, let isInverted): ranges.contains { $0.contains(character) } != isInverted
      }
    }
  }

  private static let asterisk = code("*")
  private static let questionMark = code("?")
  private static let openBracket = code("[")
  private static let closeBracket = code("]")
  private static let backslash = code("\\")
  private static let colon = code(":")

  private static func code(_ scalar: Unicode.Scalar) -> UInt32 { scalar.value }

  private var tokens: [Token] = []

  /// Returns the characters of a name. An invalid byte is represented by a number beyond all characters.
  static func characters(of name: some Collection<UInt8>) -> [UInt32] {
    if let text = String(validating: name, as: UTF8.self) { return text.unicodeScalars.map(\.value) }
    return name.map { $0 < 0x80 ? UInt32($0) : 0x11_0000 + UInt32($0) }
  }

  init(_ text: String) throws(Problem) {
    var rest = text.unicodeScalars.map(\.value)[...]
    while let character = rest.popFirst() {
      switch character {
      case Self.asterisk: if tokens.last != .run { tokens.append(.run) }
      case Self.questionMark: tokens.append(.one)
      case Self.openBracket: tokens.append(try Self.set(&rest))
      case Self.backslash: tokens.append(.literal(try Self.escaped(&rest)))
      default: tokens.append(.literal(character))
      }
    }
  }

  private static func escaped(_ rest: inout ArraySlice<UInt32>) throws(Problem) -> UInt32 {
    guard let character = rest.popFirst() else {
      throw Problem(message: "nothing follows the backslash", hint: "write two for a backslash itself")
    }
    return character
  }

  private static let unclosed = Problem(
    message: "the '[' is never closed", hint: "write '\\[' for a bracket itself, or close it")

  private static func set(_ rest: inout ArraySlice<UInt32>) throws(Problem) -> Token {
    var ranges: [ClosedRange<UInt32>] = []
    let isInverted = rest.first == code("!") || rest.first == code("^")
    if isInverted { rest.removeFirst() }
    var isFirst = true
    while let character = rest.popFirst() {
      if character == closeBracket, !isFirst { return .set(ranges, isInverted: isInverted) }
      isFirst = false
      if character == openBracket, rest.first == colon {
        ranges += try namedClass(&rest)
        continue
      }
      let low = character == backslash ? try escaped(&rest) : character
      guard rest.first == code("-"), rest.count > 1, rest[rest.startIndex + 1] != closeBracket else {
        ranges.append(low...low)
        continue
      }
      rest.removeFirst()
      var high = rest.removeFirst()
      if high == backslash { high = try escaped(&rest) }
      guard low <= high else {
        throw Problem(message: "a range in brackets goes backwards", hint: "write it as in '[a-z]'")
      }
      ranges.append(low...high)
    }
    throw unclosed
  }

  private static func namedClass(_ rest: inout ArraySlice<UInt32>) throws(Problem) -> [ClosedRange<UInt32>] {
    rest.removeFirst()
    guard let end = rest.firstIndex(of: colon), end + 1 < rest.endIndex, rest[end + 1] == closeBracket else {
      throw unclosed
    }
    var name = ""
    for value in rest[..<end] { if let scalar = Unicode.Scalar(value) { name.unicodeScalars.append(scalar) } }
    rest = rest[(end + 2)...]
    guard let ranges = classes[name] else {
      throw Problem(
        message: "there is no class '[:\(name):]'",
        hint: "use one of \(classes.keys.sorted().joined(separator: ", "))")
    }
    return ranges
  }

  private static let classes: [String: [ClosedRange<UInt32>]] = [
    "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A], "alpha": [0x41...0x5A, 0x61...0x7A],
    "blank": [0x09...0x09, 0x20...0x20], "digit": [0x30...0x39], "lower": [0x61...0x7A],
    "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E], "space": [0x09...0x0D, 0x20...0x20],
    "upper": [0x41...0x5A], "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
  ]

  /// Whether the pattern matches. Complexity: O(characters times tokens).
  func matches(_ name: [UInt32]) -> Bool {
    var (token, position) = (0, 0)
    var retry: (token: Int, position: Int)?
    while true {
      if token < tokens.count, tokens[token] == .run {
        retry = (token + 1, position)
        token += 1
      } else if token < tokens.count, position < name.count, tokens[token].matches(name[position]) {
        token += 1
        position += 1
      } else if token == tokens.count, position == name.count {
        return true
      } else if let last = retry, last.position < name.count {
        retry = (last.token, last.position + 1)
        (token, position) = (last.token, last.position + 1)
      } else {
        return false
      }
    }
  }
}
