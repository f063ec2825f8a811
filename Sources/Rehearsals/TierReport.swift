import ScenarioLanguage
import Statistics
import Units

extension Drill {
  /// Returns the time from the start of the outage until a service was back, verified, reachable and warm.
  ///
  /// A service that never went down was back at once. Where the recovery failed, no service counts as back, because
  /// its data was not proved right.
  public func timeBack(ofService name: String) -> Achieved {
    guard case .recovered = outcome else { return .unrecoverable }
    // A second disaster may take a service down again: its last return counts.
    let returned = timeline.last { $0.phase == .warmUp && $0.subject == name && !$0.hasFailed }
    return .duration(returned.map { max(.zero, $0.end - outageStart) } ?? .zero)
  }

  /// Returns the time until every service of a tier was back.
  public func timeBack(of tier: ServiceTier) -> Achieved {
    tier.services.map(timeBack(ofService:)).max() ?? .duration(.zero)
  }

  /// Returns the verdict on the objectives of the tiers; `notAssessed` where no tier has one.
  public func tierVerdict(_ objectives: Objectives) -> Verdict {
    let verdicts = objectives.tiers.compactMap { tier in
      tier.rto.map { Verdict(of: timeBack(of: tier), atLeast: timeBack(of: tier), against: $0) }
    }
    return verdicts.max() ?? .notAssessed
  }
}

/// The return of a tier's services over the drills of one disaster.
public struct TierReport: Sendable {
  /// The times until a number of the tier's services were back.
  public struct Step: Hashable, Sendable {
    /// The number of services.
    public let count: Int
    public let p50: Achieved
    public let p95: Achieved
    public let maximum: Achieved
  }

  public let tier: ServiceTier
  /// The steps from one service to all, whichever are back first in a drill; empty without drills.
  public let steps: [Step]
  /// The verdict by the longest drill; `notAssessed` without an objective or drills.
  public let verdict: Verdict
  /// The verdict on the required share of recoveries; `nil` without an objective or drills.
  public let level: LevelVerdict?

  init(_ tier: ServiceTier, drills: [Drill], level: Ratio) {
    self.tier = tier
    let times = drills.map { drill in tier.services.map(drill.timeBack(ofService:)).sorted() }
    steps = tier.services.indices.compactMap { place in
      Sample(times.map { $0[place] }).map {
        Step(
          count: place + 1, p50: $0.quantile(.percent(50)), p95: $0.quantile(.percent(95)),
          maximum: $0.maximum)
      }
    }
    guard let objective = tier.rto, let slowest = steps.last?.maximum else {
      (verdict, self.level) = (.notAssessed, nil)
      return
    }
    verdict = Verdict(of: slowest, atLeast: slowest, against: objective)
    self.level = LevelVerdict(
      met: drills.count { $0.timeBack(of: tier) <= .duration(objective) }, of: drills.count, level: level)
  }

  /// Returns the step at which a share of the services is back; `nil` without drills.
  public func step(for share: Ratio) -> Step? {
    let count = (Int64(tier.services.count) * share.billionths + 999_999_999) / 1_000_000_000
    return steps.first { $0.count >= count }
  }
}
