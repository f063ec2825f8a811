import Documents
import ScenarioLanguage
import Units

/// All valid designs of a space.
public struct DesignCatalog: Sendable {
  public let file: ScenarioFile
  public let space: DesignSpace
  public let designs: [Design]
  /// The number of combinations of alternatives, including invalid and equal ones.
  public let combinations: Int
  /// The number of combinations that are no valid scenario.
  public let invalid: Int

  /// The limit on combinations.
  public static let combinationsMaximum = 5_000

  /// Reads every combination.
  ///
  /// - Throws: when the scenario names no space, one that is too large, or one without a valid design.
  public init(_ file: ScenarioFile, progress: (Int) -> Void = { _ in }) throws(InputError) {
    guard let space = file.designSpace else {
      throw InputError(
        Diagnostic(
          file: file.path, message: "the scenario names no designs to choose from",
          hint: "add for example 'choose: { vary: { backups.0.retention: [{ count: 7 }, { count: 14 }] } }'"))
    }
    var builder = CatalogBuilder(file, space)
    try builder.enumerate()
    self.file = file
    self.space = space
    combinations = builder.drafts.count
    let baseline = builder.baseline
    var designs: [Design] = []
    var (invalid, refusal) = (0, Diagnostic?.none)
    var seen: Set<String> = []
    for draft in builder.drafts {
      progress(designs.count)
      let text = draft.root.yaml
      guard seen.insert(text).inserted else { continue }
      do throws(InputError) {
        designs.append(
          try Design(draft, text: text, number: designs.count, of: file, baseline: baseline))
      } catch {
        invalid += 1
        refusal = refusal ?? error.diagnostics.first
      }
    }
    guard !designs.isEmpty else { throw InputError(.noDesign(file, combinations, refusal)) }
    self.designs = designs
    self.invalid = invalid
  }

  /// The objectives that the scenario states for designs.
  public var requirement: DesignRequirement {
    let scenario = designs[0].scenario
    return DesignRequirement(
      objectives: scenario.disasters.map { file.scenario.objectives(against: $0, in: space) },
      counts: scenario.disasters.map { scenario.strikeInstants(of: $0).count },
      level: space.level ?? file.scenario.objectives.level)
  }
}

/// A combination that has not been read.
package struct DesignDraft {
  package var base: String
  package var root: Node
  package var choices: [Design.Choice] = []
  package var estate: [Int] = []
}

/// Builds combinations of alternatives.
private struct CatalogBuilder {
  private let file: ScenarioFile
  private let space: DesignSpace
  private(set) var drafts: [DesignDraft] = []
  private var usedAxes: Set<Int> = []

  init(_ file: ScenarioFile, _ space: DesignSpace) {
    self.file = file
    self.space = space
  }

  /// The values of the baseline strategy, by path.
  var baseline: [ScenarioFile.Value]? {
    guard let place = space.baseline, let draft = draft(ofStrategyAt: place) else { return nil }
    return try? ScenarioFile(SourceText(name: file.path, folder: folder, text: draft.root.yaml)).values
  }

  private var folder: String { file.folder }

  mutating func enumerate() throws(InputError) {
    for place in space.bases ?? Array(file.scenario.strategies.indices) {
      guard let draft = draft(ofStrategyAt: place) else { continue }
      try extend(draft, axis: 0)
    }
    if let unused = space.axes.indices.first(where: { !usedAxes.contains($0) }) {
      let axis = space.axes[unused]
      throw InputError(
        Diagnostic(
          at: axis.place, message: "no strategy has a place for '\(axis.name)'",
          hint: "write a path to a value that some strategy states, or make 'none' one of the alternatives"))
    }
  }

  /// Returns the scenario with only one of its strategies, without parts that concern all of them.
  private func draft(ofStrategyAt place: Int) -> DesignDraft? {
    let name = file.scenario.strategies[place].name
    guard let node = file.root.value(at: ["strategies", name]) else { return nil }
    var root = file.root
    for key in ["choose", "chosen", "check", "precision"] { root = root.setting([key], to: nil) ?? root }
    guard
      let alone = root.setting(["strategies"], to: Node.mapping(Design.strategyName, node))
    else { return nil }
    return DesignDraft(base: name, root: alone)
  }

