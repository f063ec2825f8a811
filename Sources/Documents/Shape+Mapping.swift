/// A key of a mapping with the shape of its value.
package struct Field<Value: Sendable>: Sendable {
  /// The property in the schema; `nil` for values outside the mapping, such as its own name.
  private(set) var property: Schema.Property?
  fileprivate let value: @Sendable (Node, inout Reading) -> Value?

  /// Creates a required key.
  package init(_ key: String, _ shape: Shape<Value>, _ about: String) {
    property = Schema.Property(
      key: key, about: about, isRequired: true, defaultText: nil, schema: shape.schema)
    value = { mapping, reading in
      // That it is missing has been reported for all keys of the mapping together.
      guard let node = mapping[key] else { return nil }
      return reading.read(shape, node, below: key)
    }
  }

  /// Creates an optional key, whose absence means `nil`.
  package init<Wrapped>(optional key: String, _ shape: Shape<Wrapped>, _ about: String)
  where Value == Wrapped? {
    property = Schema.Property(
      key: key, about: about, isRequired: false, defaultText: nil, schema: shape.schema)
    value = { mapping, reading in
      guard let node = mapping[key] else { return .some(nil) }
      return reading.read(shape, node, below: key).map(Optional.some)
    }
  }

  /// Creates an optional key with a default text.
  package init(_ key: String, _ shape: Shape<Value>, default defaultText: String, _ about: String) {
    property = Schema.Property(
      key: key, about: about, isRequired: false, defaultText: defaultText, schema: shape.schema)
    let standard = Node.standard(of: key, defaultText)
    value = { mapping, reading in
      if let node = mapping[key] { return reading.read(shape, node, below: key) }
      reading.note(defaultOf: key, defaultText)
      return reading.read(shape, standard, below: key)
    }
  }

  /// Creates an optional key whose default depends on other keys or the mapping's name.
  package init(
    _ key: String, _ shape: Shape<Value>, _ about: String,
    standard: @escaping @Sendable (_ mapping: Node, _ name: String) -> String
  ) {
    property = Schema.Property(
      key: key, about: about, isRequired: false, defaultText: nil, schema: shape.schema)
    value = { mapping, reading in
      if let node = mapping[key] { return reading.read(shape, node, below: key) }
      let text = standard(mapping, reading.path.last ?? "")
      reading.note(defaultOf: key, text)
      return reading.read(shape, .standard(of: key, text), below: key)
    }
  }

  /// Creates an optional section with a default value.
  package init(_ key: String, _ shape: Shape<Value>, otherwise: Value, _ about: String) {
    property = Schema.Property(
      key: key, about: about, isRequired: false, defaultText: nil, schema: shape.schema)
    value = { mapping, reading in
      guard let node = mapping[key] else { return otherwise }
      return reading.read(shape, node, below: key)
    }
  }

  /// Returns the key with a former name, which is still read, with a caution.
  package func formerly(_ key: String) -> Field {
    var field = self
    field.property?.formerKey = key
    return field
  }

  private init(value: @escaping @Sendable (Node, inout Reading) -> Value?) {
    property = nil
    self.value = value
  }
}

extension Field<String> {
  /// The name of the mapping among the entries.
  package static let name = Field { _, reading in reading.path.last ?? "" }
}

extension Field<Node> {
  /// The mapping itself, for later messages about its parts.
  package static let itself = Field { mapping, _ in mapping }
}

extension Node {
  /// Returns a default as if it were written. Text in braces, such as `{}`, is a mapping.
  fileprivate static func standard(of key: String, _ text: String) -> Node {
    let source = SourceText(name: "the default of '\(key)'", text: text)
    if text.first == "{", let document = try? YAMLDocument(source) { return document.root }
    return Node(content: .scalar(text, isQuoted: false), place: Place(source, line: 1, column: 1))
  }
}

extension String {
  /// A description as the end of a sentence.
  fileprivate var asHint: String {
    let body = last == "." ? String(dropLast()) : self
    return body.prefix(1).lowercased() + body.dropFirst()
  }
}

