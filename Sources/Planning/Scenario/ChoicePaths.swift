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
