import Yams

/// A parsed YAML text as a tree of nodes, safe for any input.
///
/// The parser never sees an alias (`NeutralText`), so no text grows during parsing. The tree builder puts the
/// anchored value in an alias's place, with a bound on the growth. The depth is bounded by the parser (1,000)
/// and by `depthMaximum`. Two equal keys are an error that does not hide the others.
package struct YAMLDocument {
  package private(set) var root: Node
  /// The errors that still leave a tree: duplicate keys, unknown aliases, excessive depth.
  package private(set) var diagnostics: [Diagnostic]

  package static let depthMaximum = 64
  /// The limit on duplicate keys. Any more are reported after the first ones are corrected.
  private static let renamesMaximum = 16

  /// Parses a text. Throws when the text is not YAML, is empty or holds several documents.
  package init(_ source: SourceText) throws(InputError) {
    var text = NeutralText(source)
    var duplicates: [Mark] = []
    var composed: (root: Yams.Node?, parser: Parser)?
    repeat {
      do throws(YAMLFailure) {
        composed = try Self.compose(text.scalars)
        break
      } catch {
        guard case .duplicateKey(let mark) = error, duplicates.count < Self.renamesMaximum,
          text.rename(atLine: mark.line, column: mark.column)
        else { throw InputError(error.diagnostic(in: source)) }
        duplicates.append(mark)
      }
    } while true
    guard let composed, let first = composed.root else { throw Self.nothing(in: source) }
    var builder = TreeBuilder(source: source, text: text, renamed: duplicates)
    // Nodes refer to their anchors weakly; the parser holds them.
    root = withExtendedLifetime(composed.parser) {
      builder.node(from: first, at: Place(source, line: 1, column: 1), depth: 1)
    }
    diagnostics = builder.diagnostics
    if root.isNull { throw Self.nothing(in: source) }
  }

  private static func nothing(in source: SourceText) -> InputError {
    InputError(
      Diagnostic(
        at: Place(source, line: 1, column: 1), message: "there is nothing in here",
        hint: "write at least the required keys; 'firedrill schema' lists them"))
  }

  private static func compose(_ scalars: [Unicode.Scalar]) throws(YAMLFailure) -> (
    root: Yams.Node?, parser: Parser
  ) {
    do {
      // No tag is ever resolved: every scalar stays the text that it is, and equal texts are equal keys.
      let parser = try Parser(yaml: String(scalars), resolver: .basic, encoding: .utf8)
      return (try parser.singleRoot(), parser)
    } catch let error as YamlError {
      throw YAMLFailure(error)
    } catch {
      throw .other("\(error)")
    }
  }
}

/// A text without aliases: each `*` is replaced by a private-use character and restored in the scalars. A
/// plain scalar that then begins with the character is an alias.
struct NeutralText {
  static let asterisk: Unicode.Scalar = "\u{F5A2}"
  private static let firstRename: UInt32 = 0xF600

  private(set) var scalars: [Unicode.Scalar]
  private let source: SourceText
  private var renames: UInt32 = 0

  init(_ source: SourceText) {
    self.source = source
    scalars = source.text.unicodeScalars.map { $0 == "*" ? Self.asterisk : $0 }
  }

  /// Changes the first character of the key at a place, so that the parser accepts its duplicate.
  mutating func rename(atLine line: Int, column: Int) -> Bool {
    var offset = source.offset(ofLine: line, column: column)
    guard scalars.indices.contains(offset), !":,{}[]#".unicodeScalars.contains(scalars[offset]) else {
      return false
    }
    if scalars[offset] == "\"" || scalars[offset] == "'" { offset += 1 }
    guard scalars.indices.contains(offset), let unlike = Unicode.Scalar(Self.firstRename + renames) else {
      return false
    }
    scalars[offset] = unlike
    renames += 1
    return true
  }

  /// Returns the text as it was written.
  static func restored(_ text: String) -> String {
    guard text.unicodeScalars.contains(asterisk) else { return text }
    return String(text.unicodeScalars.map { $0 == asterisk ? "*" : $0 })
  }
}

extension String {
  package init(_ scalars: [Unicode.Scalar]) { self.init(String.UnicodeScalarView(scalars)) }
}
