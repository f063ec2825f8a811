import Estate
import Rehearsals
import ScenarioLanguage
import Units

/// Searches for the first instant at which a strategy has a copy to recover from.
struct FirstCopySearch {
  private let scenario: Scenario
  private let strategy: Strategy
  private let sweep: Sweep
  private let reader = StampReader()

  init(_ scenario: Scenario, _ strategy: Strategy) {
    self.scenario = scenario
    self.strategy = strategy
    sweep = Sweep(
      scenario, provenance: Provenance(version: "", digest: "", arguments: []),
      selection: Sweep.Selection(instant: scenario.windowStart))
  }

  /// The start of the replication, or the first slot of a backup.
  private var start: Instant? {
    if strategy.disasterRecovery != nil { return scenario.start }
    return scenario.firstBackup(of: strategy)
  }

  private func isThere(in world: World) -> Bool {
    if strategy.disasterRecovery != nil {
      return world.protectionGroups.allSatisfy { world.trueLag(of: $0, reader: reader) != .unusable }
    }
    return world.protectionRecord.backupsTaken > 0
  }

  /// Runs the search: doubles the time until there is a copy, then bisects to one second.
  func run() -> FirstCopy? {
    guard let start else { return nil }
    var before = sweep.world(under: strategy, at: start, from: nil)
    var step = Duration.seconds(60)
    var after = start + step
    while true {
      guard after <= scenario.windowEnd else { return nil }
      let world = sweep.world(under: strategy, at: after, from: before)
      if isThere(in: world) { break }
      before = world
      step = step * 2
      after = after + step
    }
    while after - before.now > .seconds(1) {
      let middle = before.now + Duration(nanoseconds: (after - before.now).nanoseconds / 2)
      let world = sweep.world(under: strategy, at: middle, from: before)
      if isThere(in: world) { after = middle } else { before = world }
    }
    return FirstCopy(start: start, notYet: before.now, done: after)
  }
}
