import Assessment
import ScenarioLanguage
import Units

extension ReportContent {
  /// The section of costs: production and each strategy, their bands, and the prices used.
  var costs: Section {
    let costs = report.costs
    let blocks: [ContentBlock?] = [
      .paragraph(denominator(costs)), .table(components(costs)),
      .list(
        entries.map { "\(name: $0.name) \($0.costs.bandSentence)." }),
      .table(states(costs)), practice.map { .paragraph($0) }, losses(costs).map { .table($0) },
      .table(ownership(costs)),
      lossesByDisaster(costs),
      .folded(
        summary: "What one recovery costs to carry out",
        [
          .paragraph(
            "Requests, traffic and the crew's hours, in the mean over the drills that recovered.")
        ] + byDisaster("", recovery)),
      vaultGrowth.map { .folded(summary: "How the vaults grew", [.table($0)]) },
      .folded(summary: "The bill, line by line", [.table(bill(costs))]),
      .folded(summary: "The prices and where they are from", [.table(prices(costs))]),
    ]
    return Section(id: "costs", name: "What protection costs", blocks: blocks.compactMap { $0 })
  }

  private func denominator(_ costs: CostReport) -> Prose {
    let production = costs.production
    let parts = CostComponent.allCases.filter { production.total(of: $0).minorUnits != 0 }.map {
      "\($0.rawValue) \(production.total(of: $0).forReading)"
    }
    return
      "The production system costs \(production.total.forReading) a year without any protection: \(parts.listed). "
      + "That is the denominator of every share; of active-active's band it is the servers and storage alone, "
      + "\(production.infrastructure.forReading). The metered quantities are those of "
      + "\(report.scenario.window.forReading) in which nothing happened, scaled to a year of 8,760 h; each line is rounded "
      + "to the cent once, and totals are sums of lines."
  }

  private func components(_ costs: CostReport) -> Table {
    let used = CostComponent.allCases.filter { component in
      costs.strategies.contains {
        ($0.steady.total(of: component) + $0.drill.total(of: component)).minorUnits != 0
      }
    }
    let rows = rows { cost in
      used.map { .money(cost.steady.total(of: $0) + cost.drill.total(of: $0)) }
        + [.money(cost.protection), .ratio(cost.protectionRatio)]
    }
    return Table(
      "Cost by component, in a year",
      [.words("strategy")] + used.map { .number(Prose($0.rawValue)) } + [
        .number("total"), .number("of production"),
      ], rows)
  }

  private func states(_ costs: CostReport) -> Table {
    let rows = rows { cost in
      [
        .money(cost.steady.total), .money(cost.drill.total),
        cost.expectedRecoveries.map { .money($0) } ?? Cell("unknown rate", key: -1),
        cost.expectedFailbacks.map { .money($0) } ?? Cell("not rehearsed", key: -1),
      ]
    }
    return Table(
      "Cost by state, in a year; disaster and failback are the work of the recoveries and ways back that are expected in one",
      [.words("strategy"), .number("steady"), .number("drill"), .number("disaster"), .number("failback")],
      rows)
  }

  /// The recoveries that are practised, and how long one lasts that does not succeed.
  private var practice: Prose? {
    guard let programme = report.scenario.costs.drills,
      report.scenario.disasters.indices.contains(programme.disaster)
    else { return nil }
    let lost = report.strategies.contains { strategy in
      strategy.unprotectedAgainst.contains(report.scenario.disasters[programme.disaster].name)
    }
    return
      "A drill is one of \(programme.perYear.of("practised recovery", "practised recoveries")) a year from "
      + "\(name: report.scenario.disasters[programme.disaster].name), by a crew of \(report.scenario.costs.crew)."
      + (lost
        ? " One that does not succeed is given up after \(objectives.rto.forReading), the RTO, and its hours are paid: "
          + "strategies that cannot recover practise at a high price." : "")
  }

  /// Returns the table of the combined cost of protection and expected losses.
  private func losses(_ costs: CostReport) -> Table? {
    guard let penalties = report.scenario.costs.penalties,
      costs.strategies.contains(where: { $0.expectedLoss != nil })
    else { return nil }
    let rows = rows { cost in
      guard let loss = cost.expectedLoss else { return [.none, .none, .none] }
      return [.loss(loss.total), .loss(loss.total + .money(cost.protection)), worst(of: loss)]
    }
    return Table(
      "Expected annual loss: an hour of outage costs \(penalties.outagePerHour.forReading), an hour of lost data "
        + "\(penalties.dataLossPerHour.forReading), and a system that never comes back "
        + "\(penalties.unrecoverable?.forReading ?? "what no sum stands for")",
      [.words("strategy"), .number("expected loss"), .number("with protection"), .words("most of it from")],
      rows)
  }

  private func worst(of loss: ExpectedLoss) -> Cell {
    func amount(_ loss: Loss) -> Int64 {
      if case .money(let money) = loss { money.minorUnits } else { .max }
    }
    let worst = loss.shares.reduce(nil as ExpectedLoss.Share?) { best, share in
      best.map { amount($0.yearly) >= amount(share.yearly) } == true ? best : share
    }
    return worst.map { Cell("\(name: $0.disaster): \($0.yearly.forReading)") } ?? .none
  }

  private func lossesByDisaster(_ costs: CostReport) -> ContentBlock? {
    guard costs.strategies.contains(where: { $0.expectedLoss != nil }) else { return nil }
    return .folded(
      summary: "Expected annual loss by disaster",
      byDisaster("Rate times loss, in a year") { cost, disaster in
        cost.expectedLoss?.shares.first { $0.disaster == disaster }.map { .loss($0.yearly) } ?? .none
      })
  }

  private func recovery(_ cost: StrategyCosts, _ disaster: String) -> Cell {
    guard let recovery = cost.recoveries.first(where: { $0.disaster == disaster }),
      !recovery.statement.lines.isEmpty
    else { return .none }
    return .money(recovery.statement.total)
  }

  /// Returns a table by disaster, or several when there are too many strategies for one.
  private func byDisaster(_ caption: Prose, _ cell: (StrategyCosts, String) -> Cell) -> [ContentBlock] {
    groups(of: entries).map { group in
      let rows = report.disasters.map { disaster in
        [.name(disaster.name)] + group.map { cell($0.costs, disaster.name) }
      }
      return .table(
        Table(caption, [.words("disaster")] + group.map { .number(Prose(name: $0.name)) }, rows))
    }
  }

  private func ownership(_ costs: CostReport) -> Table {
    let terms = report.scenario.costs
    let years = (1...terms.years).map { Table.Column.number("year \($0)") }
    let rows = rows { cost in
      cost.ownership.map { .money($0.protection) }
        + [
          .money(cost.ownership.reduce(Money.zero(costs.book.currency)) { $0 + $1.protection }),
          .money(cost.totalCost),
        ]
    }
    return Table(
      "Total cost of ownership, data growing by \(terms.growth) and later years counting less by \(terms.discountRate) a year",
      [.words("strategy")] + years + [.number(Prose(terms.years.of("year"))), .number("present value")], rows)
  }

  private func rows(_ cells: (StrategyCosts) -> [Cell]) -> [[Cell]] {
    entries.map { [.name($0.name)] + cells($0.costs) }
  }
}

extension Cell {
  fileprivate static func loss(_ loss: Loss) -> Cell {
    guard case .money(let money) = loss else { return Cell("", key: .max, verdict: .unrecoverable) }
    return .money(money)
  }
}
