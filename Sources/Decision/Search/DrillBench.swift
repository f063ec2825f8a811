import Estate
import Rehearsals
import ScenarioLanguage
import Units

/// Rehearses single drills of one strategy at any instants. Undisturbed worlds are kept, so that none is
/// simulated twice.
public struct DrillBench {
  private let sweep: Sweep
  private let scenario: Scenario
  private let strategy: Strategy
  /// The worlds in the order of their instants. Copies share their unchanged parts.
  private var worlds: [World] = []
  private static let worldsMaximum = 96

  /// - Parameter strike: an instant around which writes are cut as finely as at the scenario's own strikes.
  public init(_ scenario: Scenario, strategy: Strategy, strike: Instant? = nil) {
    self.scenario = scenario
    self.strategy = strategy
    sweep = Sweep(
      scenario, provenance: Provenance(version: "", digest: "", arguments: []),
      selection: Sweep.Selection(instant: strike))
  }

  /// Rehearses a disaster at an instant.
  ///
  /// - Parameter people: the people's times, if not the scenario's.
  public mutating func drill(of disaster: Disaster, at instant: Instant, people: People? = nil) -> Drill {
    var changed = scenario
    if let people { changed.people = people }
    return sweep.drill(of: disaster, under: strategy, on: world(at: instant), in: changed)
  }

  private mutating func world(at instant: Instant) -> World {
    let before = worlds.lastIndex { $0.now <= instant }
    let world = sweep.world(under: strategy, at: instant, from: before.map { worlds[$0] })
    if before.map({ worlds[$0].now != instant }) ?? true {
      worlds.insert(world, at: before.map { $0 + 1 } ?? 0)
    }
    // Every other one goes: the rest of the window stays covered.
    if worlds.count > Self.worldsMaximum {
      worlds = worlds.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    }
    return world
  }
}
