import Assessment
import Rehearsals
import ScenarioLanguage

/// The formats of a report. Every format is a pure function of the report.
public enum ReportFormat: String, CaseIterable, Hashable, Sendable {
  /// Markdown for people: `<scenario>.md` and its figures.
  case md
  /// Tables for spreadsheets: `<scenario>.csv` with a row per strategy and disaster, and
  /// `<scenario>-drills.csv` with a row per drill. With tiers of services, also `<scenario>-tiers.csv`.
  case csv
  /// JSON for programs: `<scenario>.json`.
  case json
  /// One HTML page for people: `<scenario>.html`.
  case html

  /// The names of the files of a scenario's report in this format.
  public func fileNames(of scenario: Scenario, _ provenance: Provenance) -> [String] {
    let stem = provenance.fileStem(of: scenario.name)
    return switch self {
    case .md: ["\(stem).md"] + Figure.all(of: scenario).map { $0.fileName(stem: stem) }
    case .csv:
      ["\(stem).csv", "\(stem)-drills.csv"] + (scenario.objectives.tiers.isEmpty ? [] : ["\(stem)-tiers.csv"])
    case .json: ["\(stem).json"]
    case .html: ["\(stem).html"]
    }
  }

  /// The files of a report in this format.
  public func files(of report: Report) -> [ReportFile] {
    zip(fileNames(of: report.scenario, report.provenance), texts(of: report)).map {
      ReportFile(name: $0, text: $1)
    }
  }

  private func texts(of report: Report) -> [String] {
    switch self {
    case .md: [MarkdownReport(report).text] + Figure.all(of: report.scenario).map { $0.svg(of: report) }
    case .csv:
      [CSVReport(report).disasters, CSVReport(report).drills]
        + (report.scenario.objectives.tiers.isEmpty ? [] : [CSVReport(report).tiers])
    case .json: [JSONReport(report).text]
    case .html: [HTMLReport(report).text]
    }
  }
}

/// A file of a report, in UTF-8.
public struct ReportFile: Hashable, Sendable {
  /// The name without a folder.
  public let name: String
  public let text: String

  package init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}
