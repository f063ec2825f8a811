import Assessment
import Documents
import ScenarioLanguage
import Units

extension JSONReport {
  /// The prices and the annual cost of production.
  var costs: JSON {
    let costs = report.costs
    return .object([
      ("currency", .string("\(costs.book.currency)")),
      ("production", statement(costs.production)),
      ("prices", .array(costs.items.map { price($0, costs.book) })),
      ("cheapest_fit", Comparison(report).cheapestFit.map { .string($0.strategy) } ?? .null),
    ])
  }

  /// Returns the annual cost of a strategy, by its index in the report.
  func costs(ofStrategyAt place: Int) -> JSON {
    let costs = report.costs.strategies[place]
    let standing = Comparison(report).standings[place]
    return .object([
      ("family", .string(costs.band.family.reportName)),
      ("protection_cost_minor", .integer(costs.protection.minorUnits)),
      ("protection_ratio", .string(costs.protectionRatio.asNumber)),
      (
        "band",
        .object([
          ("ratio", .string(costs.band.ratio.asNumber)),
          ("denominator", .string(costs.band.family.denominatorWording)),
          ("part_minor", .integer(costs.band.part.minorUnits)),
          ("whole_minor", .integer(costs.band.whole.minorUnits)),
          ("lower_ratio", .string(costs.band.family.band.lowerBound.asNumber)),
          ("upper_ratio", .string(costs.band.family.band.upperBound.asNumber)),
          ("position", .string(costs.band.position.rawValue)),
          ("driver", costs.band.driver.map { .string("\($0.usage.item) of \($0.usage.subject)") } ?? .null),
          ("finding", .string(costs.bandSentence)),
        ])
      ),
      ("worst_rpo_p95", standing.rpo.map { .achieved($0) } ?? .null),
      ("worst_rto_p95", standing.rto.map { .achieved($0) } ?? .null),
      ("is_on_pareto_front", .boolean(Comparison(self.report).isOnFront(standing.strategy))),
      ("metered_ns", .duration(costs.meteredTime)),
      ("metered", .array(costs.metered.map(usage))),
      ("states", states(costs)), ("steady", statement(costs.steady)),
      ("drill", statement(costs.drill)),
      ("recoveries", events(costs.recoveries)), ("failbacks", events(costs.failbacks)),
      ("expected_annual_loss", costs.expectedLoss.map(expectedLoss) ?? .null),
      ("ownership", ownership(costs)),
    ])
  }

  /// Returns the annual costs by occasion; null where no rate is known or no failback was rehearsed.
  private func states(_ costs: StrategyCosts) -> JSON {
    func amount(_ money: Money?) -> JSON { money.map { .integer($0.minorUnits) } ?? .null }
    return .object([
      ("steady_minor", amount(costs.steady.total)), ("drill_minor", amount(costs.drill.total)),
      ("disaster_minor", amount(costs.expectedRecoveries)),
      ("failback_minor", amount(costs.expectedFailbacks)),
    ])
  }

  private func events(_ events: [RecoveryCost]) -> JSON {
    .array(
      events.map { .object([("disaster", .string($0.disaster)), ("mean", statement($0.statement))]) })
  }

  private func statement(_ statement: CostStatement) -> JSON {
    .object([
      ("total_minor", .integer(statement.total.minorUnits)),
      ("lines", .array(statement.lines.map(line))),
    ])
  }

  /// Returns a cost line. `cost_minor` is `quantity * unit_price / unit_size` in minor units, rounded half
  /// away from zero.
  private func line(_ line: CostLine) -> JSON {
    .object(
      members(of: line.usage) + [
        ("unit", .string(line.price.unit.rawValue)), ("unit_size", .integer(line.price.unit.size)),
        ("unit_price", .string(line.price.amount)), ("discount_ratio", .string(line.discount.asNumber)),
        ("cost_minor", .integer(line.cost.minorUnits)),
      ])
  }

  private func usage(_ usage: Usage) -> JSON { .object(members(of: usage)) }

  private func members(of usage: Usage) -> [(String, JSON)] {
    [
      ("component", .string(usage.component.rawValue)), ("subject", .string(usage.subject)),
      ("item", .string(usage.item)), ("quantity", .integer(usage.quantity)),
      ("measure", .string(usage.measure.rawValue)),
    ]
  }

  private func price(_ item: PriceItem, _ book: PriceBook) -> JSON {
    let basis: [(String, JSON)] =
      switch item.basis {
      case .listPrice(let source, let date): [("source", .string(source)), ("date", .string(date))]
      case .assumption(let reason): [("assumption", .string(reason))]
      }
    return .object(
      [
        ("item", .string(item.name)), ("list_price", .string(item.price.amount)),
        ("unit", .string(item.price.unit.rawValue)),
        ("discount_ratio", .string(book.discount(on: item.name).asNumber)),
      ] + basis)
  }

  private func expectedLoss(_ loss: ExpectedLoss) -> JSON {
    func members(_ name: String, _ loss: Loss) -> [(String, JSON)] {
      guard case .money(let money) = loss else {
        return [("\(name)_minor", .null), ("\(name)_unrecoverable", .boolean(true))]
      }
      return [("\(name)_minor", .integer(money.minorUnits)), ("\(name)_unrecoverable", .boolean(false))]
    }
    return .object(
      members("total", loss.total) + [
        (
          "disasters",
          .array(
            loss.shares.map { share in
              .object(
                [
                  ("disaster", .string(share.disaster)), ("per_year", .string(share.perYear.asNumber)),
                  ("mean_outage_ns", .duration(share.event.outage)),
                  ("mean_data_loss_ns", .duration(share.event.dataLoss)),
                  ("unrecoverable_ratio", .string(share.event.unrecoverable.asNumber)),
                  ("data_at_stake_ratio", .string(share.stake.asNumber)),
                ] + slowService(share.event)
                  + members("per_event", share.perEvent) + members("yearly", share.yearly))
            })
        )
      ])
  }

  private func ownership(_ costs: StrategyCosts) -> JSON {
    .object([
      ("present_value_minor", .integer(costs.totalCost.minorUnits)),
      (
        "years",
        .array(
          costs.ownership.map { year in
            .object([
              ("year", .integer(Int64(year.number))),
              ("protection_minor", .integer(year.protection.minorUnits)),
              ("present_value_minor", .integer(year.present.minorUnits)),
            ])
          })
      ),
    ])
  }
}
