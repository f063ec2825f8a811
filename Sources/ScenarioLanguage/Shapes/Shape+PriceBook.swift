import Documents
import Units

/// A price as written: a number, with or without the currency in front.
struct WrittenPrice: Sendable {
  var billionths: Int64
  var currency: Currency?
}

extension Shape<WrittenPrice> {
  static let price = scalar(
    Schema(
      .scalar(
        types: ["string", "number"], pattern: "^([A-Z]{3} )?[0-9]+(\\.[0-9]{1,9})?$", values: [], bounds: nil),
      example: "0.023"),
    expected: "a price"
  ) { text throws(QuantityError) in
    let words = text.split(separator: " ")
    let currency = words.count == 2 ? Currency(code: String(words[0])) : nil
    guard words.count == 1 || currency != nil, let number = words.last else {
      throw QuantityError("'\(text)' is not a price", hint: "write for example '0.023' or 'EUR 0.023'")
    }
    let amount = try Ratio(parsing: number)
    guard amount >= .zero, !number.hasSuffix("%") else {
      throw QuantityError("'\(text)' is not a price", hint: "write a number of zero or more")
    }
    return WrittenPrice(billionths: amount.billionths, currency: currency)
  }
}

extension Shape<Currency> {
  static let currency = scalar(
    Schema(.scalar(types: ["string"], pattern: "^[A-Z]{3}$", values: [], bounds: nil), example: "EUR"),
    expected: "a currency"
  ) { text throws(QuantityError) in
    guard let currency = Currency(code: text) else {
      throw QuantityError("'\(text)' is not a currency", hint: "write its ISO 4217 code, for example 'EUR'")
    }
    return currency
  }
}

extension Shape<PriceItem> {
  static let priceItem = mapping(
    "A price of one unit.",
    .name,
    Field("price", .price, "The price in major units of the book's currency, with up to nine decimals."),
    Field<BillingUnit>("per", .oneOf, "The unit of the price. A month is 730 hours."),
    Field<String?>(optional: "source", .text, "The document that states the list price."),
    Field<String?>(optional: "date", .text, "The date on which it was valid or read."),
    Field<String?>(optional: "assumption", .text, "The reason for an assumed price without a document.")
  ) { name, price, unit, source, date, assumption throws(Misfit) in
    let basis: PriceItem.Basis
    switch (source, date, assumption) {
    case (let source?, let date?, nil): basis = .listPrice(source: source, date: date)
    case (nil, nil, let assumption?): basis = .assumption(assumption)
    default:
      throw Misfit(
        "nobody can tell where the price of '\(name)' comes from",
        hint: "give 'source' and 'date' of a list price, or 'assumption', and not both")
    }
    return PriceItem(name: name, price: UnitPrice(billionths: price.billionths, per: unit), basis: basis)
  }
}

extension Shape<Discount> {
  static let discount = mapping(
    "A discount on list prices.",
    Field("items", .text, "An item, or the common beginning of several names, such as 'compute'."),
    Field("share", .share, "The discounted share of the price."),
    Field("reason", .text, "The reason, for example a contract.")
  ) { Discount(items: $0, share: $1, reason: $2) }
}

extension Shape<PriceBook> {
  /// A price book, as a file or inside a scenario.
  static let priceBook = checkingCurrencies(
    mapping(
      "A price book.",
      Field<Node>.itself,
      Field("currency", .currency, "The currency of all prices."),
      Field(
        "extendsDefault", .flag, default: "false",
        "Whether missing items are taken from firedrill's own price book in this currency."),
      Field<[PriceItem]>(
        "items", .entries(of: .priceItem, noun: "price"), otherwise: [],
        "The prices by name."),
      Field<[Discount]>(
        "discounts", .list(of: .discount), otherwise: [], "The discounts.")
    ) { node, currency, extendsDefault, items, discounts throws(Misfit) in
      let book = PriceBook(
        currency: currency, items: items, discounts: discounts, place: node.place(of: "items"))
      guard extendsDefault else { return book }
      guard let basis = PriceBook.builtIn.first(where: { $0.book.currency == currency }) else {
        let known = PriceBook.builtIn.map { "\($0.book.currency)" }.joined(separator: " and ")
        throw Misfit(
          at: "extendsDefault",
          "the price books of firedrill are in \(known), this one in \(currency)",
          hint: "give all prices in \(currency), or write 'currency: \(PriceBook.standard.currency)'")
      }
      return book.extending(basis.book)
    })

  /// The name of a price book of firedrill, the path of one relative to the scenario, or the book itself.
  static let prices = Shape(Shape<String>.text.schema) { node, reading in
    guard let path = Shape<String>.text.read(node, &reading) else { return nil }
    if let book = PriceBook.builtIn(named: path) { return book }
    do throws(InputError) {
      let source = try SourceFile.read(node.place.source.path(to: path), limit: ScenarioFile.sizeMaximum)
      reading.note(input: source)
      return try PriceBook(source)
    } catch {
      reading.report(error.diagnostics)
      return nil
    }
  }.or(priceBook)

  /// Reports each price that is in another currency than the book's.
  private static func checkingCurrencies(_ shape: Shape) -> Shape {
    Shape(shape.schema) { node, reading in
      guard let book = shape.read(node, &reading) else { return nil }
      for pair in node["items"]?.pairs ?? [] {
        guard let price = pair.value["price"], case .scalar(let text, _) = price.content,
          let currency = Currency(code: String(text.prefix(3))), currency != book.currency
        else { continue }
        reading.report(
          "'\(pair.key)' is priced in \(currency), the book in \(book.currency)",
          hint: "convert it to \(book.currency), or leave the currency out", at: price.place)
      }
      return book
    }
  }
}

extension PriceBook {
  /// Reads a price book from its own file.
  package init(_ source: SourceText) throws(InputError) {
    let document = try YAMLDocument(source)
    var reading = Reading()
    reading.report(document.diagnostics)
    let book = Shape<PriceBook>.priceBook.read(document.root, &reading)
    guard let book, reading.diagnostics.isEmpty else { throw InputError(reading.diagnostics) }
    self = book
  }
}

extension PriceBook {
  /// Reads the price book of firedrill with a name, or that of a file.
  public init(named name: String) throws(InputError) {
    if let book = Self.builtIn(named: name) {
      self = book
    } else {
      try self.init(SourceFile.read(name, limit: ScenarioFile.sizeMaximum))
    }
  }
}
