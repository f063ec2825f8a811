import Documents
import Reporting
import ScenarioLanguage
import Testing

@Suite struct DefaultsTableTests {
  @Test func everyDefaultStandsAmongTheAssumptions() throws {
    let short = try ScenarioFile(
      SourceText(
        name: "short.yaml",
        text: """
          title: T
          objectives: { rpo: 1 h, rto: 1 h }
          sites: { here: }
          devices: { disk: { site: here } }
          hosts: { web: { site: here } }
          services:
            shop: { host: web, volumes: { data: { device: disk, size: 1 GiB, workload: { rate: 1 kB/s } } } }
          disasters: { loss: { cause: accidentalDeletion, volumes: [data] } }
          strategies: { none: }
          """))
    var report = try SmallReport.report()
    #expect(!MarkdownReport(report).text.contains("What the scenario does not say"))
    report.provenance.defaults = short.defaults
    let markdown = MarkdownReport(report).text
    #expect(markdown.contains("What the scenario does not say, and what is assumed"))
    let row = try #require(markdown.split(separator: "\n").first { $0.hasPrefix("| `hosts.web.size` ") })
    #expect(row.split(separator: "|")[1].contains("medium"), "\(row)")
    #expect(markdown.contains("`strategies.none.recovery.replace.disk`"))
  }
}
