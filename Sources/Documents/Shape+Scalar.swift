import Units

extension Shape {
  /// Returns the shape of a single value, parsed from its text. `isText` also accepts a quoted empty text.
  package static func scalar(
    _ schema: Schema, expected: String,
    _ read: @escaping @Sendable (String) throws(QuantityError) -> Value
  ) -> Shape {
    var schema = schema
    schema.kind = expected
    return Shape(schema) { [schema] node, reading in
      guard case .scalar(let text, _) = node.content, !node.isNull else {
        reading.report(
          "\(expected) is expected here, not \(node.kindName)",
          hint: schema.example.map { "write for example '\($0)'" } ?? "write a single value", at: node.place)
        return nil
      }
      do throws(QuantityError) {
        return try read(text)
      } catch {
        reading.report(error.problem, hint: error.hint, at: node.place)
        return nil
      }
    }
  }
}

extension Shape<String> {
  /// One line of text.
  package static let text = scalar(
    Schema(.scalar(types: ["string"], pattern: nil, values: [], bounds: nil)), expected: "a text"
  ) { text throws(QuantityError) in
    guard !text.isEmpty else { throw QuantityError("this text is empty", hint: "write at least one word") }
    return text
  }
}

extension Shape<Bool> {
  package static let flag = scalar(
    Schema(.scalar(types: ["boolean"], pattern: nil, values: [], bounds: nil), example: "true"),
    expected: "true or false"
  ) { text throws(QuantityError) in
    switch text {
    case "true": return true
    case "false": return false
    default: throw QuantityError("'\(text)' is neither true nor false", hint: "write 'true' or 'false'")
    }
  }
}

extension Shape<Int> {
  /// A whole number in a range.
  package static func integer(_ range: ClosedRange<Int>) -> Shape {
    scalar(
      Schema(
        .scalar(
          types: ["integer"], pattern: nil, values: [],
          bounds: Int64(range.lowerBound)...Int64(range.upperBound)),
        example: "\(range.lowerBound)"),
      expected: "a whole number"
    ) { text throws(QuantityError) in
      guard let number = Int(text) else {
        throw QuantityError("'\(text)' is not a whole number", hint: "write it in digits, without a unit")
      }
      guard range.contains(number) else {
        throw QuantityError(
          "\(number) is out of range",
          hint: "write a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
  }

  /// Returns the name of a declared thing, as its index in the file's order.
  package static func reference(to kind: NameKind) -> Shape {
    var schema = Schema(.scalar(types: ["string"], pattern: Name.pattern, values: [], bounds: nil))
    schema.kind = "the name of a \(kind)"
    return Shape(schema) { node, reading in
      guard case .scalar(let name, _) = node.content, !node.isNull else {
        reading.report(
          "the name of a \(kind) is expected here, not \(node.kindName)",
          hint: "write the name of one of the \(kind.plural)", at: node.place)
        return nil
      }
      let names = reading.names[kind] ?? []
      guard let index = names.firstIndex(of: name) else {
        reading.report(
          "there is no \(kind) '\(name)'", hint: names.suggestion(for: name, noun: kind.plural),
          at: node.place)
        return nil
      }
      return index
    }
  }
}

extension Shape<UInt64> {
  package static let seed = scalar(
    Schema(.scalar(types: ["integer"], pattern: nil, values: [], bounds: 0...Int64.max), example: "20170131"),
    expected: "a whole number"
  ) { text throws(QuantityError) in
    guard let number = UInt64(text) else {
      throw QuantityError("'\(text)' is not a seed", hint: "write a whole number from 0 to \(UInt64.max)")
    }
    return number
  }
}

extension Shape where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// One of the cases by its name.
  package static var oneOf: Shape {
    let names = Value.allCases.map(\.rawValue)
    return scalar(
      Schema(.scalar(types: ["string"], pattern: nil, values: names, bounds: nil), example: names.first),
      expected: "one word"
    ) { text throws(QuantityError) in
      guard let value = Value(rawValue: text) else {
        throw QuantityError(
          "'\(text)' is none of the words for this", hint: names.suggestion(for: text, noun: "words"))
      }
      return value
    }
  }
}
