import Decision

extension RiskReport {
  /// The files of the report, with the figures beside the Markdown.
  public var files: [ReportFile] {
    zip(
      Self.fileNames(of: scenario),
      [
        RiskMarkdown(self).text, RiskJSON(self).text, ExceedanceFigure(report: self).svg,
        TornadoFigure(report: self).svg,
      ]
    ).map { ReportFile(name: $0, text: $1) }
  }

  /// The names of a scenario's files.
  public static func fileNames(of scenario: String) -> [String] {
    ["risk.md", "risk.json", "risk-exceedance.svg", "risk-tornado.svg"].map { "\(scenario)-\($0)" }
  }
}
