import Decision

extension RiskReport {
  /// Returns the files of the report: pages for people with two figures, and JSON.
  public func files(origin: PageOrigin) -> [ReportFile] {
    RiskPage(report: self).page.files(stem: "\(scenario)-risk", origin: origin)
      + [ReportFile(name: "\(scenario)-risk.json", text: RiskJSON(self).text)]
  }

  /// The names of a scenario's files.
  public static func fileNames(of scenario: String) -> [String] {
    ["risk.md", "risk-exceedance.svg", "risk-tornado.svg", "risk.html", "risk.json"].map {
      "\(scenario)-\($0)"
    }
  }
}
