import Assessment
import Rehearsals
import ScenarioLanguage
import Statistics
import Units

extension ReportContent {
  /// The first section: the comparison of purposes and costs with measured values, then one line per
  /// strategy.
  var glance: Section {
    Section(
      id: "glance", name: "At a glance",
      blocks: doubts + [
        .table(families), .table(strategies),
        .paragraph(
          "RPO and RTO p95: 95 % of the drills against the worst disaster achieved this or better; a strategy that was "
            + "unrecoverable in one drill sorts behind every number, and in brackets stands the worst of the disasters "
            + "that it always recovered from. Cost: a steady year and its practised recoveries, without disasters."
        ),
      ])
  }

  /// The doubts about the scenario that were told before the run; empty for most.
  private var doubts: [ContentBlock] {
    let cautions = report.scenario.cautions
    guard !cautions.isEmpty else { return [] }
    return [.list(cautions.map { "\(strong: "Mind:") \($0.message) (\($0.hint))." })]
  }

  /// The strategies of one family in the comparison. Disaster recovery with backups is separate from disaster
  /// recovery alone.
  private struct Kind {
    let name: String
    let family: StrategyFamily
    let entries: [StrategyEntry]
  }

  private var kinds: [Kind] {
    StrategyFamily.allCases.flatMap { family in
      [false, true].compactMap { isCombined in
        let entries = entries.filter {
          $0.strategy.strategy.family == family
            && (family != .backup && $0.strategy.strategy.hasCopies) == isCombined
        }
        guard !entries.isEmpty else { return nil }
        return Kind(
          name: family.wording + (isCombined ? " and backup" : ""), family: family, entries: entries)
      }
    }
  }

  private var families: Table {
    func row(_ name: String, _ cell: (Kind) -> Prose) -> [Cell] {
      [.text(name)] + kinds.map { Cell(cell($0)) }
    }
    let all = report.disasters.map(\.name)
    func met(_ kind: Kind) -> [String] {
      all.filter { name in kind.entries.contains { $0.strategy.protectedAgainst(objectives).contains(name) } }
    }
    func hopeless(_ kind: Kind) -> [String] {
      all.filter { name in kind.entries.allSatisfy { $0.strategy.unprotectedAgainst.contains(name) } }
    }
    let rows = [
      row("purpose") { Prose($0.family.purpose) },
      row("protects against") { disasters(met($0)) },
      row("comes back, but misses an objective") { kind in
        disasters(all.filter { !met(kind).contains($0) && !hopeless(kind).contains($0) })
      },
      row("does not always come back") { disasters(hopeless($0)) },
      row("cost", cost),
    ]
    return Table(
      "What each kind of protection is for, what the best of its strategies achieved in \(enough), and what it costs",
      [.words("")] + kinds.map { .words(Prose($0.name)) }, rows, isSortable: false)
  }

  /// The share of drills that is required, in words.
  private var enough: String {
    objectives.level == .one ? "every drill" : "at least \(objectives.level.asPercent) of the drills"
  }

  private func cost(_ kind: Kind) -> Prose {
    let ratios = kind.entries.map { $0.costs.band.ratio }
    guard let least = ratios.min(), let most = ratios.max() else { return "-" }
    let range = least == most ? least.asPercent : "\(least.asPercent) to \(most.asPercent)"
    let whole = kind.family == .activeActive ? "of production's infrastructure" : "of production"
    return "\(range) \(whole); the table says \(kind.family.bandShare)"
  }

  /// The table with one line per strategy.
  var strategies: Table {
    let count = report.disasters.count
    let rows = entries.map { entry -> [Cell] in
      let strategy = entry.strategy
      return [
        Cell(.name(entry.name)),
        Cell(
          strategy.verdict, met: entry.standing.metDrills, of: entry.standing.drills,
          level: strategy.isMetAtLevel(objectives) ? objectives.level : nil),
        .money(entry.standing.cost), share(entry.costs),
        .worst(entry.standing, others: strategy.worstRecoveredRPO),
        .worst(entry.standing, others: strategy.worstRecoveredRTO),
        protected(strategy, of: count), .count(strategy.missedAgainst(objectives).count),
        .count(strategy.unprotectedAgainst.count),
      ]
    }
    return Table(
      "Every strategy in a line",
      [
        .words("strategy"), .words("verdict"), .number("cost a year"), .number("of production"),
        .number("RPO p95"), .number("RTO p95"), .number("disasters: meets both"), .number("misses one"),
        .number("not always back"),
      ], rows)
  }

  private func protected(_ strategy: StrategyReport, of count: Int) -> Cell {
    let met = strategy.protectedAgainst(objectives).count
    return Cell("\(met) of \(count)", key: Int64(met))
  }

  private func share(_ costs: StrategyCosts) -> Cell {
    let position = "\(costs.band.position.rawValue) the band"
    // The band of active-active is a share of the infrastructure alone, so that share stands beside its verdict.
    let part = costs.band.family == .activeActive ? " (\(costs.band.ratio.asPercent) of infrastructure)" : ""
    return Cell(
      "\(costs.protectionRatio.asPercent)\(part), \(position)", key: costs.protectionRatio.billionths)
  }
}

extension Cell {
  /// Returns the worst value of all disasters. If one is unrecoverable, the worst of the others is in
  /// brackets.
  fileprivate static func worst(_ standing: Comparison.Standing, others: Achieved) -> Cell {
    guard standing.verdict == .unrecoverable else { return .time(standing.drills == 0 ? nil : others) }
    guard let time = others.duration else { return Cell("unrecoverable", key: .max) }
    return Cell("unrecoverable (others \(time.forReading))", key: .max)
  }
}

extension Strategy {
  /// Whether the strategy has copies from which data is restored.
  var hasCopies: Bool { snapshots != nil || !backups.isEmpty }
}

extension Prose {
  fileprivate static func name(_ name: String) -> Prose { Prose(name: name) }
}
