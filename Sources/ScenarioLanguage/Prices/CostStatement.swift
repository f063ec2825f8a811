import Documents
import Units

/// One quantity at one price, the smallest unit of cost. Money is rounded only here.
public struct CostLine: Hashable, Sendable {
  public let usage: Usage
  /// The price after the discount.
  public let price: UnitPrice
  public let discount: Ratio
  public let cost: Money

  init(_ usage: Usage, _ item: PriceItem, in book: PriceBook) {
    self.usage = usage
    discount = book.discount(on: item.name)
    price = item.price.discounted(by: discount)
    cost = price.cost(of: usage.quantity, in: book.currency)
  }
}

/// A bill whose lines add up to its total.
public struct CostStatement: Hashable, Sendable {
  public let lines: [CostLine]
  public let total: Money

  package init(_ lines: [CostLine], currency: Currency) {
    self.lines = lines
    total = lines.reduce(.zero(currency)) { $0 + $1.cost }
  }

  public func total(of component: CostComponent) -> Money {
    lines.filter { $0.usage.component == component }.reduce(.zero(total.currency)) { $0 + $1.cost }
  }

  /// The cost of servers and storage.
  public var infrastructure: Money { total(of: .compute) + total(of: .storage) }

  /// Returns the most expensive line among some components, the first of equals; `nil` when nothing costs
  /// anything.
  package func driver(among isMeant: (CostComponent) -> Bool) -> CostLine? {
    lines.filter { $0.cost.minorUnits > 0 && isMeant($0.usage.component) }.reduce(nil as CostLine?) {
      best, line in
      best.map { $0.cost.minorUnits >= line.cost.minorUnits } == true ? best : line
    }
  }
}

/// Prices usages and collects the items that the book lacks.
package struct Pricing {
  package let book: PriceBook
  /// The largest usage of each missing item.
  package private(set) var missing: [Usage] = []

  package init(_ book: PriceBook) { self.book = book }

  package mutating func statement(_ usages: [Usage]) -> CostStatement {
    var lines: [CostLine] = []
    for usage in usages {
      guard let item = book.item(usage.item), item.price.unit.measure == usage.measure else {
        note(usage)
        continue
      }
      lines.append(CostLine(usage, item, in: book))
    }
    return CostStatement(lines, currency: book.currency)
  }

  private mutating func note(_ usage: Usage) {
    if let place = missing.firstIndex(where: { $0.item == usage.item }) {
      missing[place].quantity = max(missing[place].quantity, usage.quantity)
    } else {
      missing.append(usage)
    }
  }

  /// Returns an error for each used item without a price, or with a price per another unit.
  ///
  /// - Parameter need: says of a usage who needs it.
  package func diagnostics(_ need: (Usage) -> String) -> [Diagnostic] {
    missing.map { usage in
      let item = usage.item
      let units = BillingUnit.allCases.filter { $0.measure == usage.measure }.map { "'\($0.rawValue)'" }
      guard let listed = book.item(item) else {
        let guess = book.items.map(\.name).nearest(to: item).map {
          "did you mean '\($0)' by one that is there? "
        }
        return Diagnostic(
          at: book.place, message: "the price book has no '\(item)', and \(need(usage))",
          hint: (guess ?? "")
            + "add '\(item): { price: ..., per: \(units[0].dropFirst().dropLast()), assumption: ... }' to its items"
        )
      }
      return Diagnostic(
        at: book.place,
        message: "'\(item)' is priced per \(listed.price.unit.rawValue), and \(need(usage))",
        hint: "price it per \(units.joined(separator: " or "))")
    }
  }
}