  /// Extends a draft by all axes, depth first. A later axis can thus change a section that an alternative
  /// adds.
  private mutating func extend(_ draft: DesignDraft, axis place: Int) throws(InputError) {
    guard space.axes.indices.contains(place) else {
      guard drafts.count < DesignCatalog.combinationsMaximum else { throw tooLarge }
      drafts.append(draft)
      return
    }
    let axis = space.axes[place]
    var isUsed = false
    let applies = axis.applies(to: draft.root, below: ["strategies", Design.strategyName])
    for (number, alternative) in axis.alternatives.enumerated() where applies {
      guard let root = draft.root.applying(alternative) else { continue }
      isUsed = true
      usedAxes.insert(place)
      var next = draft
      next.root = root
      next.choices.append(Design.Choice(axis: axis.name, value: alternative.text))
      if alternative.changes.contains(where: \.isOfEstate) { next.estate += [place, number] }
      try extend(next, axis: place + 1)
    }
    if !isUsed { try extend(draft, axis: place + 1) }
  }

  private var tooLarge: InputError {
    let bases = space.bases?.count ?? file.scenario.strategies.count
    let size = space.axes.reduce(bases) {
      let (product, overflow) = $0.multipliedReportingOverflow(by: $1.alternatives.count)
      return overflow ? .max : product
    }
    let factors = space.axes.map { "\($0.alternatives.count) of '\($0.name)'" }
    return InputError(
      Diagnostic(
        at: file.place(of: ["choose"]),
        message:
          "the space has up to \(size) designs, and at most \(DesignCatalog.combinationsMaximum) are compared",
        hint: "take alternatives away: \(bases) strategies, times \(factors.joined(separator: ", "))"))
  }
}

extension Node {
  /// The scenario after an alternative; `nil` where one of its values has no place.
  fileprivate func applying(_ alternative: DesignSpace.Alternative) -> Node? {
    var root = self
    for change in alternative.changes {
      let path = (change.isOfEstate ? [] : ["strategies", Design.strategyName]) + change.path
      guard root.value(at: path.dropLast()[...]) != nil, let next = root.setting(path[...], to: change.value)
      else { return nil }
      root = next
    }
    return root
  }
}

extension DesignSpace.Alternative {
  fileprivate var text: String {
    guard changes.count != 1 else { return changes[0].value?.oneLine ?? "none" }
    guard !changes.isEmpty else { return "as it is" }
    return changes.map { "\($0.path.joined(separator: ".")) \($0.value?.oneLine ?? "none")" }
      .joined(separator: ", ")
  }
}

extension Design {
  fileprivate init(
    _ draft: DesignDraft, text: String, number: Int, of file: ScenarioFile, baseline: [ScenarioFile.Value]?
  ) throws(InputError) {
    let read = try ScenarioFile(SourceText(name: file.path, folder: file.folder, text: text))
    let scenario = read.scenario
    self.init(
      number: number, base: draft.base, choices: draft.choices,
      changes: baseline.map { read.values.differences(from: $0) } ?? 0, scenario: scenario, root: draft.root,
      estate: draft.estate, bounds: scenario.bounds(of: scenario.strategies[0]))
  }
}

extension [ScenarioFile.Value] {
  /// Returns the number of paths with different or missing values, not counting titles.
  fileprivate func differences(from other: [ScenarioFile.Value]) -> Int {
    let old = other.reduce(into: [String: String]()) { $0[$1.path] = $1.text }
    let paths = Set(map(\.path))
    let isTitle = { (path: String) in path.hasSuffix(".title") }
    return count { !isTitle($0.path) && old[$0.path] != $0.text }
      + other.count { !isTitle($0.path) && !paths.contains($0.path) }
  }
}

extension ScenarioFile {
  /// The folder that the paths in the scenario start from.
  package var folder: String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "." }
}

extension Diagnostic {
  fileprivate static func noDesign(
    _ file: ScenarioFile, _ combinations: Int, _ refusal: Diagnostic?
  ) -> Diagnostic {
    Diagnostic(
      at: file.place(of: ["choose"]),
      message: "none of the \(combinations) combinations is a valid strategy"
        + (refusal.map { ": \($0.message)" } ?? ""),
      hint: refusal?.hint ?? "take combinations that belong together into 'combine'")
  }
}
