import Planning
import Units

extension MarkdownReport {
  /// What production and each strategy cost, where that lies against the bands, and which prices were used.
  var costs: [String] {
    guard let costs = report.costs else { return [] }
    let production = costs.production
    let denominator = CostComponent.allCases.filter { production.total(of: $0).minorUnits != 0 }.map {
      "\($0.rawValue) \(production.total(of: $0).forReading)"
    }
    return [
      "## What protection costs",
      "The production system costs \(production.total.forReading) a year without any protection: \(denominator.listed). "
        + "That is the denominator of every share below. The metered quantities are those of "
        + "\(report.scenario.window.forReading) in which nothing happened, scaled to a year of 8,760 h; each line is rounded "
        + "to the cent once, and totals are sums of lines.",
      components(costs), bands(costs), choice, states(costs), recoveries(costs), losses(costs),
      ownership(costs),
      bill(costs), prices(costs),
    ].compactMap { $0 }
  }

  private func components(_ costs: CostReport) -> String {
    let used = CostComponent.allCases.filter { component in
      costs.strategies.contains {
        ($0.steady.total(of: component) + $0.drill.total(of: component)).minorUnits != 0
      }
    }
    let rows = rows(costs) { costs in
      used.map { (costs.steady.total(of: $0) + costs.drill.total(of: $0)).forReading }
        + [costs.protection.forReading, costs.band.ratio.asPercent]
    }
    return Markdown.table(["a year"] + used.map(\.rawValue) + ["total", "of production"], rows)
  }

  private func bands(_ costs: CostReport) -> String {
    zip(report.strategies, costs.strategies).map { strategy, cost in
      "- \(Markdown.code(strategy.strategy.name)) \(Markdown.escaped(cost.bandSentence(costs.production)))."
    }.joined(separator: "\n")
  }

  /// The Pareto front, the cheapest strategy that is fit, and why every other one is not it.
  private var choice: String {
    let comparison = Comparison(report)
    let front = comparison.front.map { Markdown.code($0.strategy) }
    let head =
      comparison.cheapestFit.map {
        "**The cheapest strategy that meets every objective is \(Markdown.code($0.strategy)).**"
      }
      ?? "**No strategy meets every objective in every drill.**"
    let reasons = zip(comparison.standings, report.strategies).map { standing, strategy in
      let dominated = standing.dominatedBy.map {
        "; \(Markdown.code($0)) costs no more and is no worse against any disaster"
      }
      return
        "- \(Markdown.code(standing.strategy)) \(comparison.reason(for: standing, strategy))\(dominated ?? "")"
    }
    return "\(head) No other beats \(front.listed) in cost and against every disaster (the Pareto front).\n\n"
      + reasons.joined(separator: "\n")
  }

  private func states(_ costs: CostReport) -> String {
    let rows = rows(costs) { cost in
      let disaster = cost.expectedLoss.map { loss in
        loss.shares.reduce(Money.zero(costs.book.currency)) { sum, share in
          let recovery = cost.recoveries.first { $0.disaster == share.disaster }?.statement.total
          return sum + (recovery ?? .zero(costs.book.currency)).times(share.perYear)
        }
      }
      return [
        cost.steady.total.forReading, cost.drill.total.forReading, disaster?.forReading ?? "unknown rate",
        "not applicable",
      ]
    }
    return "By state, in a year; disaster is the work of the recoveries that are expected in one:\n\n"
      + Markdown.table(["", "steady", "drill", "disaster", "failback"], rows)
  }

  private func recoveries(_ costs: CostReport) -> String {
    let header = ["one recovery from"] + report.strategies.map { Markdown.code($0.strategy.name) }
    let rows = report.disasters.map { disaster in
      [Markdown.code(disaster.name)]
        + costs.strategies.map { cost in
          let lines = cost.recoveries.first { $0.disaster == disaster.name }?.statement
          return lines.map { $0.lines.isEmpty ? "-" : $0.total.forReading } ?? "-"
        }
    }
    return
      "What it costs to carry out, in the mean over the drills that recovered (requests, traffic and the crew's hours):\n\n"
      + Markdown.table(header, rows)
  }

