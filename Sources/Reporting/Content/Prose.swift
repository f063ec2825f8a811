/// Text with marked names and emphasis, independent of the format.
///
/// Whatever an author wrote comes in by interpolation and stays text in every format.
struct Prose: ExpressibleByStringInterpolation, Sendable {
  enum Part: Sendable {
    case text(String)
    /// A name as written in files and on the command line.
    case name(String)
    case strong(String)
  }

  private(set) var parts: [Part]

  init(stringLiteral text: String) { parts = [.text(text)] }
  init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }
  init(_ text: String) { parts = [.text(text)] }
  init(name: String) { parts = [.name(name)] }
  init(strong: String) { parts = [.strong(strong)] }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var parts: [Part] = []

    init(literalCapacity: Int, interpolationCount: Int) {}

    mutating func appendLiteral(_ text: String) { if !text.isEmpty { parts.append(.text(text)) } }
    mutating func appendInterpolation(_ text: some CustomStringConvertible) {
      parts.append(.text("\(text)"))
    }
    mutating func appendInterpolation(_ prose: Prose) { parts += prose.parts }
    mutating func appendInterpolation(name: String) { parts.append(.name(name)) }
    mutating func appendInterpolation(strong: String) { parts.append(.strong(strong)) }
  }

  /// The text without markup.
  var plain: String {
    parts.map { part in
      switch part {
      case .text(let text), .name(let text), .strong(let text): text
      }
    }.joined()
  }

  static func + (a: Prose, b: Prose) -> Prose {
    var both = a
    both.parts += b.parts
    return both
  }

  /// Returns names, one after the other.
  static func names(_ names: [String]) -> Prose { names.map { Prose(name: $0) }.listed }
}

extension [Prose] {
  func joined(separator: Prose) -> Prose {
    dropFirst().reduce(first ?? "") { $0 + separator + $1 }
  }

  /// The items in a sentence, as in `a`, `a and b`, `a, b and c`.
  var listed: Prose {
    count < 2 ? first ?? "" : Array(dropLast()).joined(separator: ", ") + " and " + self[count - 1]
  }
}
