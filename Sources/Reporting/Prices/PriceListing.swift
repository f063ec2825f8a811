import Documents
import ScenarioLanguage
import Units

/// A listing of price books: every price with its unit, source and date, and the sizes of servers.
public struct PriceListing: Sendable {
  private let books: [(name: String, book: PriceBook)]

  public init(_ books: [(name: String, book: PriceBook)]) { self.books = books }

  /// The listing as one table for each book.
  public var text: String {
    books.map { name, book in
      let rows = book.items.map { item in
        [item.name, item.price.amount, item.price.unit.rawValue, item.basis.wording]
      }
      let sizes = "Sizes of servers: \(book.sizes.joined(separator: ", "))"
      let lines =
        ["\(name): \(book.items.count) prices in \(book.currency)", sizes, ""]
        + TextTable.lines(["item", "price", "per", "source"], rows)
      return lines.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  /// The listing as CSV, which `firedrill import` reads.
  public var csv: String {
    typealias Row = (name: String, book: PriceBook, item: PriceItem)
    let table = CSVTable<Row>(columns: [
      .init(name: "book") { .text($0.name) }, .init(name: "item") { .text($0.item.name) },
      .init(name: "price") { .text($0.item.price.amount) },
      .init(name: "per") { .text($0.item.price.unit.rawValue) },
      .init(name: "currency") { .text("\($0.book.currency)") },
      .init(name: "source") { $0.item.basis.source.map { .text($0) } ?? .none },
      .init(name: "date") { $0.item.basis.date.map { .text($0) } ?? .none },
      .init(name: "assumption") { $0.item.basis.assumption.map { .text($0) } ?? .none },
    ])
    return table.text(of: books.flatMap { name, book in book.items.map { (name, book, $0) } })
  }

  /// The listing as JSON.
  public var json: String {
    let books = books.map { name, book -> JSON in
      .object([
        ("name", .string(name)), ("currency", .string("\(book.currency)")),
        ("sizes", .array(book.sizes.map { .string($0) })), ("items", .array(book.items.map(\.json))),
      ])
    }
    return JSON.object([("format", .string("firedrill prices 1")), ("books", .array(books))]).text() + "\n"
  }
}

extension PriceBook {
  /// The sizes of running servers that have a price.
  fileprivate var sizes: [String] {
    let suffix = ".running"
    return items.map(\.name).compactMap { (name: String) -> String? in
      guard name.hasPrefix("compute."), name.hasSuffix(suffix) else { return nil }
      return String(name.dropFirst("compute.".count).dropLast(suffix.count))
    }
  }
}

extension PriceItem {
  /// The price as a JSON object. The price is a text, which keeps its exact decimals.
  fileprivate var json: JSON {
    var members: [(String, JSON)] = [
      ("item", .string(name)), ("price", .string(price.amount)), ("per", .string(price.unit.rawValue)),
    ]
    switch basis {
    case .listPrice(let source, let date): members += [("source", .string(source)), ("date", .string(date))]
    case .assumption(let reason): members.append(("assumption", .string(reason)))
    }
    return .object(members)
  }
}

extension PriceItem.Basis {
  fileprivate var source: String? { if case .listPrice(let source, _) = self { source } else { nil } }
  fileprivate var date: String? { if case .listPrice(_, let date) = self { date } else { nil } }
  fileprivate var assumption: String? { if case .assumption(let reason) = self { reason } else { nil } }

  /// The evidence in words.
  fileprivate var wording: String {
    switch self {
    case .listPrice(let source, let date): "\(date): \(source)"
    case .assumption(let reason): "assumption: \(reason)"
    }
  }
}
