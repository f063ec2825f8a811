import Planning

/// The figures of a report, each a file beside it.
enum Figure: String, CaseIterable {
  case timeline
  case loss
  case cost

  func fileName(of scenario: Scenario) -> String { "\(scenario.name)-\(rawValue).svg" }

  /// What it shows, in a few words.
  var caption: String {
    switch self {
    case .timeline: "How long the recovery took: each strategy's median drill against its slowest disaster"
    case .loss: "How much was lost: the achieved RPO of all drills"
    case .cost: "What it costs to lose less: each strategy's cost against its achieved RPO"
    }
  }

  func svg(of report: Report) -> String {
    switch self {
    case .timeline: TimelineFigure(report: report).svg
    case .loss: LossFigure(report: report).svg
    case .cost: CostFigure(report: report).svg
    }
  }
}
