import Reporting
import Testing

@Suite struct HTMLReportTests {
  private func page() throws -> String { HTMLReport(try SmallReport.report()).text }

  @Test func thePageAsksNothingOfTheNetwork() throws {
    let page = try page()
    for reference in ["src=", "url(", "@import", "<link", "<iframe", "fetch(", "XMLHttpRequest"] {
      #expect(!page.contains(reference))
    }
    let addresses = page.split(separator: "http").dropFirst().map { "http" + $0.prefix(30) }
    #expect(addresses.allSatisfy { $0.hasPrefix("http://www.w3.org/2000/svg") || $0.hasPrefix("http-equiv") })
    #expect(page.contains("default-src 'none'"))
  }

  @Test func theTextOfAScenarioStaysText() throws {
    var report = try SmallReport.report()
    report.scenario.title = "<script>alert('1')</script> & \"shop\""
    report.strategies[0].strategy.title = "</summary><img src=x onerror=alert(1)>"
    let page = HTMLReport(report).text
    #expect(!page.contains("<script>alert"))
    #expect(!page.contains("<img"))
    #expect(page.contains("&lt;script&gt;alert"))
  }

  @Test func everyTableHasACaptionAndHeadsThatCanBePressed() throws {
    let page = try page()
    let tables = page.split(separator: "<table>").dropFirst()
    #expect(tables.count >= 6)
    for table in tables {
      #expect(table.contains("<caption>") && table.contains("scope=\"col\""))
    }
    // The seed's table alone has an order of its own.
    #expect(tables.count { !$0.contains("<button type=\"button\">") } == 1)
    #expect(
      page.split(separator: "class=\"scroll\" tabindex=\"0\" role=\"region\"").count - 1 == tables.count)
  }

  @Test func everyFigureHasATitleAndADescription() throws {
    let report = try SmallReport.report()
    let figures = ReportFormat.md.files(of: report).filter { $0.name.hasSuffix(".svg") }
    #expect(figures.count == 8)
    for figure in figures {
      #expect(figure.text.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\""))
      #expect(
        figure.text.contains("role=\"img\"") && figure.text.contains("<title id=")
          && figure.text.contains("<desc id="))
      #expect(figure.text.contains("prefers-color-scheme:dark"))
      #expect(figure.text.utf8.count < 18_000)
    }
  }

  @Test func theSameReportIsTheSamePage() throws { #expect(try page() == page()) }
}
