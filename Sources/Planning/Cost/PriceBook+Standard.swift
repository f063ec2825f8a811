extension PriceBook {
  /// The default price book, for scenarios that name none.
  public static let standard = read(PackageResources.price_book_yaml, called: "the default price book")

  private static func read(_ bytes: [UInt8], called name: String) -> PriceBook {
    do throws(InputError) {
      return try PriceBook(SourceText(name: name, text: String(decoding: bytes, as: UTF8.self)))
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
