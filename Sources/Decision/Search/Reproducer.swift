import Documents
import ScenarioLanguage
import Units

/// Reduces a scenario to the parts needed to show one loss. The method is delta debugging over the document's
/// tree (Zeller and Hildebrandt, IEEE Transactions on Software Engineering 28, 2002).
public struct Reproducer {
  private let file: ScenarioFile
  private let finding: WorstFinding
  /// The largest number of drills.
  public var budget = 150
  /// Whether each scenario of an interrupted reduction showed the loss, in their order.
  public var known: [Bool] = []
  /// The callback for every new outcome, so that an interrupted reduction can resume.
  public var keep: (Bool) -> Void = { _ in }

  public init(_ file: ScenarioFile, of finding: WorstFinding) {
    self.file = file
    self.finding = finding
  }

  /// A reduced scenario that still shows the loss.
  public struct Result: Sendable {
    public var text: String
    /// The number of values before and after.
    public var valuesBefore: Int
    public var valuesAfter: Int
    /// The number of drills used.
    public var drills: Int
    /// Whether no more parts can be removed.
    public var isMinimal: Bool
  }

  /// Removes all parts that are not needed, the largest first.
  ///
  /// - Returns: `nil` when the loss does not show even in the whole scenario with this one strike.
  public func reduce(progress: (_ drills: Int, _ values: Int) -> Void = { _, _ in }) -> Result? {
    var outcomes = known[...]
    func stillShows(_ candidate: ScenarioFile) -> Bool {
      if let known = outcomes.popFirst() { return known }
      let outcome = shows(candidate)
      keep(outcome)
      return outcome
    }
    guard let whole = read(file.root, settings: settings), stillShows(whole) else { return nil }
    var (root, drills, values) = (whole.root, 1, whole.values.count)
    var isChanged = true
    while isChanged, drills < budget {
      isChanged = false
      var paths = root.removablePaths[...]
      while let path = paths.popFirst(), drills < budget {
        guard let smaller = root.removing(at: path), let candidate = read(smaller), isAsFast(candidate)
        else { continue }
        drills += 1
        guard stillShows(candidate) else { continue }
        (root, values, isChanged) = (smaller, candidate.values.count, true)
        progress(drills, values)
        // Paths behind the removed place have moved.
        paths = root.removablePaths.drop {
          $0.count < path.count || ($0.count == path.count && $0.precedes(path))
        }
      }
    }
    return Result(
      text: heading + root.yaml, valuesBefore: file.values.count, valuesAfter: values, drills: drills,
      isMinimal: !isChanged)
  }

  private var heading: String {
    """
    # The least of '\(file.scenario.name)' that shows its worst \(finding.measure.rawValue.uppercased()) against \
    '\(finding.disaster)' under '\(finding.strategy)': \(finding.value).

    """
  }

  /// The settings for the one strike and its circumstance. A name with a dot is quoted.
  private var settings: [String] {
    let disaster = "disasters.\"\(finding.disaster)\""
    let circumstance = finding.circumstance
    var settings = ["strikes={ at: [\(finding.drill.strike)] }"]
    if circumstance.dwell > .zero { settings.append("\(disaster).dwell=\(circumstance.dwell)") }
    if let second = circumstance.second {
      settings.append("\(disaster).followedBy={ disaster: \(second.disaster), after: \(second.after) }")
    }
    if circumstance.peopleLevel != nil {
      let people = circumstance.people(of: file.scenario)
      settings += [
        "people.detect=\(people.detect)", "people.declare=\(people.declare)",
        "people.decide=\(people.decide)",
      ]
    }
    return settings
  }

  /// Reads a document; `nil` when it is no scenario, or lacks the strategy or the disaster.
  private func read(_ root: Node, settings: [String] = []) -> ScenarioFile? {
    let folder = file.path.lastIndex(of: "/").map { String(file.path[...$0]) } ?? "."
    let source = SourceText(name: file.path, folder: folder, text: root.yaml)
    return try? ScenarioFile(source, settings: settings)
  }

  /// Whether a rehearsal takes no longer. Without the scale or the write size it could take hours.
  private func isAsFast(_ candidate: ScenarioFile) -> Bool {
    let volumes = file.scenario.blueprint.volumes
    return candidate.scenario.scale == file.scenario.scale
      && candidate.scenario.blueprint.volumes.allSatisfy { volume in
        volumes.contains { $0.name == volume.name && $0.workload == volume.workload }
      }
  }

  /// Whether the scenario still loses 99 % of the worst value, or everything.
  private func shows(_ file: ScenarioFile) -> Bool {
    let scenario = file.scenario
    guard let strategy = scenario.strategies.first(where: { $0.name == finding.strategy }),
      let disaster = scenario.disasters.first(where: { $0.name == finding.disaster }),
      scenario.windowStart <= finding.drill.strike, finding.drill.strike <= scenario.windowEnd
    else { return false }
    var bench = DrillBench(scenario, strategy: strategy)
    let value = finding.measure.value(of: bench.drill(of: disaster, at: finding.drill.strike))
    guard let worst = finding.value.duration else { return value == .unrecoverable }
    return value.duration.map { Double($0.nanoseconds) >= 0.99 * Double(worst.nanoseconds) } ?? false
  }
}

extension [Int] {
  /// Whether a path of the same length comes before another one.
  fileprivate func precedes(_ other: [Int]) -> Bool { lexicographicallyPrecedes(other) }
}
