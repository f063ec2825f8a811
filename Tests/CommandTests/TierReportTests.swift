import Foundation
import Testing

/// The reports of a fleet in tiers, from the command line.
@Suite struct TierReportTests {
  private static let tiers = """
    tiers: { first: { rto: 50 min }, second: {} }
    services:
      web: { host: db, tier: second, dependsOn: [database], boot: 4 min, appRecovery: 1 min, verify: 2 min, warmUp: 1 min }
    """

  private static var scenario: String {
    SmallScenario.text
      .replacing(
        "services:\n  database:\n    host: db\n",
        with: tiers + "\n  database:\n    host: db\n    tier: first\n"
      )
      .replacing("{ lognormal: { median: 5 min, p95: 30 min } }", with: "5 min")
      .replacing(
        "  array-failure: { cause: arrayFailure, device: array }",
        with: "  server: { cause: serverFailure, host: db }")
  }

  /// People 30 min, a server 1 h, boot 4 min; the database 6 + 10 min: 110. The web server waits for its start, then needs
  /// 1 + 2 + 1 min: 104.
  @Test func everyFormatTellsWhenEachTierWasBack() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.scenario, to: "shop.yaml")
    let command = try Command(
      running: Command.executable, ["run", "shop.yaml", "--out", "out"], in: folder.path)
    #expect(command.status == 1, "\(command.errors)")
    func text(_ suffix: String) throws -> String {
      try String(contentsOfFile: "\(folder.path)/out/shop\(suffix)", encoding: .utf8)
    }
    let rows = try text("-tiers.csv").split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",").map(String.init)
    }
    #expect(rows.count == 5)
    #expect(rows[3].dropFirst(3).starts(with: ["first", "3000", "breached", "1", "1", "1"]))
    #expect(rows[3].suffix(3) == ["6600", "6600", "6600"])
    #expect(rows[4].suffix(3) == ["6240", "6240", "6240"])
    let page = try text(".md")
    #expect(page.contains("How each tier comes back") && page.contains("1 h 50 min"))
    #expect(page.contains("the tier first within 50 min"))
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(try text(".json").utf8)) as? [String: Any])
    let strategy = try #require((json["strategies"] as? [[String: Any]])?.first)
    let disaster = try #require((strategy["disasters"] as? [[String: Any]])?.last)
    #expect(
      (disaster["tiers"] as? [[String: Any]])?.compactMap { $0["verdict"] as? String } == [
        "breached", "not_assessed",
      ])
    let figure = try text("-tiers.svg")
    #expect(figure.contains("first all back after 1 h 50 min in the median"))
    #expect(try text(".html").contains("How each tier comes back"))
  }
}
