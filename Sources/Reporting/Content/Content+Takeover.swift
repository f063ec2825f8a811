import Estate
import Rehearsals
import ScenarioLanguage
import Units

extension ReportContent {
  /// Describes automatic failover as a line of the strategy's policies.
  func wording(_ automatic: AutomaticFailover) -> Prose {
    let silence: Prose =
      "the standby site takes over by itself after \(automatic.misses.of("missing heartbeat")), "
      + "\(automatic.heartbeat.forReading) apart"
    let consent: Prose =
      if let witness = automatic.witness {
        "if the witness in \(name: report.scenario.blueprint.sites[witness].name) does not hear production either"
      } else {
        "and asks nobody; \(automatic.follow.asPercent) of the clients who still reach the old site follow the new address"
      }
    return silence + ", " + consent
  }

  /// Returns a table of the automatic failovers by disaster; `nil` where people decide.
  func takeovers(_ strategy: StrategyReport) -> Table? {
    let rows = strategy.disasters.compactMap { disaster -> [Cell]? in
      guard let findings = TakeoverFindings(disaster.drills) else { return nil }
      return [
        .name(disaster.disaster.name), .count(findings.falseAlarms),
        Cell("\(findings.splitBrains) of \(findings.drills)", key: Int64(findings.splitBrains)),
        .time(findings.longestSplitBrain.map { .duration($0) }),
        findings.mostWritesApart.map { .count($0) } ?? .none,
      ]
    }
    guard !rows.isEmpty else { return nil }
    return Table(
      "The standby site that takes over by itself",
      [
        .words("disaster"), .number("false alarms"), .number("split brains"), .number("longest"),
        .number("writes apart, at most"),
      ], rows)
  }

  /// Explains the part of a split brain in a drill's loss.
  func splitBrain(of drill: Drill) -> Prose {
    guard let split = drill.takeover?.splitBrain else { return "" }
    return
      " For \(split.duration.forReading) two sites served: the one that was left acknowledged "
      + "\(split.writesApart.of("write")) that the other never had, and when they met again the newer term won."
  }
}