  private func losses(_ costs: CostReport) -> String? {
    guard let penalties = report.scenario.costs.penalties,
      costs.strategies.contains(where: { $0.expectedLoss != nil })
    else { return nil }
    let rated = report.disasters.filter { $0.perYear != nil }
    let rows = rated.map { disaster in
      [Markdown.code(disaster.name), disaster.perYear?.asNumber ?? ""]
        + costs.strategies.map { cost in
          cost.expectedLoss?.shares.first { $0.disaster == disaster.name }?.yearly.forReading ?? "-"
        }
    }
    let total =
      ["expected annual loss", ""] + costs.strategies.map { $0.expectedLoss?.total.forReading ?? "-" }
    let header = ["a year", "times a year"] + report.strategies.map { Markdown.code($0.strategy.name) }
    return
      "Expected annual loss: an hour of outage costs \(penalties.outagePerHour.forReading), an hour of lost data "
      + "\(penalties.dataLossPerHour.forReading), and a system that never comes back "
      + "\(penalties.unrecoverable?.forReading ?? "what no sum stands for").\n\n"
      + Markdown.table(header, rows + [total])
  }

  private func ownership(_ costs: CostReport) -> String? {
    let terms = report.scenario.costs
    let header =
      ["protection"] + (1...terms.years).map { "year \($0)" } + [
        "\(terms.years.of("year"))", "present value",
      ]
    let rows = rows(costs) { cost in
      cost.ownership.map(\.protection.forReading)
        + [
          cost.ownership.reduce(Money.zero(costs.book.currency)) { $0 + $1.protection }.forReading,
          cost.totalCost.forReading,
        ]
    }
    return "Total cost of ownership, data growing by \(terms.growth) and later years counting less by "
      + "\(terms.discountRate) a year:\n\n" + Markdown.table(header, rows)
  }

  private func rows(_ costs: CostReport, _ cells: (StrategyCosts) -> [String]) -> [[String]] {
    zip(report.strategies, costs.strategies).map { [Markdown.code($0.strategy.name)] + cells($1) }
  }

  /// Every line of every bill.
  private func bill(_ costs: CostReport) -> String {
    func rows(_ name: String, _ statement: CostStatement) -> [[String]] {
      statement.lines.filter { $0.cost.minorUnits != 0 }.map { line in
        [
          name, Markdown.escaped(line.usage.subject), Markdown.code(line.usage.item),
          line.usage.forReading(per: line.price.unit), line.price.amount, line.cost.forReading,
        ]
      }
    }
    let all =
      rows("production", costs.production)
      + zip(report.strategies, costs.strategies).flatMap { strategy, cost in
        rows(Markdown.code(strategy.strategy.name), cost.steady)
          + rows("\(Markdown.code(strategy.strategy.name)), drill", cost.drill)
      }
    return "The bill, line by line (what costs nothing is left out; the JSON report has every quantity):\n\n"
      + Markdown.table(["", "of", "item", "quantity in a year", "price", "cost"], all)
  }

  private func prices(_ costs: CostReport) -> String {
    let rows = costs.items.map { item in
      let basis =
        switch item.basis {
        case .listPrice(let source, let date): "\(Markdown.escaped(source)); \(Markdown.escaped(date))"
        case .assumption(let reason): "assumed: \(Markdown.escaped(reason))"
        }
      let discount = costs.book.discount(on: item.name)
      return [
        Markdown.code(item.name), "\(item.price)", discount == .zero ? "-" : "\(discount)", basis,
      ]
    }
    return "The prices, in \(costs.book.currency):\n\n"
      + Markdown.table(["item", "list price", "discount", "where it is from"], rows)
  }
}
