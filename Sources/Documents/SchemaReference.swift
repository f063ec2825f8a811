/// The reference of all keys of a schema, as an article in Markdown: a table for each mapping.
package struct SchemaReference {
  private var sections: [String] = []
  /// The schemas that are defined once, in the order of their first use.
  private var shared: [(name: String, schema: Schema)] = []

  /// Returns the tables of a schema: its own keys first, then those of the shared values.
  package static func text(of schema: Schema) -> String {
    var reference = SchemaReference()
    reference.addTables(of: schema, at: "")
    var next = 0
    while next < reference.shared.count {
      let (name, schema) = reference.shared[next]
      reference.addShared(name, schema)
      next += 1
    }
    return reference.sections.joined(separator: "\n")
  }

  private mutating func addShared(_ name: String, _ schema: Schema) {
    var schema = schema
    schema.definition = nil
    let about = schema.about.map { "\($0)\n" } ?? ""
    sections.append(
      "### Value: \(name)\n\n\(about)\nWritten as \(value(of: schema)), for example \(Self.code(schema.sample))\n"
    )
    addTables(of: schema, at: "\(name.uppercased())")
  }

  /// Adds a table for each mapping in a schema, and for those inside, depth first.
  private mutating func addTables(of schema: Schema, at path: String) {
    if let name = schema.definition {
      if !shared.contains(where: { $0.name == name }) { shared.append((name, schema)) }
      return
    }
    switch schema.form {
    case .scalar: break
    case .list(let item, _): addTables(of: item, at: path + "[]")
    case .entries(let item, _): addTables(of: item, at: path + ".NAME")
    case .either(let schemas): for schema in schemas { addTables(of: schema, at: path) }
    case .object(let properties, let choosesOne):
      addTable(of: properties, choosesOne: choosesOne, at: path)
      for property in properties {
        addTables(of: property.schema, at: path.isEmpty ? property.key : "\(path).\(property.key)")
      }
    }
  }

  private mutating func addTable(of properties: [Schema.Property], choosesOne: Bool, at path: String) {
    var lines = [path.isEmpty ? "### Top level" : "### \(path)", ""]
    if choosesOne { lines += ["Exactly one of these keys:", ""] }
    lines += ["| key | value | default | meaning | example |", "|---|---|---|---|---|"]
    lines += properties.map { property in
      let standard =
        property.isRequired && !choosesOne ? "required" : property.defaultText.map(Self.code) ?? "none"
      let former = property.formerKey.map { " Formerly `\($0)`." } ?? ""
      let cells = [
        "`\(property.key)`", value(of: property.schema), standard, property.about + former,
        Self.code("\(property.key): \(property.sample)"),
      ]
      return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
    sections.append(lines.joined(separator: "\n") + "\n")
  }

  /// Returns the kind of a value with its unit and bounds, in words.
  private func value(of schema: Schema) -> String {
    if let name = schema.definition { return "a \(name) value" }
    switch schema.form {
    case .scalar(let types, _, let values, let bounds):
      if !values.isEmpty { return "one of " + values.map(Self.code).joined(separator: ", ") }
      if types == ["boolean"] { return "`true` or `false`" }
      let kind = schema.limits ?? schema.kind ?? "a text"
      guard let bounds, schema.limits == nil else { return kind }
      return bounds.upperBound == .max
        ? "\(kind) from \(bounds.lowerBound)"
        : "\(kind) from \(bounds.lowerBound) to \(bounds.upperBound)"
    case .list(let item, let countMinimum):
      let minimum = countMinimum > 1 ? " of at least \(countMinimum)" : ""
      return "a list\(minimum), each \(value(of: item))"
    case .entries(let item, let noun): return "for each \(noun) its name, with \(value(of: item))"
    case .object: return "a mapping"
    case .either(let schemas): return schemas.map { value(of: $0) }.joined(separator: ", or ")
    }
  }

  private static func code(_ text: String) -> String { "`\(text)`" }
}

extension Schema.Property {
  /// The value of an example: the default, else a value of the schema.
  fileprivate var sample: String {
    guard let defaultText, defaultText != "{}", defaultText.first != "{" else { return schema.sample }
    return defaultText
  }
}

extension Schema {
  /// A value of the schema in one line of YAML, with the keys of a mapping that are required.
  fileprivate var sample: String {
    switch form {
    case .scalar(let types, _, let values, let bounds):
      if let example { return example }
      if let first = values.first { return first }
      if types == ["boolean"] { return "true" }
      if let bounds { return "\(max(bounds.lowerBound, 1))" }
      let noun = kind.flatMap { $0.hasPrefix("the name of a ") ? $0.dropFirst(14) : nil }
      return noun.map { "my-\($0)" } ?? "a text"
    case .list(let item, let countMinimum):
      return "[" + Array(repeating: item.sample, count: max(1, countMinimum)).joined(separator: ", ") + "]"
    case .entries(let item, let noun):
      return "{ my-\(noun.split(separator: " ").joined(separator: "-")): \(item.sample) }"
    case .object(let properties, let choosesOne):
      let required = properties.filter { $0.isRequired }
      let shown = choosesOne || required.isEmpty ? Array(properties.prefix(1)) : required
      return "{ " + shown.map { "\($0.key): \($0.sample)" }.joined(separator: ", ") + " }"
    case .either(let schemas): return schemas.first?.sample ?? ""
    }
  }
}