extension Shape {
  /// Returns a mapping with exactly these keys. `build` receives their values in the order of the fields.
  package static func mapping<each F>(
    _ about: String, _ fields: repeat Field<each F>,
    build: @escaping @Sendable (repeat each F) throws(Misfit) -> Value
  ) -> Shape {
    var properties: [Schema.Property] = []
    repeat properties.append((each fields).property)
    let all = (repeat each fields)
    return Shape(Schema(.object(properties, choosesOne: false), about: about)) { [properties] node, reading in
      let mayBeEmpty = !properties.contains(where: \.isRequired)
      guard node.checkKeys(among: properties, mayBeEmpty: mayBeEmpty, &reading) else { return nil }
      let values = (repeat (each all).value(node, &reading))
      do throws(Misfit) {
        return try build(repeat try present(each values))
      } catch {
        if !error.message.isEmpty {
          reading.report(error.message, hint: error.hint, at: node.place(of: error.key))
        }
        return nil
      }
    }
  }

  /// Returns a mapping with exactly one key, which selects the kind of value.
  package static func choice(_ about: String, _ ways: [Way<Value>]) -> Shape {
    let properties = ways.map {
      Schema.Property(
        key: $0.key, about: $0.about, isRequired: false, defaultText: nil, schema: $0.shape.schema)
    }
    return Shape(Schema(.object(properties, choosesOne: true), about: about)) { node, reading in
      guard node.checkKeys(among: properties, mayBeEmpty: false, &reading) else { return nil }
      let pairs = node.pairs.filter { pair in ways.contains { $0.key == pair.key } }
      guard pairs.count == 1, let way = ways.first(where: { $0.key == pairs[0].key }) else {
        if pairs.count > 1 {
          reading.report(
            "'\(pairs[0].key)' and '\(pairs[1].key)' exclude each other", hint: "keep one of the two",
            at: pairs[1].keyPlace)
        }
        return nil
      }
      return reading.read(way.shape, pairs[0].value, below: way.key)
    }
  }
}

/// One of the keys of a choice.
package struct Way<Value: Sendable>: Sendable {
  package let key: String
  package let about: String
  package let shape: Shape<Value>

  package init(_ key: String, _ shape: Shape<Value>, _ about: String) {
    self.key = key
    self.shape = shape
    self.about = about
  }
}

extension [Schema.Property] {
  fileprivate mutating func append(_ property: Schema.Property?) {
    if let property { append(property) }
  }
}

private func present<Value>(_ value: Value?) throws(Misfit) -> Value {
  guard let value else { throw .reported }
  return value
}

extension Node {
  /// Whether this is a mapping with content; reports unknown and missing keys.
  fileprivate func checkKeys(
    among properties: [Schema.Property], mayBeEmpty: Bool, _ reading: inout Reading
  ) -> Bool {
    let keys = properties.map(\.key)
    if isEmpty, mayBeEmpty { return true }
    guard case .mapping(let pairs) = content, !pairs.isEmpty else {
      reading.report(
        isNull || kindName == "a mapping"
          ? "this is empty" : "a mapping is expected here, not \(kindName)",
        hint: "write 'key: value' pairs; the keys are: \(keys.joined(separator: ", "))", at: place)
      return false
    }
    for pair in pairs where !keys.contains(pair.key) {
      reading.report(
        "unknown key '\(pair.key)'", hint: keys.suggestion(for: pair.key, noun: "keys here"),
        at: pair.keyPlace)
    }
    report(missing: properties.filter { $0.isRequired && self[$0.key] == nil }, &reading)
    return true
  }

  /// Whether the value is missing or an empty mapping.
  private var isEmpty: Bool { isNull || kindName == "a mapping" && pairs.isEmpty }

  private func report(missing properties: [Schema.Property], _ reading: inout Reading) {
    guard let first = properties.first else { return }
    guard properties.count > 1 else {
      let hint = "add '\(first.key)': \(first.about.asHint)"
      return reading.report("the key '\(first.key)' is missing", hint: hint, at: place)
    }
    let names = properties.map { "'\($0.key)'" }.joined(separator: ", ")
    reading.report(
      "the keys \(names) are missing", hint: "add them; 'firedrill schema' says what each means", at: place)
  }
}
