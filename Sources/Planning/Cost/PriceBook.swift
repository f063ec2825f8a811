import Units

/// What everything costs: list prices with their sources, and the discounts on them.
public struct PriceBook: Sendable {
  public let currency: Currency
  /// In the order of the book.
  public let items: [PriceItem]
  public let discounts: [Discount]
  /// Where its items stand, for messages.
  package let place: Place

  package init(currency: Currency, items: [PriceItem], discounts: [Discount], place: Place) {
    self.currency = currency
    self.items = items
    self.discounts = discounts
    self.place = place
  }

  public func item(_ name: String) -> PriceItem? { items.first { $0.name == name } }

  /// The largest discount on an item.
  public func discount(on item: String) -> Ratio {
    discounts.filter { $0.covers(item) }.map(\.share).max() ?? .zero
  }

  /// The items of both books; where both have one, this book's.
  func extending(_ basis: PriceBook) -> PriceBook {
    PriceBook(
      currency: currency, items: items + basis.items.filter { item($0.name) == nil },
      discounts: discounts + basis.discounts, place: place)
  }
}

/// The price of one thing, and how we know it.
public struct PriceItem: Hashable, Sendable {
  /// `storage.objectStore`: what it is, then which of its kind.
  public let name: String
  public let price: UnitPrice
  public let basis: Basis

  public enum Basis: Hashable, Sendable {
    /// A published list price, with the document and the day on which it was valid or read.
    case listPrice(source: String, date: String)
    /// Nobody's list price: why it was assumed.
    case assumption(String)
  }

  package init(name: String, price: UnitPrice, basis: Basis) {
    self.name = name
    self.price = price
    self.basis = basis
  }
}

/// A share that is taken off the list prices of some items.
public struct Discount: Hashable, Sendable {
  /// An item, or all whose names begin with this and a point.
  public let items: String
  public let share: Ratio
  public let reason: String

  package init(items: String, share: Ratio, reason: String) {
    self.items = items
    self.share = share
    self.reason = reason
  }

  func covers(_ item: String) -> Bool { item == items || item.hasPrefix(items + ".") }
}
