/// The values that a place of a document accepts, printed as JSON Schema, draft 2020-12.
package struct Schema: Sendable {
  package indirect enum Form: Sendable {
    /// A text, number or truth value as JSON types. Written as text, it must match the pattern.
    case scalar(types: [String], pattern: String?, values: [String], bounds: ClosedRange<Int64>?)
    case list(Schema, countMinimum: Int)
    /// A mapping with keys of the author's choice.
    case entries(Schema, of: String)
    case object([Property], choosesOne: Bool)
    case either([Schema])
  }

  package struct Property: Sendable {
    let key: String
    /// The former name of the key, which documents may still use.
    var formerKey: String?
    let about: String
    let isRequired: Bool
    /// The default, as it would be written.
    let defaultText: String?
    let schema: Schema
  }

  package var form: Form
  package var about: String?
  package var example: String?
  /// The name under which the schema is defined once and referred to everywhere.
  package var definition: String?
  /// The kind of a single value, as in `a duration`.
  package var kind: String?
  /// The bounds of a single value in words, as in `from 0 % to 100 %`.
  package var limits: String?

  package init(_ form: Form, about: String? = nil, example: String? = nil) {
    self.form = form
    self.about = about
    self.example = example
  }

  /// Returns the schema of a whole document.
  ///
  /// - Parameter extensions: top-level keys of this pattern may hold anything.
  package func document(title: String, extensions: String? = nil) -> JSON {
    var definitions: [(String, JSON)] = []
    var members: [(String, JSON)] = [
      ("$schema", .string("https://json-schema.org/draft/2020-12/schema")), ("title", .string(title)),
    ]
    members += self.members(&definitions)
    if let extensions {
      let anything = JSON.object([("description", .string("Values for anchors; nothing else reads them."))])
      members.append(("patternProperties", .object([(extensions, anything)])))
    }
    members.append(("$defs", .object(definitions)))
    return .object(members)
  }

  /// Returns the schema at a place of use: a reference when it has a definition.
  private func json(_ definitions: inout [(String, JSON)]) -> [(String, JSON)] {
    guard let definition else { return members(&definitions) }
    if !definitions.contains(where: { $0.0 == definition }) {
      let place = definitions.count
      definitions.append((definition, .object([])))
      definitions[place].1 = .object(members(&definitions))
    }
    return [("$ref", .string("#/$defs/\(definition)"))]
  }

  private func members(_ definitions: inout [(String, JSON)]) -> [(String, JSON)] {
    var members: [(String, JSON)] = about.map { [("description", .string($0))] } ?? []
    switch form {
    case .scalar(let types, let pattern, let values, let bounds):
      members.append(("type", types.count == 1 ? .string(types[0]) : .array(types.map(JSON.string))))
      if let pattern { members.append(("pattern", .string(pattern))) }
      if !values.isEmpty { members.append(("enum", .array(values.map(JSON.string)))) }
      if let bounds {
        if bounds.lowerBound > .min { members.append(("minimum", .integer(bounds.lowerBound))) }
        if bounds.upperBound < .max { members.append(("maximum", .integer(bounds.upperBound))) }
      }
    case .list(let item, let countMinimum):
      members += [("type", .string("array")), ("items", .object(item.json(&definitions)))]
      if countMinimum > 0 { members.append(("minItems", .integer(Int64(countMinimum)))) }
    case .entries(let value, _):
      members += [
        ("type", .string("object")), ("propertyNames", .object([("pattern", .string(Name.pattern))])),
        ("additionalProperties", .object(value.json(&definitions))), ("minProperties", .integer(1)),
      ]
    case .object(let properties, let choosesOne):
      members += Self.members(of: properties, choosesOne: choosesOne, &definitions)
    case .either(let schemas):
      members.append(("anyOf", .array(schemas.map { .object($0.json(&definitions)) })))
    }
    if let example { members.append(("examples", .array([.string(example)]))) }
    return members
  }

  private static func members(
    of properties: [Property], choosesOne: Bool, _ definitions: inout [(String, JSON)]
  ) -> [(String, JSON)] {
    var members: [(String, JSON)] = [("type", .string("object"))]
    var described: [(String, JSON)] = []
    for property in properties {
      var value = property.schema.json(&definitions).filter { $0.0 != "description" }
      value.insert(("description", .string(property.about)), at: 0)
      if let text = property.defaultText { value.append(("default", property.schema.literal(text))) }
      described.append((property.key, .object(value)))
      if let former = property.formerKey {
        value[0].1 = .string("The former name of '\(property.key)'.")
        described.append((former, .object(value + [("deprecated", .boolean(true))])))
      }
    }
    members.append(("properties", .object(described)))
    let required = properties.filter { $0.isRequired && $0.formerKey == nil }.map { JSON.string($0.key) }
    if !required.isEmpty { members.append(("required", .array(required))) }
    let exclusions = properties.compactMap(\.exclusion)
    if !exclusions.isEmpty { members.append(("allOf", .array(exclusions))) }
    members.append(("additionalProperties", .boolean(false)))
    if choosesOne { members += [("minProperties", .integer(1)), ("maxProperties", .integer(1))] }
    return members
  }

  /// Returns a default as JSON: a truth value or number where the schema accepts nothing else.
  private func literal(_ text: String) -> JSON {
    if text == "{}" { return .object([]) }
    guard case .scalar(let types, _, _, _) = form else { return .string(text) }
    if types == ["boolean"] { return .boolean(text == "true") }
    if !Set(types).isDisjoint(with: ["integer", "number"]), let number = Int64(text) {
      return .integer(number)
    }
    return .string(text)
  }
}

extension Schema.Property {
  /// The condition that a mapping has at most one name of the key, and exactly one of a required key.
  fileprivate var exclusion: JSON? {
    guard let formerKey else { return nil }
    func requires(_ keys: String...) -> JSON { .object([("required", .array(keys.map(JSON.string)))]) }
    return isRequired
      ? .object([("oneOf", .array([requires(key), requires(formerKey)]))])
      : .object([("not", requires(key, formerKey))])
  }
}
