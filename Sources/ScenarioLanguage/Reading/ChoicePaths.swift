import Documents

/// The check that every path below `choose` leads to a key of the scenario language.
struct ChoicePaths {
  private(set) var diagnostics: [Diagnostic] = []
  private let root: Node
  private let scenario = Shape<Scenario>.scenario.schema
  private let strategy: Schema

  /// Checks the paths of `vary` and `combine` in a document.
  init(_ root: Node) {
    self.root = root
    strategy = scenario.keys.first { $0.key == "strategies" }?.schema.item ?? scenario
    guard let choose = root["choose"] else { return }
    for pair in choose["vary"]?.pairs ?? [] { check(pair) }
    for group in choose["combine"]?.pairs ?? [] {
      guard case .sequence(let alternatives) = group.value.content else { continue }
      for alternative in alternatives { alternative.pairs.forEach { check($0) } }
    }
  }

  /// Returns a document with the present names of keys in the paths of `vary` and `combine`.
  static func replacingFormerKeys(in root: Node, _ former: inout FormerKeys) -> Node {
    let scenario = Shape<Scenario>.scenario.schema
    let strategy = scenario.keys.first { $0.key == "strategies" }?.schema.item ?? scenario
    func renamed(_ pairs: [Node.Pair]) -> [Node.Pair] {
      pairs.map { pair in
        let change = DesignSpace.Change(pair.key, pair.value)
        let path = former.replaced(
          in: change.path, change.isOfEstate ? scenario : strategy, at: pair.keyPlace)
        return Node.Pair(key: path.joined(separator: "."), keyPlace: pair.keyPlace, value: pair.value)
      }
    }
    var root = root
    for section in ["vary", "combine"] {
      guard var node = root["choose"]?[section], case .mapping(let pairs) = node.content else { continue }
      if section == "vary" {
        node.content = .mapping(renamed(pairs))
      } else {
        node.content = .mapping(
          pairs.map { pair in
            guard case .sequence(var items) = pair.value.content else { return pair }
            for index in items.indices {
              guard case .mapping(let changes) = items[index].content else { continue }
              items[index].content = .mapping(renamed(changes))
            }
            var pair = pair
            pair.value.content = .sequence(items)
            return pair
          })
      }
      root = root.setting(["choose", section], to: node) ?? root
    }
    return root
  }

  private mutating func check(_ pair: Node.Pair) {
    let change = DesignSpace.Change(pair.key, pair.value)
    let misfit =
      change.isOfEstate
      ? scenario.error(in: change.path[...], of: root) : strategy.error(in: change.path[...], of: nil)
    guard let misfit else { return }
    diagnostics.append(
      Diagnostic(
        at: pair.keyPlace, message: "no value has the path '\(pair.key)': \(misfit.message)",
        hint: misfit.hint))
  }
}
