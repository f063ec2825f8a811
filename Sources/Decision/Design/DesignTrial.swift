import Assessment
import Documents
import Rehearsals
import ScenarioLanguage
import Statistics
import Units

/// The rehearsal of a design, or a part of it.
package struct DesignTrial: Codable, Sendable {
  /// The annual cost of protection without disasters.
  package var cost: Money
  /// The results, by disaster and drill.
  package var disasters: [[Result]]

  /// One drill.
  package struct Result: Codable, Hashable, Sendable {
    package var rpo: Achieved
    package var rpoAtLeast: Achieved
    package var rto: Achieved
  }

  /// The worst value over all disasters that a share of the drills achieves.
  package func achieved(_ kind: DesignRequirement.Kind, at level: Ratio) -> Achieved {
    disasters.compactMap { results in
      Sample(results.map { kind == .rpo ? $0.rpo : $0.rto })?.quantile(level)
    }.max() ?? .duration(.zero)
  }

  package var count: Int { disasters.reduce(0) { $0 + $1.count } }
}

extension DesignTrial {
  /// The trial of one strategy of a priced report.
  package init(_ strategy: StrategyReport, _ costs: StrategyCosts) {
    cost = costs.protection
    disasters = strategy.disasters.map { disaster in
      disaster.drills.map {
        Result(rpo: $0.achievedRPO, rpoAtLeast: $0.achievedRPOAtLeast, rto: $0.achievedRTO)
      }
    }
  }
}

/// The stage of a design's rehearsal.
public enum DesignStage: String, CaseIterable, Codable, Hashable, Sendable {
  /// Four strikes of each disaster.
  case few
  /// An eighth of the strikes, at least sixteen.
  case more
  /// All strikes of the design alone, as in `firedrill run`.
  case full

  /// The instants of the stage, evenly spread among all of them.
  package func instants(of all: [Instant]) -> [Instant] {
    let count =
      switch self {
      case .few: min(4, all.count)
      case .more: min(all.count, max(16, all.count / 8))
      case .full: all.count
      }
    return (0..<count).map { all[(2 * $0 + 1) * all.count / (2 * count)] }
  }
}

/// Rehearses designs.
package struct DesignRehearsal {
  package let jobs: Int

  /// The trials of designs at a stage, in their order.
  package func trials(
    of designs: [Design], at stage: DesignStage, progress: @Sendable (Sweep.Progress) -> Void
  ) async throws(InputError) -> [DesignTrial] {
    if stage == .full {
      var trials: [DesignTrial] = []
      for design in designs {
        trials += try await run(design.scenario, progress)
      }
      return trials
    }
    var trials: [DesignTrial?] = designs.map { _ in nil }
    var rest = Array(designs.indices)
    while let first = rest.first {
      let group = rest.filter { designs[$0].estate == designs[first].estate }
      rest.removeAll { group.contains($0) }
      let scenario = together(group.map { designs[$0] }, at: stage)
      for (place, trial) in zip(group, try await run(scenario, progress)) {
        trials[place] = trial
      }
    }
    return trials.compactMap { $0 }
  }

  /// Returns one scenario with all designs of one estate, so that its workloads are drawn only once.
  private func together(_ designs: [Design], at stage: DesignStage) -> Scenario {
    var scenario = designs[0].scenario
    scenario.strategies = designs.map { design in
      var strategy = design.strategy
      strategy.name = "design-\(design.number)"
      return strategy
    }
    for place in scenario.disasters.indices {
      let all = designs[0].scenario.strikeInstants(of: scenario.disasters[place])
      scenario.disasters[place].strikes = .at(stage.instants(of: all))
    }
    return scenario
  }

  private func run(
    _ scenario: Scenario, _ progress: @Sendable (Sweep.Progress) -> Void
  ) async throws(InputError) -> [DesignTrial] {
    var sweep = Sweep(scenario, provenance: Provenance(version: "", digest: "", arguments: []))
    sweep.isDrillsOnly = true
    let report = try await sweep.run(jobs: jobs, progress: progress).priced()
    return zip(report.strategies, report.costs.strategies).map(DesignTrial.init)
  }
}
