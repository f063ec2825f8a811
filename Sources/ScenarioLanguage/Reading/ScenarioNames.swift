import Documents

/// The names that a scenario declares, collected before the values are read. References are resolved with
/// them.
struct ScenarioNames {
  private(set) var byKind: [NameKind: [String]] = [:]
  private(set) var diagnostics: [Diagnostic] = []

  init(_ root: Node) {
    for kind in NameKind.ofScenario where kind != .volume {
      byKind[kind] = root[kind.plural]?.pairs.map(\.key) ?? []
    }
    let services = root["services"]?.pairs ?? []
    let volumes = services.flatMap { $0.value["volumes"]?.pairs ?? [] }
    byKind[.volume] = volumes.map(\.key)
    checkDistinct(volumes)
    checkCycles(
      services.map { Edges(from: $0, to: $0.value["dependsOn"]?.items ?? []) },
      "services depend on each other in a circle", "remove one of these dependencies")
    checkCycles(
      (root["disasters"]?.pairs ?? []).map { pair in
        Edges(from: pair, to: [pair.value["followedBy"]?["disaster"]].compactMap { $0 })
      }, "disasters follow each other in a circle", "let one of them be followed by nothing")
  }

  private mutating func checkDistinct(_ volumes: [Node.Pair]) {
    var first: [String: Place] = [:]
    for volume in volumes {
      if let earlier = first[volume.key] {
        diagnostics.append(
          Diagnostic(
            at: volume.keyPlace, message: "two volumes are called '\(volume.key)'",
            hint: "the first is in line \(earlier.line); give one of them another name"))
      } else {
        first[volume.key] = volume.keyPlace
      }
    }
  }

  /// The references of one thing to others of its kind.
  private struct Edges {
    let name: String
    let targets: [Node]

    init(from pair: Node.Pair, to targets: [Node]) {
      name = pair.key
      self.targets = targets
    }
  }

  /// Reports each cycle once, at the reference that closes it. The search is depth first, in the order of the
  /// file.
  private mutating func checkCycles(_ edges: [Edges], _ message: String, _ hint: String) {
    var finished: Set<String> = []
    for edge in edges {
      var path: [String] = []
      visit(edge.name, edges, &path, &finished, message, hint)
    }
  }

  private mutating func visit(
    _ name: String, _ edges: [Edges], _ path: inout [String], _ finished: inout Set<String>,
    _ message: String,
    _ hint: String
  ) {
    guard !finished.contains(name), let edge = edges.first(where: { $0.name == name }) else { return }
    path.append(name)
    for target in edge.targets {
      if let start = path.firstIndex(of: target.text) {
        let circle = (path[start...] + [target.text]).joined(separator: " -> ")
        diagnostics.append(Diagnostic(at: target.place, message: "\(message): \(circle)", hint: hint))
      } else {
        visit(target.text, edges, &path, &finished, message, hint)
      }
    }
    path.removeLast()
    finished.insert(name)
  }
}

extension Node {
  /// The items of a list; empty for anything else.
  fileprivate var items: [Node] {
    guard case .sequence(let items) = content else { return [] }
    return items
  }
}

extension NameKind {
  static let site = NameKind("site")
  static let link = NameKind("link")
  static let device = NameKind("device")
  static let host = NameKind("host")
  static let tier = NameKind("tier")
  static let service = NameKind("service")
  static let volume = NameKind("volume")
  static let vault = NameKind("vault")
  static let disaster = NameKind("disaster")
  static let strategy = NameKind("strategy", plural: "strategies")

  fileprivate static let ofScenario: [NameKind] = [
    .site, .link, .device, .host, .tier, .service, .volume, .vault, .disaster, .strategy,
  ]
}
