/// One pass over a document: where it is, which names may be referred to, and what was found wrong.
struct Reading {
  /// The keys from the root to the value being read.
  private(set) var path: [String] = []
  private(set) var diagnostics: [Diagnostic] = []
  /// The names of each kind of thing, in the order of the file: a reference becomes a place in this list.
  let names: [Kind: [String]]

  /// Files that the document names, as they were read.
  private(set) var inputs: [SourceText] = []

  /// What keys mean that the document leaves out, as it would be written; sections that only hold such keys are left out.
  private(set) var defaults: [(path: String, text: String)] = []

  init(names: [Kind: [String]] = [:]) { self.names = names }

  /// A default of a key below the value being read.
  mutating func note(defaultOf key: String, _ text: String) {
    guard text != "{}" else { return }
    defaults.append(((path + [key]).joined(separator: "."), text))
  }

  mutating func note(input: SourceText) { inputs.append(input) }

  mutating func report(_ message: String, hint: String, at place: Place) {
    diagnostics.append(Diagnostic(at: place, message: message, hint: hint))
  }

  mutating func report(_ diagnostics: [Diagnostic]) { self.diagnostics += diagnostics }

  /// Reads a value below a key.
  mutating func read<Value>(_ shape: Shape<Value>, _ node: Node, below key: String) -> Value? {
    path.append(key)
    defer { path.removeLast() }
    return shape.read(node, &self)
  }
}

/// Something that a scenario names in one place and refers to in another.
enum Kind: String, CaseIterable, Sendable {
  case site, link, device, host, service, volume, vault, disaster, strategy

  var plural: String { self == .strategy ? "strategies" : rawValue + "s" }
}

/// Why a mapping whose keys are right one by one makes no sense; blamed on one of its keys, or on all of it.
struct Misfit: Error {
  let key: String?
  let message: String
  let hint: String

  init(at key: String? = nil, _ message: String, hint: String) {
    self.key = key
    self.message = message
    self.hint = hint
  }

  /// A part of the mapping could not be read and has been reported.
  static let reported = Misfit("", hint: "")
}
