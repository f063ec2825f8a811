import Rehearsals
import Units

extension ReportContent {
  /// The section that explains why one strategy is chosen over each other.
  var choice: Section {
    let front = comparison.front.map(\.strategy)
    var blocks: [ContentBlock] = [
      .table(
        Table(
          "Each strategy beside the others", [.words("strategy"), .number("cost a year"), .words("finding")],
          entries.map { [.name($0.name), .money($0.standing.cost), Cell(reason(for: $0))] }))
    ]
    if !front.isEmpty {
      let pool = comparison.standings.contains(where: \.alwaysRecovers) ? "that always comes back " : ""
      blocks.append(
        .paragraph(
          "On the Pareto front of cost, RPO and RTO \(front.count == 1 ? "stands" : "stand") \(Prose.names(front)): no other "
            + "strategy \(pool)is as good in all three and better in one."))
    }
    if let outcome = precision { blocks.append(.paragraph(outcome)) }
    return Section(id: "choice", name: "Which one, and why not the others", blocks: blocks)
  }

  private func reason(for entry: StrategyEntry) -> Prose {
    let strategy = entry.strategy
    var parts: [Prose] = []
    if !strategy.hopelessAgainst.isEmpty {
      parts.append("cannot recover from \(disasters(strategy.hopelessAgainst))")
    }
    let sometimes = strategy.disasters.filter { $0.verdict == .unrecoverable && !$0.isHopeless }
    if !sometimes.isEmpty {
      let cases = sometimes.map { disaster -> Prose in
        "\(name: disaster.disaster.name) (\(disaster.unrecoverableCount) of \(disaster.drills.count.of("drill")))"
      }
      parts.append("cannot always recover from \(cases.listed)")
    }
    parts += missed(strategy)
    if parts.isEmpty { parts.append(fitness(entry)) }
    if let better = entry.standing.dominatedBy {
      let what =
        entry.standing.alwaysRecovers ? "is no worse in RPO and RTO" : "is no worse against any disaster"
      parts.append("\(name: better) costs no more and \(what)")
    }
    return parts.joined(separator: "; ")
  }

  private func missed(_ strategy: StrategyReport) -> [Prose] {
    let kinds: [(String, (DisasterReport) -> Bool)] = [
      ("the RPO", { $0.rpoVerdict == .breached && $0.rtoVerdict == .met }),
      ("the RTO", { $0.rpoVerdict == .met && $0.rtoVerdict == .breached }),
      ("both objectives", { $0.rpoVerdict == .breached && $0.rtoVerdict == .breached }),
    ]
    let open = strategy.disasters.filter { !$0.isMetAtLevel(objectives) }
    let misses = kinds.compactMap { name, isSo -> Prose? in
      let names = open.filter(isSo).map(\.disaster.name)
      return names.isEmpty ? nil : "misses \(name) against \(disasters(names))"
    }
    let unresolved = open.filter { $0.verdict == .unresolved }.map(\.disaster.name)
    return misses
      + (unresolved.isEmpty
        ? [] : ["is unresolved against \(disasters(unresolved)), which a finer scale decides"])
  }

  /// The few misses that the level allows; `nil` where there are none.
  private func allowed(_ strategy: StrategyReport) -> Prose? {
    let cases = strategy.disasters.filter { $0.isMetAtLevel(objectives) }.map { disaster -> Prose in
      let missed = disaster.drills.count - disaster.metCount(objectives)
      return "\(missed) of \(disaster.drills.count.of("drill")) against \(name: disaster.disaster.name)"
    }
    return cases.isEmpty ? nil : "may miss an objective in \(cases.listed)"
  }

  private func fitness(_ entry: StrategyEntry) -> Prose {
    if entry.strategy.verdict == .notAssessed { return "was not put to the test" }
    let allowance: Prose = allowed(entry.strategy).map { "; " + $0 } ?? ""
    guard let best = comparison.cheapestAtLevel, best.strategy != entry.name else {
      return "\(strong: "meets both objectives against every disaster at the least cost")" + allowance
    }
    let more = Money(
      minorUnits: entry.standing.cost.minorUnits - best.cost.minorUnits, currency: best.cost.currency)
    return "meets both objectives, for \(more.forReading) a year more than \(name: best.strategy)" + allowance
  }

  /// The precision of the results, when a goal was set.
  private var precision: Prose? {
    guard let precision = report.precision else { return nil }
    let goals = [("RPO", precision.goal.rpo), ("RTO", precision.goal.rto)].compactMap { name, width in
      width.map { "\($0.forReading) for the \(name)" }
    }
    let outcome: Prose =
      precision.open.isEmpty
      ? "reached against every disaster"
      : "not reached against \(Prose.names(precision.open)) when the budget of "
        + "\(precision.goal.drillsMaximum.of("drill")) was spent"
    return
      "Asked for: 95 % confidence intervals of the 95th percentiles no wider than \(goals.listed). Rehearsed in "
      + "\(precision.batches.of("batch", "batches")); the goal is \(outcome)."
  }
}
