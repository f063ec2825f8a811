import Documents
import Units

/// A price book: list prices with their sources, and discounts.
public struct PriceBook: Sendable {
  public let currency: Currency
  /// The items, in the order of the book.
  public let items: [PriceItem]
  public let discounts: [Discount]
  /// The place of the items, for messages.
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

  /// Returns the items of both books; this book's take precedence.
  func extending(_ basis: PriceBook) -> PriceBook {
    PriceBook(
      currency: currency, items: items + basis.items.filter { item($0.name) == nil },
      discounts: discounts + basis.discounts, place: place)
  }
}

/// The price of one item, with its evidence.
public struct PriceItem: Hashable, Sendable {
  /// The name: a component, then the kind, as in `storage.objectStore`.
  public let name: String
  public let price: UnitPrice
  public let basis: Basis

  public enum Basis: Hashable, Sendable {
    /// A published list price, with the document and the date on which it was valid or read.
    case listPrice(source: String, date: String)
    /// An assumed price, with the reason.
    case assumption(String)
  }

  package init(name: String, price: UnitPrice, basis: Basis) {
    self.name = name
    self.price = price
    self.basis = basis
  }
}

/// A discount on the list prices of some items.
public struct Discount: Hashable, Sendable {
  /// An item, or a prefix of names that ends before a point.
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
