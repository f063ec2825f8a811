import Planning
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

  @Test func everyPriceOfTheDefaultBookSaysWhereItIsFrom() {
    #expect(PriceBook.standard.items.count >= 18)
    for item in PriceBook.standard.items {
      switch item.basis {
      case .listPrice(let source, let date): #expect(!source.isEmpty && CivilTime(iso8601: date) != nil)
      case .assumption(let reason): #expect(reason.count > 20)
      }
    }
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
      complaint("currency: EUR\nextendsDefault: true").contains(
        "the default price book is in USD, this one in EUR"))
  }
}
