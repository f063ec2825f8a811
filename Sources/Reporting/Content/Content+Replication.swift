import Estate
import Rehearsals
import Statistics
import Units

extension ReportContent {
  /// The section of copies at other sites over time, with their overhead; `nil` where there are none.
  var copies: Section? {
    let replicated = report.strategies.filter { $0.replication != nil }
    guard !replicated.isEmpty else { return nil }
    var blocks: [ContentBlock] = [
      .paragraph(lagTerms), .table(steadyLag(replicated)), .paragraph(trials(replicated)),
    ]
    if let overhead { blocks += [.table(overhead), .paragraph(grain)] }
    blocks += replicated.compactMap { strategy in
      fates(strategy).map {
        .folded(summary: "\(name: strategy.strategy.name): what became of its copies", [.table($0)])
      }
    }
    return Section(id: "copies", name: "Replication over time", blocks: blocks)
  }

  private var lagTerms: Prose {
    "Lag is the age of the state that a failover would bring back, as the source claims it; a violation is a time in which it "
      + "exceeds the RPO objective of \(objectives.rpo.forReading), unprotected a time in which a failover would not bring back "
      + "what the mode promises, degraded one in which writes are acknowledged under less than that."
      + (report.strategies.contains(where: \.strategy.servesTwice)
        ? " Where both sites serve, a conflict is a version of a page that gave way to one written at the other site "
          + "without knowing of it; what gave way is not among the lost writes." : "")
  }

  private func steadyLag(_ strategies: [StrategyReport]) -> Table {
    let tellsConflicts = strategies.contains(where: \.strategy.servesTwice)
    let rows = strategies.flatMap { strategy in
      zip(strategy.strategy.groupNames, strategy.replication?.courses ?? []).map { name, course -> [Cell] in
        let isOnly = strategy.strategy.groupNames.count == 1
        return [
          Cell(
            isOnly ? Prose(name: strategy.strategy.name) : "\(name: strategy.strategy.name), \(name: name)"),
          .duration(course.meanLag), .time(Achieved(course.peakLag)),
          Cell(Prose(course.timeInRPO.asShareOfTime), key: course.timeInRPO.billionths),
          .spells(course.violations), .spells(course.unprotected), .spells(course.degraded),
        ] + (tellsConflicts ? [.count(course.conflicts)] : [])
      }
    }
    return Table(
      "While nothing happened, over \(report.scenario.window.forReading)",
      [
        .words("strategy"), .number("mean lag"), .number("peak lag"), .number("time within RPO"),
        .number("RPO violations"), .number("unprotected"), .number("degraded"),
      ] + (tellsConflicts ? [.number("conflicts")] : []), rows)
  }

  /// Describes whether the sources' claims were true.
  private func trials(_ strategies: [StrategyReport]) -> Prose {
    let reports = strategies.compactMap(\.replication)
    let count = reports.reduce(0) { $0 + $1.trials.count }
    let understated = reports.reduce(0) { $0 + $1.understatedTrials }
    let found: Prose =
      understated == 0
      ? "in none was the copy further behind than its source claimed"
      : "\(strong: "in \(understated.grouped) the copy was further behind than its source claimed")"
    return
      "\(count.of("trial failover")) on branches of the run compared the claims with what came back: \(found)."
  }

  /// The table of the same writes, with and without protection.
  private var overhead: Table? {
    let rows = entries.compactMap { entry -> [Cell]? in
      guard let overhead = entry.strategy.overhead else { return nil }
      return [
        .name(entry.name), .duration(overhead.protected.mean), .duration(overhead.added.mean),
        .duration(overhead.added.p95), .duration(overhead.added.maximum), .count(overhead.writesLost),
      ]
    }
    guard !rows.isEmpty else { return nil }
    return Table(
      "What production pays in waiting: the acknowledgement of each write less that of the same write without any protection",
      [
        .words("strategy"), .number("mean wait"), .number("added, mean"), .number("added, p95"),
        .number("added, most"), .number("writes lost"),
      ], rows)
  }

  private var grain: Prose {
    let most = report.strategies.compactMap(\.overhead?.grain).max() ?? .zero
    return
      "At the scale of \(report.scenario.scale) one write stands for as many and is moved whole, which takes up to "
      + "\(most.forReading) on the way to another site: added waits are no finer than that, and lags too."
  }

  /// Returns a table of the worst drills by disaster.
  private func fates(_ strategy: StrategyReport) -> Table? {
    let rows = strategy.disasters.compactMap { disaster -> [Cell]? in
      guard let fate = disaster.protection else { return nil }
      return [
        .name(disaster.disaster.name), .time(Achieved(fate.peakLag)),
        Cell(Prose(fate.timeInRPO.asShareOfTime), key: fate.timeInRPO.billionths), .count(fate.violations),
        .duration(fate.unprotectedTime), .duration(fate.degradedTime), .count(fate.peerLosses),
        .count(fate.overflows), .duration(fate.longestWait), .count(fate.writesNotIssued),
        protectedAgain(fate, of: disaster),
      ] + (strategy.strategy.servesTwice ? [.count(fate.conflicts)] : [])
    }
    guard !rows.isEmpty else { return nil }
    return Table(
      "From the strike to the end of the drill, the worst of all drills",
      [
        .words("disaster"), .number("peak lag"), .number("time within RPO"), .number("RPO violations"),
        .number("unprotected"), .number("degraded"), .number("peer given up"), .number("buffer overflows"),
        .number("longest wait"), .number("writes not issued"), .number("protected again after"),
      ] + (strategy.strategy.servesTwice ? [.number("conflicts")] : []), rows)
  }

  private func protectedAgain(_ fate: ProtectionSummary, of disaster: DisasterReport) -> Cell {
    guard let time = fate.restoredAfter else { return Cell("not in the drill", key: .max) }
    guard fate.notRestored > 0 else { return .duration(time) }
    return Cell(
      "\(time.forReading); not in \(fate.notRestored) of \(disaster.drills.count.of("drill"))",
      key: time.nanoseconds)
  }
}

extension Cell {
  fileprivate static func duration(_ duration: Duration?) -> Cell {
    duration.map { Cell(Prose($0.forReading), key: $0.nanoseconds) } ?? .none
  }

  /// Returns the number and the longest of periods, as in `3, at most 12 s`.
  fileprivate static func spells(_ spells: Spells) -> Cell {
    guard spells.count > 0 else { return Cell("0", key: 0) }
    return Cell(
      "\(spells.count), \(spells.total.forReading) in all, at most \(spells.longest.forReading)",
      key: spells.total.nanoseconds)
  }
}
