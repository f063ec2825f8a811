import ScenarioLanguage
import Units

/// All lifetimes of every strategy, simulated or merged from shards.
public struct RiskOutcome: Codable, Sendable, Hashable {
  /// The tallies, by strategy.
  public var tallies: [RiskTally]
  /// The splitting tallies, by strategy; empty where counting is enough or finds a loss.
  public var splittings: [SplittingTally]

  public init(tallies: [RiskTally], splittings: [SplittingTally]) {
    self.tallies = tallies
    self.splittings = splittings
  }

  /// Appends the following lifetimes. A counted loss makes all splitting of its strategy void.
  public mutating func append(_ next: RiskOutcome) {
    for place in tallies.indices {
      tallies[place].append(next.tallies[place])
      splittings[place].append(next.splittings[place])
      if tallies[place].lostLifetimes > 0 { splittings[place] = SplittingTally() }
    }
  }
}

extension RiskModel {
  /// Whether a total loss of a strategy needs several disasters. Counting then finds too few of them.
  package func needsSplitting(_ exposure: Exposure) -> Bool {
    let losesAlone = zip(hazards, exposure.hazards).contains { hazard, harm in
      hazard.perYear > 0
        && (harm.recoveries.contains(where: \.isLost) || harm.destroyed == exposure.allCopies)
    }
    return !losesAlone && CopySplitting(self, exposure: exposure).canLoseEveryCopy
  }

  private struct PartOfSplitting: Sendable {
    let strategy: Int
    let part: Int
    let tally: SplittingTally
  }

  /// The number of lifetimes that are split in one task.
  private static let lifetimesOfPart = 10

  /// Simulates lifetimes. Where a total loss needs several disasters and counting finds none, some are split.
  public func outcome(
    lifetimes: Range<Int>, splitting split: Range<Int>, jobs: Int,
    progress: @Sendable (_ done: Int) -> Void = { _ in }
  ) async -> RiskOutcome {
    let tallies = await RiskSimulation(self).run(lifetimes: lifetimes, jobs: jobs, progress: progress)
    let splittings = await withTaskGroup(of: PartOfSplitting.self) { group in
      let parts = stride(from: split.lowerBound, to: split.upperBound, by: Self.lifetimesOfPart).map {
        $0..<min($0 + Self.lifetimesOfPart, split.upperBound)
      }
      // Where counting finds a loss, the counted share is reported.
      for (place, exposure) in exposures.enumerated()
      where tallies[place].lostLifetimes == 0 && needsSplitting(exposure) {
        for (number, part) in parts.enumerated() {
          group.addTask {
            PartOfSplitting(
              strategy: place, part: number,
              tally: CopySplitting(self, exposure: exposure).run(lifetimes: part))
          }
        }
      }
      let done = await group.reduce(into: []) { $0.append($1) }
      return done.sorted { ($0.strategy, $0.part) < ($1.strategy, $1.part) }
        .reduce(into: exposures.map { _ in SplittingTally() }) { $0[$1.strategy].append($1.tally) }
    }
    return RiskOutcome(tallies: tallies, splittings: splittings)
  }

  /// Returns the risk of each strategy, in the strategies' order.
  public func risks(
    from outcome: RiskOutcome, _ recoveries: MeasuredRecoveries, _ scenario: Scenario
  ) -> [StrategyRisk] {
    exposures.enumerated().compactMap { place, exposure in
      guard let measured = recoveries.strategies.first(where: { $0.name == exposure.strategy }) else {
        return nil
      }
      let terms = RiskTerms(
        currency: measured.protection.currency, lifetimeYears: lifetimeYears,
        ownership: measured.ownership, discountRate: scenario.costs.discountRate,
        protection: measured.protection)
      return StrategyRisk(
        exposure.strategy, tally: outcome.tallies[place], hazards: hazards,
        splitting: outcome.splittings[place].weights.isEmpty ? nil : outcome.splittings[place],
        isReachable: CopySplitting(self, exposure: exposure).canLoseEveryCopy || losesAlone(exposure),
        terms: terms)
    }
  }

  private func losesAlone(_ exposure: Exposure) -> Bool {
    zip(hazards, exposure.hazards).contains { hazard, harm in
      hazard.perYear > 0
        && (harm.recoveries + harm.overlaps.flatMap { $0 }).contains(where: \.isLost)
    }
  }
}
