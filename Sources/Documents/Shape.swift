/// The shape of a written value, from which both its reader and its JSON Schema are made.
package struct Shape<Value: Sendable>: Sendable {
  package var schema: Schema
  /// Reads a value, or reports the errors and returns `nil`.
  package let read: @Sendable (Node, inout Reading) -> Value?

  package init(_ schema: Schema, read: @escaping @Sendable (Node, inout Reading) -> Value?) {
    self.schema = schema
    self.read = read
  }

  /// Returns a shape with the same text for another value. The conversion may fail.
  package func map<Other: Sendable>(
    _ convert: @escaping @Sendable (Value) throws(Misfit) -> Other
  ) -> Shape<Other> {
    Shape<Other>(schema) { node, reading in
      guard let value = read(node, &reading) else { return nil }
      do throws(Misfit) {
        return try convert(value)
      } catch {
        reading.report(error.message, hint: error.hint, at: node.place(of: error.key))
        return nil
      }
    }
  }

  /// Returns a shape that is defined once in the JSON Schema, under this name.
  package func defined(as name: String, _ about: String) -> Shape {
    var shape = self
    shape.schema.definition = name
    shape.schema.about = about
    return shape
  }
}

extension Node {
  /// Returns the place of a key's value; without one, the mapping's own place.
  package func place(of key: String?) -> Place { key.flatMap { self[$0]?.place } ?? place }
}

extension Shape {
  /// Returns a shape with two ways to write a value: a single value, or a mapping or list.
  package func or(_ structured: Shape) -> Shape {
    Shape(Schema(.either([schema, structured.schema]))) { node, reading in
      if case .scalar = node.content { return read(node, &reading) }
      return structured.read(node, &reading)
    }
  }

  /// Returns a list with at least `countMinimum` items.
  package static func list<Item>(of item: Shape<Item>, countMinimum: Int = 0) -> Shape where Value == [Item] {
    Shape(Schema(.list(item.schema, countMinimum: countMinimum))) { node, reading in
      guard case .sequence(let items) = node.content else {
        reading.report(
          "a list is expected here, not \(node.kindName)",
          hint: "write '[a, b]', or '- a' on a line of its own",
          at: node.place)
        return nil
      }
      guard items.count >= countMinimum else {
        reading.report(
          "this list is too short", hint: "give at least \(countMinimum) of them", at: node.place)
        return nil
      }
      let values = items.enumerated().map { reading.read(item, $0.element, below: "\($0.offset)") }
      let present = values.compactMap { $0 }
      return present.count == values.count ? present : nil
    }
  }

  /// Returns a mapping from the author's own names to values, in the order of the file; never empty.
  ///
  /// The reader of a value finds its name by `Field.name`.
  package static func entries<Item>(of item: Shape<Item>, noun: String) -> Shape where Value == [Item] {
    Shape(Schema(.entries(item.schema, of: noun))) { node, reading in
      guard case .mapping(let pairs) = node.content, !pairs.isEmpty else {
        reading.report(
          node.isNull || node.kindName == "a mapping"
            ? "there is no \(noun) here" : "a mapping is expected here, not \(node.kindName)",
          hint: "write the name of a \(noun), a colon, and what it is, indented", at: node.place)
        return nil
      }
      var values: [Item] = []
      for pair in pairs {
        let isName = Name.check(pair.key, at: pair.keyPlace, noun: noun, &reading)
        if let value = reading.read(item, pair.value, below: pair.key), isName { values.append(value) }
      }
      return values.count == pairs.count ? values : nil
    }
  }
}

/// The rules for names, which become parts of reports, tables and options.
package enum Name {
  package static let pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"

  package static func check(_ name: String, at place: Place, noun: String, _ reading: inout Reading) -> Bool {
    let isFit =
      (1...64).contains(name.utf8.count) && !"._-".contains(name.first ?? "-")
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
    if !isFit {
      reading.report(
        "'\(name)' cannot name a \(noun)",
        hint: "use up to 64 letters, digits, '.', '_' and '-', a letter or digit first", at: place)
    }
    return isFit
  }
}
