import ScenarioLanguage
import Statistics
import Units

/// Objectives against each disaster, and the share of drills that has to meet them.
public struct DesignRequirement: Hashable, Sendable {
  /// The objectives, in the order of the scenario's disasters.
  public var objectives: [Objectives]
  /// The number of drills in a full rehearsal, by disaster.
  public var counts: [Int]
  public var level: Ratio

  /// One of the two objectives.
  public enum Kind: String, CaseIterable, Hashable, Codable, Sendable {
    case rpo
    case rto
  }

  /// An objective that a design misses.
  public struct Miss: Hashable, Sendable {
    public var disaster: Int
    public var kind: Kind
    /// The worst value.
    public var value: Achieved
  }

  /// Returns the number of drills that may miss an objective against a disaster.
  package func allowance(against disaster: Int) -> Int {
    counts[disaster]
      - Int((Int128(counts[disaster]) * Int128(level.billionths) + 999_999_999) / 1_000_000_000)
  }

  package func objective(_ kind: Kind, against disaster: Int) -> Duration {
    kind == .rpo ? objectives[disaster].rpo : objectives[disaster].rto
  }

  /// The shortest of the objectives against all disasters.
  package var strictest: Objectives {
    Objectives(
      rpo: objectives.map(\.rpo).min() ?? .zero, rto: objectives.map(\.rto).min() ?? .zero, level: level)
  }

  /// The first objective that a full rehearsal is sure to miss, by the drills of a part of it.
  ///
  /// The drills of a part belong to the whole, so the whole misses every objective that the part misses.
  package func refutation(of trial: DesignTrial) -> Miss? {
    miss(of: trial) { $1 == .rpo ? $0.rpoAtLeast : $0.rto }
  }

  /// The first objective that a full rehearsal misses, or does not prove to be met.
  package func miss(of trial: DesignTrial) -> Miss? { miss(of: trial) { $1 == .rpo ? $0.rpo : $0.rto } }

  /// The first disaster against which the closed form proves that the RPO is missed.
  package func refutation(of bounds: DesignBounds) -> Miss? {
    for (disaster, losses) in bounds.losses.enumerated() {
      let limit = Achieved.duration(objectives[disaster].rpo)
      if losses.count(where: { $0 > limit }) > allowance(against: disaster), let worst = losses.max() {
        return Miss(disaster: disaster, kind: .rpo, value: worst)
      }
    }
    return nil
  }

  private func miss(of trial: DesignTrial, _ value: (DesignTrial.Result, Kind) -> Achieved) -> Miss? {
    for (disaster, results) in trial.disasters.enumerated() {
      for kind in Kind.allCases {
        let limit = Achieved.duration(objective(kind, against: disaster))
        let values = results.map { value($0, kind) }
        if values.count(where: { $0 > limit }) > allowance(against: disaster), let worst = values.max() {
          return Miss(disaster: disaster, kind: kind, value: worst)
        }
      }
    }
    return nil
  }

  /// The same requirement with other values of one objective.
  package func changing(_ kind: Kind, _ change: (Duration) -> Duration) -> DesignRequirement {
    var changed = self
    for place in objectives.indices {
      if kind == .rpo { changed.objectives[place].rpo = change(objectives[place].rpo) }
      if kind == .rto { changed.objectives[place].rto = change(objectives[place].rto) }
    }
    return changed
  }
}
