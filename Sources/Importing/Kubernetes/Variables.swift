import Documents
import Units

/// The `${VARIABLES}` of GitOps tools, resolved from options and defaults.
struct Variables {
  let values: [String: String]

  init(_ options: ImportOptions) {
    values = options.variables.reduce(into: [:]) { $0[$1.name] = $1.value }
  }

  init(values: [String: String]) { self.values = values }

  /// Returns the text of an essential value; throws when a variable in it is unresolved.
  func text(_ value: Datum) throws(InputError) -> String? {
    guard let written = value.text else { return nil }
    let (text, missing) = resolved(written)
    guard let name = missing.first else { return text }
    throw value.tape.text.failure(
      offset: value.offset, "nobody resolves the variable '\(name)'",
      hint: "give its value with '--variable \(name)=VALUE', or import what the GitOps tool renders")
  }

  /// Returns the text with resolved variables, and the names of the unresolved ones.
  func resolved(_ text: String, depth: Int = 0) -> (text: String, missing: [String]) {
    guard text.contains("${"), depth < 16 else { return (text, []) }
    var result = ""
    var missing: [String] = []
    var rest = text[...]
    while let start = rest.ranges(of: "${").first {
      result += rest[..<start.lowerBound]
      let body = Self.body(rest[start.upperBound...])
      let inside = rest[start.upperBound..<body]
      let value = value(of: String(inside), depth: depth)
      result += value.text
      missing += value.missing
      rest = body < rest.endIndex ? rest[rest.index(after: body)...] : rest[body...]
    }
    return (result + rest, missing)
  }

  /// Returns the index of the brace that closes the one before `text`.
  private static func body(_ text: Substring) -> String.Index {
    var depth = 1
    for index in text.indices {
      if text[index] == "{" { depth += 1 }
      if text[index] == "}" { depth -= 1 }
      if depth == 0 { return index }
    }
    return text.endIndex
  }

  private func value(of inside: String, depth: Int) -> (text: String, missing: [String]) {
    let name = inside.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    if let value = values[String(name)], !value.isEmpty { return (value, []) }
    for separator in [":-", ":=", "-", "="] {
      guard inside.dropFirst(name.count).hasPrefix(separator) else { continue }
      return resolved(String(inside.dropFirst(name.count + separator.count)), depth: depth + 1)
    }
    return (String(name), [String(name)])
  }
}

/// An object of Kubernetes whose fields are read with their variables resolved.
struct KubernetesObject {
  let kind: String
  let group: String
  let datum: Datum
  let variables: Variables

  var spec: Datum? { datum["spec"] }

  /// The name, in which unresolved variables are allowed.
  var name: String { variables.resolved(datum["metadata", "name"]?.text ?? kind.lowercased()).text }
  var namespace: String { variables.resolved(datum["metadata", "namespace"]?.text ?? "default").text }

  /// Returns the text of an essential field; throws when a variable in it is unresolved.
  func text(_ value: Datum?) throws(InputError) -> String? {
    guard let value else { return nil }
    return try variables.text(value)
  }

  func integer(_ value: Datum?) throws(InputError) -> Int? { try text(value).flatMap { Int($0) } }

  func size(_ value: Datum?) throws(InputError) -> ByteCount? {
    guard let value, let text = try text(value) else { return nil }
    if text.allSatisfy(\.isNumber), let size = SizeText.kubernetes(text), size < .mebibytes(1) {
      throw value.tape.text.failure(
        offset: value.offset, "the size '\(text)' has no unit, so it means bytes",
        hint: "write its unit, for example '\(text)Gi'")
    }
    if text.hasSuffix("m"), SizeText.kubernetes(text) != nil {
      throw value.tape.text.failure(
        offset: value.offset, "the size '\(text)' means thousandths of a byte",
        hint: "write '\(text.dropLast())Mi' for mebibytes, or '\(text.dropLast())M' for megabytes")
    }
    if let size = SizeText.kubernetes(text), size > .zero { return size }
    throw value.tape.text.failure(
      offset: value.offset, "'\(text)' is no size of Kubernetes", hint: "write its unit, for example '8Gi'")
  }

  func schedules(_ value: Datum?, _ dialect: CronSyntax, _ key: String) throws(InputError) -> [Schedule] {
    guard let value, let text = try text(value), !text.isEmpty else { return [] }
    let zone = text.split(separator: " ").first.flatMap { word -> String? in
      ["CRON_TZ=", "TZ="].lazy.compactMap { word.hasPrefix($0) ? String(word.dropFirst($0.count)) : nil }
        .first
    }
    let cron = zone == nil ? text : text.words.dropFirst().joined(separator: " ")
    if let zone { _ = try value.tape.text.zone(named: zone, line: value.origin().line) }
    return try value.schedules(cron, dialect, zone: zone ?? "UTC", "\(name).\(key)")
  }

  func origin(_ value: Datum?, _ key: String) -> Origin { (value ?? datum).origin("\(kind).\(name).\(key)") }
}
