import Rehearsals
import ScenarioLanguage
import Statistics
import Units

/// The comparison of a report's strategies, by cost and worst achieved values.
public struct Comparison: Sendable {
  /// The standing of one strategy.
  public struct Standing: Sendable {
    public let strategy: String
    /// The annual cost without disasters.
    public let cost: Money
    /// The RPO that 95 % of the drills achieved against the strategy's worst disaster; `nil` when nothing was
    /// rehearsed.
    public let rpo: Achieved?
    public let rto: Achieved?
    public let verdict: Verdict
    /// The disaster with the least share of drills that met both objectives; `nil` when nothing was
    /// rehearsed.
    public let weakest: DrillShare?
    /// The number of drills over all disasters.
    public let drills: Int
    public let metDrills: Int
    public let unrecoverableDrills: Int
    /// The expected annual loss; `nil` without penalties or rates in the scenario.
    public let expectedLoss: Loss?
    /// The RPO and RTO that 95 % of the drills achieved, for each disaster in turn.
    fileprivate let achieved: [Achieved]
    /// The first strategy that dominates this one: no more expensive, nowhere worse, and better somewhere.
    /// The worst RPO and RTO are compared if both always recover, else those of each disaster. `nil` when
    /// there is none.
    public fileprivate(set) var dominatedBy: String?
    /// Whether the strategy recovered in every drill.
    public var alwaysRecovers: Bool { [.met, .unresolved, .breached].contains(verdict) }

    /// The annual sum of protection and expected loss; `nil` where either is unknown.
    public var costWithLoss: Loss? {
      expectedLoss.map { .money(cost) + $0 }
    }

    /// Whether at least this share of the drills against each disaster met both objectives.
    public func meets(at level: Ratio) -> Bool { weakest.map { $0.share >= level } ?? false }
  }

  /// The drills against one disaster that met both objectives.
  public struct DrillShare: Hashable, Sendable {
    public let disaster: String
    public let met: Int
    public let drills: Int

    /// The share, rounded down to a billionth.
    public var share: Ratio { Ratio(billionths: Int64(met) * 1_000_000_000 / Int64(max(1, drills))) }
  }

  /// The standings, in the report's order.
  public let standings: [Standing]

  /// The share of drills at which an objective counts as met.
  public let level: Ratio

  /// The strategy that all others are compared with in pairs. It is the cheapest that meets the level, else
  /// the cheapest that always recovers, else the first; `nil` without strategies.
  public var reference: String? {
    (cheapestAtLevel ?? cheapestRecovering ?? standings.first)?.strategy
  }

  /// - Parameter level: `nil`: the one that the scenario asks for.
  public init(_ report: Report, level: Ratio? = nil) {
    let objectives = report.scenario.objectives
    self.level = level ?? objectives.level
    let all = report.strategies.enumerated().map { index, strategy in
      Standing(
        strategy: strategy.strategy.name, cost: report.costs.strategies[index].protection,
        rpo: strategy.disasters.compactMap { $0.rpo?.p95.value }.max(),
        rto: strategy.disasters.compactMap { $0.rto?.p95.value }.max(),
        verdict: strategy.disasters.map(\.verdict).max() ?? .notAssessed,
        weakest: strategy.disasters.filter { !$0.drills.isEmpty }.map { $0.drillShare(objectives) }
          .min { $0.share < $1.share },
        drills: strategy.disasters.reduce(0) { $0 + $1.drills.count },
        metDrills: strategy.disasters.reduce(0) { $0 + $1.metCount(objectives) },
        unrecoverableDrills: strategy.disasters.reduce(0) {
          $0 + $1.drills.count { $0.achievedRTO == .unrecoverable }
        },
        expectedLoss: report.costs.strategies[index].expectedLoss?.total,
        achieved: strategy.disasters.flatMap { [$0.rpo, $0.rto] }.compactMap { $0?.p95.value })
    }
    standings = all.map { standing in
      var standing = standing
      standing.dominatedBy = all.first { $0.dominates(standing, beyond: report.resolution) }?.strategy
      return standing
    }
  }

  /// The strategies that no other one dominates, from the cheapest. They are chosen among those that always
  /// recover or, if none does, among all.
  public var front: [Standing] {
    let pool = standings.contains(where: \.alwaysRecovers) ? standings.filter(\.alwaysRecovers) : standings
    return pool.enumerated().filter { $0.element.dominatedBy == nil }
      .sorted { ($0.element.minorUnits, $0.offset) < ($1.element.minorUnits, $1.offset) }.map(\.element)
  }

