import Assessment
import Rehearsals
import ScenarioLanguage
import Statistics
import Units

extension ScenarioComparison {
  /// Compares two priced reports.
  ///
  /// - Parameters:
  ///   - names: the names of the two sides.
  ///   - risks: by side and strategy; empty where no risk was simulated.
  public init(
    _ before: Report, _ after: Report, names: (before: String, after: String),
    risks: (before: [StrategyRisk], after: [StrategyRisk]), riskYears: Int
  ) {
    (self.before, self.after) = names
    self.riskYears = riskYears
    changes = Change.all(before.provenance.settings, after.provenance.settings)
    strategies = Self.names(
      before.strategies.map(\.strategy.name), after.strategies.map(\.strategy.name)
    ).map { name in
      StrategyComparison(
        name, before, after,
        risk: Pair(
          before: risks.before.first { $0.strategy == name },
          after: risks.after.first { $0.strategy == name }))
    }
  }

  fileprivate static func names(_ before: [String], _ after: [String]) -> [String] {
    before + after.filter { !before.contains($0) }
  }
}

extension ScenarioComparison.Change {
  static func all(
    _ before: [ScenarioFile.Value], _ after: [ScenarioFile.Value]
  ) -> [ScenarioComparison.Change] {
    let old = before.reduce(into: [String: String]()) { $0[$1.path] = $1.text }
    let new = after.reduce(into: [String: String]()) { $0[$1.path] = $1.text }
    let paths = before.map(\.path) + after.map(\.path).filter { old[$0] == nil }
    return paths.filter { old[$0] != new[$0] }.map { path in
      ScenarioComparison.Change(path: path, before: old[path], after: new[path])
    }
  }
}

extension StrategyComparison {
  init(
    _ name: String, _ before: Report, _ after: Report, risk: ScenarioComparison.Pair<StrategyRisk>
  ) {
    let sides = (Side(name, in: before), Side(name, in: after))
    self.name = name
    self.risk = risk
    verdict = .init(before: sides.0.standing?.verdict, after: sides.1.standing?.verdict)
    cost = .init(before: sides.0.standing?.cost, after: sides.1.standing?.cost)
    rpo = .init(before: sides.0.standing?.rpo, after: sides.1.standing?.rpo)
    rto = .init(before: sides.0.standing?.rto, after: sides.1.standing?.rto)
    let (old, new) = (sides.0.disasters, sides.1.disasters)
    disasters = ScenarioComparison.names(old.map(\.disaster.name), new.map(\.disaster.name)).map { name in
      DisasterComparison(
        name, old.first { $0.disaster.name == name }, new.first { $0.disaster.name == name })
    }
  }

  private struct Side {
    let standing: Comparison.Standing?
    let disasters: [DisasterReport]

    init(_ name: String, in report: Report) {
      standing = Comparison(report).standings.first { $0.strategy == name }
      disasters = report.strategies.first { $0.strategy.name == name }?.disasters ?? []
    }
  }
}

extension DisasterComparison {
  init(_ name: String, _ before: DisasterReport?, _ after: DisasterReport?) {
    self.name = name
    verdict = .init(before: before?.verdict, after: after?.verdict)
    let pairs = (before?.drills ?? []).compactMap { old in
      after?.drills.first { $0.strike == old.strike }.map { (old, $0) }
    }
    rpo = PairedDifference(pairs.map { $1.achievedRPO }, minus: pairs.map { $0.0.achievedRPO })
    rto = PairedDifference(pairs.map { $1.achievedRTO }, minus: pairs.map { $0.0.achievedRTO })
  }
}
