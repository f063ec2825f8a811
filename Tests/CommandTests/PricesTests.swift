import Foundation
import Testing

/// The command that lists price books.
@Suite struct PricesTests {
  @Test func theBuiltInBooksAreListedWithSourcesAndSizes() throws {
    let command = try Command("prices")
    #expect(command.status == 0 && command.errors.isEmpty)
    #expect(command.output.hasPrefix("usd: ") && command.output.contains("\neur: "))
    #expect(command.output.contains("Sizes of servers: small, medium, large\n"))
    let line = try #require(
      command.output.split(separator: "\n").first { $0.hasPrefix("compute.medium.running") })
    #expect(line.contains("  0.096  ") && line.contains("2026-11-22: Amazon EC2 m5.large"))
  }

  @Test func oneBookIsListedAsJSON() throws {
    let command = try Command("prices", "eur", "--json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(command.output.utf8)) as? [String: Any])
    let books = try #require(object["books"] as? [[String: Any]])
    #expect(books.count == 1 && books[0]["currency"] as? String == "EUR")
    for item in try #require(books[0]["items"] as? [[String: String]]) {
      let isSourced = item["source"]?.isEmpty == false && item["date"] != nil
      #expect(isSourced != (item["assumption"] != nil), "\(item)")
    }
  }

  /// The table is a price list that firedrill imports, and the file of a book can be listed too.
  @Test func theCSVIsReadByTheImporter() throws {
    let folder = try ScratchFolder()
    try folder.write(
      "currency: CHF\nitems: { a.b: { price: 0.5, per: hour, source: x, date: \"2026-01-01\" } }\n",
      to: "own.yaml")
    let own = try Command("prices", "own.yaml", "--csv", in: folder.path)
    #expect(
      own.output == "book,item,price,per,currency,source,date,assumption\r\n"
        + "own.yaml,a.b,0.5,hour,CHF,x,2026-01-01,\r\n")
    let missing = try Command("prices", "gbp", in: folder.path)
    #expect(missing.status == 2 && missing.errors.contains("gbp: error: there is no such file"))
  }
}
