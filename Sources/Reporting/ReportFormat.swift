import Planning

/// What a report can be written as; every format is a pure function of the report.
public enum ReportFormat: String, CaseIterable, Hashable, Sendable {
  /// For people: `<scenario>.md`.
  case md
  /// For spreadsheets: `<scenario>.csv`, a row per strategy and disaster, and `<scenario>-drills.csv`, a row per drill.
  case csv
  /// For programs: `<scenario>.json`.
  case json

  /// The files of a report in this format.
  public func files(of report: Report) -> [ReportFile] {
    let name = report.scenario.name
    switch self {
    case .md: return [ReportFile(name: "\(name).md", text: MarkdownReport(report).text)]
    case .csv:
      let tables = CSVReport(report)
      return [
        ReportFile(name: "\(name).csv", text: tables.disasters),
        ReportFile(name: "\(name)-drills.csv", text: tables.drills),
      ]
    case .json: return [ReportFile(name: "\(name).json", text: JSONReport(report).text)]
    }
  }
}

/// A file of a report, to be written as UTF-8.
public struct ReportFile: Hashable, Sendable {
  /// Without a folder.
  public let name: String
  public let text: String
}
