import Documents
import ScenarioLanguage
import Testing
import Units

@Suite struct PriceBookTests {
  private func book(_ text: String) throws -> PriceBook {
    try PriceBook(SourceText(name: "prices.yaml", text: text))
  }

  private func complaint(_ text: String) -> String {
    do {
      _ = try book(text)
      return "nothing"
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: PriceBook.builtIn.map(\.name))
  func everyPriceOfABuiltInBookSaysWhereItIsFrom(name: String) throws {
    let book = try #require(PriceBook.builtIn(named: name))
    #expect(book.items.map(\.name) == PriceBook.standard.items.map(\.name))
    for item in book.items {
      switch item.basis {
      case .listPrice(let source, let date): #expect(!source.isEmpty && CivilTime(iso8601: date) != nil)
      case .assumption(let reason): #expect(reason.count > 20)
      }
    }
  }

  /// Prices in EUR are list prices, or those of the default book at 1.1133 USD per EUR, to the millionth.
  @Test func aConvertedPriceIsTheDefaultsAtTheStatedRate() throws {
    let euro = try #require(PriceBook.builtIn(named: "eur"))
    #expect(euro.currency.description == "EUR")
    var converted = 0
    for (item, basis) in zip(euro.items, PriceBook.standard.items) {
      guard case .assumption(let reason) = item.basis else { continue }
      converted += 1
      #expect(reason == "USD \(basis.price.amount) of the default price book at 1.1133 USD per EUR")
      let exact = Double(basis.price.billionths) / 1.1133
      #expect(abs(Double(item.price.billionths) - exact) <= 500.5 && item.price.unit == basis.price.unit)
    }
    #expect(converted == euro.items.count - 5)
  }

  @Test func aScenarioNamesABuiltInBook() throws {
    #expect(try Shop.read(Shop.text + "prices: eur\n").prices.currency.description == "EUR")
    #expect(try Shop.read(Shop.text + "prices: usd\n").prices.items == PriceBook.standard.items)
  }

  @Test func aBookExtendsTheBuiltInBookOfItsCurrency() throws {
    let own = try book(
      "currency: EUR\nextendsDefault: true\nitems: { staff.engineer: { price: 90, per: hour, assumption: ours } }"
    )
    #expect(own.item("staff.engineer")?.price.billionths == 90_000_000_000)
    #expect(own.item("storage.disk") == PriceBook.builtIn(named: "eur")?.item("storage.disk"))
  }

  /// 1,234,567 MiB h at 0.023 a GiB month of 1,024 x 730 MiB h are 3.7985...; rounded once.
  @Test func aQuantityTimesAPriceIsRoundedOnceHalfAwayFromZero() throws {
    let euro = try #require(Currency(code: "EUR"))
    let storage = UnitPrice(billionths: 23_000_000, per: .gibibyteMonth)
    #expect(storage.cost(of: 1_234_567, in: euro).minorUnits == 4)
    #expect(storage.cost(of: 1_024 * 730 * 1_000, in: euro).minorUnits == 2_300)
    let half = UnitPrice(billionths: 5_000_000, per: .thousandRequests)
    #expect(half.cost(of: 1_000, in: euro).minorUnits == 1)
    #expect(half.cost(of: 999, in: euro).minorUnits == 0)
    #expect(half.cost(of: 3_000, in: euro).minorUnits == 2)
  }

  @Test func aDiscountIsTakenOffThePriceOnce() {
    let price = UnitPrice(billionths: 96_000_000, per: .hour)
    #expect(price.discounted(by: .percent(30)).billionths == 67_200_000)
    #expect(price.discounted(by: .zero) == price)
  }

  @Test func anItemOfOnesOwnTakesThePlaceOfTheDefaults() throws {
    let own = try book(
      """
      currency: USD
      extendsDefault: true
      items:
        storage.objectStore: { price: USD 0.01, per: GiB month, assumption: our contract of this year }
      discounts:
        - { items: compute, share: 20 %, reason: reserved for three years }
      """)
    #expect(own.item("storage.objectStore")?.price.billionths == 10_000_000)
    #expect(own.item("storage.disk") == PriceBook.standard.item("storage.disk"))
    #expect(own.discount(on: "compute.large.running") == .percent(20))
    #expect(own.discount(on: "computer") == .zero)
  }

  @Test(
    arguments: [
      (
        "items: { a: { price: EUR 1, per: hour, assumption: so it is } }",
        "'a' is priced in EUR, the book in USD"
      ),
      ("items: { a: { price: 1, per: hour } }", "nobody can tell where the price of 'a' comes from"),
      (
        "items: { a: { price: 1, per: hour, source: list, assumption: so it is } }",
        "nobody can tell where the price of 'a' comes from"
      ),
      (
        "items: { a: { price: 1, per: hourly, assumption: so it is } }",
        "'hourly' is none of the words for this"
      ),
      (
        "items: { a: { price: cheap, per: hour, assumption: so it is } }",
        "'cheap' does not begin with a number"
      ),
      ("items: { a: { price: -1, per: hour, assumption: so it is } }", "'-1' is not a price"),
      ("itms: {}", "unknown key 'itms'"),
    ])
  func aBadBookIsToldWithPlaceAndMend(_ body: String, _ message: String) {
    let text = complaint("currency: USD\n\(body)")
    #expect(text.contains("prices.yaml:2:"))
    #expect(text.contains(message))
    #expect(text.contains("hint: "))
  }

  @Test func aBookInAnotherCurrencyCannotExtendTheDefault() {
    #expect(
      complaint("currency: CHF\nextendsDefault: true").contains(
        "the price books of firedrill are in USD and EUR, this one in CHF"))
  }
}
