import Documents

extension PriceBook {
  /// The default price book, for scenarios that name none.
  public static let standard = read(PackageResources.price_book_yaml, called: "the default price book")

  /// The price books of firedrill, each with the name for 'prices'. The default is first.
  public static let builtIn: [(name: String, book: PriceBook)] = [
    ("usd", standard),
    ("eur", read(PackageResources.price_book_eur_yaml, called: "the price book in EUR")),
  ]

  /// Returns the price book of firedrill with a name; `nil` for other names.
  public static func builtIn(named name: String) -> PriceBook? { builtIn.first { $0.name == name }?.book }

  private static func read(_ bytes: [UInt8], called name: String) -> PriceBook {
    do throws(InputError) {
      return try PriceBook(SourceText(name: name, text: String(decoding: bytes, as: UTF8.self)))
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