  public func isOnFront(_ strategy: String) -> Bool { front.contains { $0.strategy == strategy } }

  /// The cheapest strategy that met every objective in every drill; the first of equals.
  public var cheapestFit: Standing? { cheapest { $0.verdict == .met } }

  /// The cheapest strategy that met both objectives in the required share of drills against each disaster.
  public var cheapestAtLevel: Standing? { cheapest { $0.meets(at: level) } }

  /// The strategy with the least sum of protection and expected loss; `nil` where no loss is known.
  public var leastWithLoss: Standing? {
    standings.compactMap { standing in
      guard case .money(let sum)? = standing.costWithLoss else { return nil }
      return (standing: standing, minorUnits: sum.minorUnits)
    }.reduce(nil as (standing: Standing, minorUnits: Int64)?) { best, next in
      best.map { $0.minorUnits <= next.minorUnits } == true ? best : next
    }?.standing
  }

  /// The strategy that met both objectives in the most drills; the cheapest of equals.
  public var nearestToLevel: Standing? {
    standings.filter { $0.drills > 0 }.reduce(nil as Standing?) { best, next in
      guard let best else { return next }
      let (own, other) = (best.metDrills * next.drills, next.metDrills * best.drills)
      return (other, -next.minorUnits) > (own, -best.minorUnits) ? next : best
    }
  }

  /// The cheapest strategy that recovered in every drill.
  public var cheapestRecovering: Standing? { cheapest(\.alwaysRecovers) }

  private func cheapest(_ isFit: (Standing) -> Bool) -> Standing? {
    standings.enumerated().filter { isFit($0.element) }
      .min { ($0.element.minorUnits, $0.offset) < ($1.element.minorUnits, $1.offset) }?.element
  }
}

extension DisasterReport {
  /// Returns the number of drills that met both objectives by their upper bounds.
  public func metCount(_ objectives: Objectives) -> Int {
    drills.count { $0.verdict(objectives) == .met }
  }

  /// Whether some drill missed an objective, but no more than the level allows.
  ///
  /// A disaster from which some drill did not recover is never met.
  public func isMetAtLevel(_ objectives: Objectives) -> Bool {
    [.unresolved, .breached].contains(verdict) && drillShare(objectives).share >= objectives.level
  }

  fileprivate func drillShare(_ objectives: Objectives) -> Comparison.DrillShare {
    Comparison.DrillShare(
      disaster: disaster.name, met: metCount(objectives), drills: drills.count)
  }
}

extension Comparison.Standing {
  fileprivate var minorUnits: Int64 { cost.minorUnits }

  /// - Parameter resolution: RPOs that differ by less are the same.
  fileprivate func dominates(_ other: Comparison.Standing, beyond resolution: Duration) -> Bool {
    let isCheaper = cost.minorUnits < other.cost.minorUnits
    guard isCheaper || cost == other.cost else { return false }
    guard alwaysRecovers && other.alwaysRecovers else {
      let pairs = zip(achieved, other.achieved)
      return achieved.count == other.achieved.count && !achieved.isEmpty && pairs.allSatisfy { $0 <= $1 }
        && (isCheaper || pairs.contains { $0 < $1 })
    }
    guard let rpo, let rto, let otherRPO = other.rpo, let otherRTO = other.rto else { return false }
    let slack = Achieved.duration(resolution)
    return rpo <= otherRPO + slack && rto <= otherRTO
      && (isCheaper || rpo + slack < otherRPO || rto < otherRTO)
  }
}

/// The differences between two strategies against one disaster, over paired drills.
public struct PairedComparison: Sendable {
  public let strategy: String
  public let disaster: String
  /// The difference of the RPO; `nil` when in no pair both recovered.
  public let rpo: PairedDifference?
  public let rto: PairedDifference?
}

extension Report {
  /// Returns the differences of every strategy from a reference, for each disaster rehearsed with both.
  public func differences(from reference: String) -> [PairedComparison] {
    guard let base = strategies.first(where: { $0.strategy.name == reference }) else { return [] }
    return strategies.filter { $0.strategy.name != reference }.flatMap { strategy in
      zip(strategy.disasters, base.disasters).filter { $0.drills.count == $1.drills.count }.map {
        own, other in
        PairedComparison(
          strategy: strategy.strategy.name, disaster: own.disaster.name,
          rpo: PairedDifference(own.drills.map(\.achievedRPO), minus: other.drills.map(\.achievedRPO)),
          rto: PairedDifference(own.drills.map(\.achievedRTO), minus: other.drills.map(\.achievedRTO)))
      }
    }
  }
}
