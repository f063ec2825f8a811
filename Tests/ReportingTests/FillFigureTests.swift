import Assessment
import Documents
import Rehearsals
import Reporting
import Testing
import Units

/// The figure of vaults and links over time, and its values in JSON.
@Suite struct FillFigureTests {
  /// The small report, with one vault that grows by a GiB a step and a link used in one of four steps.
  static func report() throws -> Report {
    var report = try SmallReport.sweep()
    let vaults = report.scenario.blueprint.vaults.indices.map { vault in
      (0...4).map { vault == 0 ? ByteCount.gibibytes(Int64($0 + 1)) : .zero }
    }
    let links = report.scenario.blueprint.links.indices.map { link in
      [ByteCount.zero, link == 0 ? .gibibytes(9) : .zero, .zero, .zero]
    }
    report.strategies[0].fill = FillCourse(step: .hours(6), vaults: vaults, links: links)
    return try report.priced()
  }

  private static func figure() throws -> String {
    let files = ReportFormat.md.files(of: try report())
    return try #require(files.first { $0.name.hasSuffix("-fill.svg") }).text
  }

  @Test func theFigureDrawsTheUsedVaultWithTitlesAndTicks() throws {
    let svg = try Self.figure()
    #expect(svg.contains("Bytes in each vault") && svg.contains("Use of each link"))
    #expect(svg.contains("time since the first instant at which a disaster can strike"))
    #expect(svg.contains("local-vault from 1 GiB to 5 GiB"), "the description for blind readers")
    #expect(svg.contains(">5 GiB</text>"), "the end of the shared scale")
    #expect(svg.contains("prefers-color-scheme:dark") && svg.utf8.count < 8_000)
    // A line from the lowest value to the top of the plot: 44 units for 5 GiB.
    #expect(svg.contains("M64 113l54 -9l54 -8l54 -9l54 -9"), "\(svg)")
  }

  @Test func theJSONHasTheSamplesOfWhatWasUsed() throws {
    let report = try Self.report()
    let text = try #require(ReportFormat.json.files(of: report).first).text
    let json = try JSON(parsing: SourceText(name: "small.json", text: text))
    let fill = json["strategies"]?.items[0]["fill"]
    #expect(fill?["step_ns"]?.number == 21_600_000_000_000)
    #expect(fill?["vaults"]?.items.count == 1)
    #expect(fill?["vaults"]?.items[0]["bytes"]?.items.compactMap(\.number) == (1...5).map { $0 << 30 })
    #expect(json["strategies"]?.items[1]["fill"] == nil)
  }

  /// A stored report draws the same lines as the run.
  @Test func aStoredReportDrawsTheSameFigure() throws {
    let text = try #require(ReportFormat.json.files(of: try Self.report()).first).text
    let page = StoredReport(try ReportDocument(text: text, name: "small.json")).html(isOpen: false)
    let lines = try Self.figure().split(separator: "\n").filter { $0.contains("stroke-width=\"2\"") }
    #expect(!lines.isEmpty)
    for line in lines { #expect(page.contains(line)) }
  }
}
