import Planning

/// The figures of a report, each a file beside it.
enum Figure: String, CaseIterable {
  case timeline
  case loss
  case cost
  case lag

  /// Those that a scenario gives something to show to.
  static func all(of scenario: Scenario) -> [Figure] {
    let isReplicated = scenario.strategies.contains { $0.disasterRecovery != nil }
    return allCases.filter { $0 != .lag || isReplicated }
  }

  func fileName(stem: String) -> String { "\(stem)-\(rawValue).svg" }

  /// What it shows, in a few words.
  var caption: String {
    switch self {
    case .timeline: "How long the recovery took: each strategy's median drill against its slowest disaster"
    case .loss: "How much was lost: the achieved RPO of all drills"
    case .lag: "How far the copies were behind: claimed lag over time, and what trial failovers found"
    case .cost: "What it costs to lose less: each strategy's cost against its achieved RPO"
    }
  }

  func svg(of report: Report) -> String {
    switch self {
    case .timeline: TimelineFigure(report: report).svg
    case .loss: LossFigure(report: report).svg
    case .cost: CostFigure(report: report).svg
    case .lag: LagFigure(report: report).svg
    }
  }
}
