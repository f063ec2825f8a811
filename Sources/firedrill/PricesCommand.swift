import ArgumentParser
import Reporting
import ScenarioLanguage

/// The command `firedrill prices`, which lists price books.
struct PricesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prices",
    abstract: "List the prices and sizes of price books, each with its source and date.",
    discussion:
      "Write 'prices: eur' into a scenario to use a book of firedrill, or 'prices: FILE' with prices of your own. "
      + "With 'extendsDefault: true' a file takes the prices that it lacks from firedrill's book in its currency."
  )

  @Argument(
    help: ArgumentHelp(
      "'usd', 'eur' or the file of a price book; without it, the books of firedrill.", valueName: "book"))
  var book: String?

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print CSV.")
  var csv = false

  func validate() throws {
    if json, csv { throw ValidationError("'--json' and '--csv' exclude each other; keep one of the two") }
  }

  func run() throws {
    let books = try book.map { [(name: $0, book: try PriceBook(named: $0))] } ?? PriceBook.builtIn
    let listing = PriceListing(books)
    print(json ? listing.json : csv ? listing.csv : listing.text, terminator: "")
  }
}
