import Assessment
import ScenarioLanguage
import Units

extension ReportContent {
  /// Returns a table of every line of every bill.
  func bill(_ costs: CostReport) -> Table {
    func rows(_ name: Prose, _ statement: CostStatement) -> [[Cell]] {
      statement.lines.filter { $0.cost.minorUnits != 0 }.map { line in
        [
          Cell(name), .text(line.usage.subject), .name(line.usage.item),
          Cell(Prose(line.usage.forReading(per: line.price.unit)), key: line.usage.quantity),
          .text(line.price.amount), .money(line.cost),
        ]
      }
    }
    let strategies = entries.flatMap { entry -> [[Cell]] in
      rows(Prose(name: entry.name), entry.costs.steady)
        + rows("\(name: entry.name), drill", entry.costs.drill)
    }
    return Table(
      "Quantity times price, each line rounded to the cent once; what costs nothing is left out, and stands in the JSON report",
      [
        .words("for"), .words("of"), .words("item"), .number("quantity in a year"), .number("price"),
        .number("cost"),
      ], rows("production", costs.production) + strategies)
  }

  func prices(_ costs: CostReport) -> Table {
    let rows = costs.items.map { item -> [Cell] in
      let basis =
        switch item.basis {
        case .listPrice(let source, let date): "\(source); \(date)"
        case .assumption(let reason): "assumed: \(reason)"
        }
      let discount = costs.book.discount(on: item.name)
      return [
        .name(item.name), .text("\(item.price)"), discount == .zero ? .none : .text("\(discount)"),
        .text(basis),
      ]
    }
    return Table(
      "Prices in \(costs.book.currency)",
      [.words("item"), .words("list price"), .words("discount"), .words("where it is from")], rows)
  }
}
