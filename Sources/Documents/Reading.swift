/// One pass over a document: the present path, the referable names and the errors found.
package struct Reading {
  /// The keys from the root to the value being read.
  package private(set) var path: [String] = []
  package private(set) var diagnostics: [Diagnostic] = []
  /// The names of each kind, in the order of the file. A reference becomes an index in this list.
  package let names: [NameKind: [String]]

  /// Files that the document names, as they were read.
  package private(set) var inputs: [SourceText] = []

  /// The defaults of omitted keys, as they would be written. Sections with only such keys are left out.
  package private(set) var defaults: [(path: String, text: String)] = []

  package init(names: [NameKind: [String]] = [:]) { self.names = names }

  /// Notes a default of a key below the present value.
  package mutating func note(defaultOf key: String, _ text: String) {
    guard text != "{}" else { return }
    defaults.append(((path + [key]).joined(separator: "."), text))
  }

  package mutating func note(input: SourceText) { inputs.append(input) }

  package mutating func report(_ message: String, hint: String, at place: Place) {
    diagnostics.append(Diagnostic(at: place, message: message, hint: hint))
  }

  package mutating func report(_ diagnostics: [Diagnostic]) { self.diagnostics += diagnostics }

  /// Reads a value below a key.
  package mutating func read<Value>(_ shape: Shape<Value>, _ node: Node, below key: String) -> Value? {
    path.append(key)
    defer { path.removeLast() }
    return shape.read(node, &self)
  }
}

/// An error in the combination of a mapping's values. It is reported at one key or at the whole mapping.
package struct Misfit: Error {
  package let key: String?
  package let message: String
  package let hint: String

  package init(at key: String? = nil, _ message: String, hint: String) {
    self.key = key
    self.message = message
    self.hint = hint
  }

  /// The placeholder for an error that has already been reported.
  package static let reported = Misfit("", hint: "")
}
