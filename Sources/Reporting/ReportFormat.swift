import Planning

/// What a report can be written as; every format is a pure function of the report.
public enum ReportFormat: String, CaseIterable, Hashable, Sendable {
  /// For people: `<scenario>.md` and its figures beside it.
  case md
  /// For spreadsheets: `<scenario>.csv`, a row per strategy and disaster, and `<scenario>-drills.csv`, a row per drill.
  case csv
  /// For programs: `<scenario>.json`.
  case json
  /// For people, as one page: `<scenario>.html`.
  case html

  /// The names of the files of a scenario's report in this format.
  public func fileNames(of scenario: Scenario, _ provenance: Provenance) -> [String] {
    let stem = provenance.fileStem(of: scenario.name)
    return switch self {
    case .md: ["\(stem).md"] + Figure.all(of: scenario).map { $0.fileName(stem: stem) }
    case .csv: ["\(stem).csv", "\(stem)-drills.csv"]
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
    case .csv: [CSVReport(report).disasters, CSVReport(report).drills]
    case .json: [JSONReport(report).text]
    case .html: [HTMLReport(report).text]
    }
  }
}

/// A file of a report, to be written as UTF-8.
public struct ReportFile: Hashable, Sendable {
  /// Without a folder.
  public let name: String
  public let text: String

  package init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}
