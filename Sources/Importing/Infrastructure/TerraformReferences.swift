/// The configuration of a plan: the objects to which the attributes of resources refer.
///
/// Values that are known only after the plan is applied, such as the identifiers of new objects, are missing from
/// `planned_values`. The configuration says from which objects they come.
struct TerraformReferences {
  /// A resource of the configuration with the calls of the modules around it, the innermost last.
  private struct Place {
    let resource: Datum
    let calls: [Datum]

    var isMany: Bool { resource["count_expression"] != nil || resource["for_each_expression"] != nil }
  }

  /// The places by address without indices.
  private var places: [String: Place] = [:]

  init(_ document: Datum) {
    if let root = document["configuration", "root_module"] { add(root, prefix: "", calls: []) }
  }

  private mutating func add(_ module: Datum, prefix: String, calls: [Datum]) {
    for resource in module["resources"]?.items ?? [] {
      if let address = resource["address"]?.text {
        places[prefix + address] = Place(resource: resource, calls: calls)
      }
    }
    for (name, call) in module["module_calls"]?.members ?? [] {
      if let inner = call["module"] { add(inner, prefix: "\(prefix)module.\(name).", calls: calls + [call]) }
    }
  }

  /// Returns the addresses to which an attribute refers, in the order of the configuration.
  func addresses(of key: String, at address: String) -> [String] {
    guard let place = places[Self.withoutIndices(address)] else { return [] }
    let modules = Self.modules(of: address)
    return (place.resource["expressions", key]?.list ?? []).flatMap { expression in
      resolved(expression, modules, place.calls, key: Self.index(of: address))
    }
  }

  /// Returns the addresses behind the references in an expression, which may be a nested block.
  private func resolved(_ expression: Datum, _ modules: [String], _ calls: [Datum], key: String) -> [String] {
    guard let references = expression["references"] else {
      return expression.members.flatMap { resolved($0.value, modules, calls, key: key) }
    }
    var found: [String] = []
    for reference in references.items.compactMap(\.text) {
      let parts = reference.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      if parts.count >= 2, parts[0] == "var", let call = calls.last {
        let outer = call["expressions", Self.withoutIndices(parts[1])]
        found +=
          outer.map {
            resolved(
              $0, Array(modules.dropLast()), Array(calls.dropLast()), key: Self.index(of: modules.last ?? ""))
          }
          ?? []
      } else if parts.count >= 2,
        !["each", "count", "var", "local", "data", "module", "path"].contains(parts[0])
      {
        let prefix = modules.map { "\($0)." }.joined()
        let address = "\(prefix)\(parts[0]).\(parts[1])"
        guard let target = places[Self.withoutIndices(address)] else { continue }
        // Without an index of its own, the reference names all instances.
        let isOpen = target.isMany && Self.index(of: address).isEmpty
        found.append(isOpen ? address + (key.isEmpty ? "[*]" : key) : address)
      }
    }
    return found.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Returns the modules of an address: `module.a["x"]` of `module.a["x"].aws_instance.b`.
  private static func modules(of address: String) -> [String] {
    var modules: [String] = []
    var rest = address[...]
    while rest.hasPrefix("module.") {
      var (depth, end) = (0, rest.endIndex)
      for index in rest.indices.dropFirst(7) {
        if rest[index] == "[" { depth += 1 }
        if rest[index] == "]" { depth -= 1 }
        if rest[index] == ".", depth == 0 {
          end = index
          break
        }
      }
      modules.append(String(rest[..<end]))
      rest = end < rest.endIndex ? rest[rest.index(after: end)...] : rest[end...]
    }
    return modules
  }

  /// Returns the index at the end of an address with its brackets; empty without one.
  private static func index(of address: String) -> String {
    guard address.hasSuffix("]"), let start = address.lastIndex(of: "[") else { return "" }
    return String(address[start...])
  }

  private static func withoutIndices(_ address: String) -> String {
    var depth = 0
    return String(
      address.filter { character in
        if character == "[" { depth += 1 }
        defer { if character == "]" { depth -= 1 } }
        return depth == 0
      })
  }
}
