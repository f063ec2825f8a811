import Assessment
import ScenarioLanguage

/// The figures of a report, each in its own file.
enum Figure: String, CaseIterable {
  case heat
  case cdf
  case timeline
  case gantt
  case loss
  case cost
  case stack
  case lag
  case fill
  case tiers

  /// Returns the figures for which a scenario has data.
  static func all(of scenario: Scenario) -> [Figure] {
    let isReplicated = scenario.strategies.contains { $0.disasterRecovery != nil }
    let hasTiers = !scenario.objectives.tiers.isEmpty
    let isKept = scenario.strategies.contains { !$0.backups.isEmpty || $0.logArchive != nil } || isReplicated
    return allCases.filter { figure in
      switch figure {
      case .lag: isReplicated
      case .fill: isKept
      case .tiers: hasTiers
      default: true
      }
    }
  }

  func fileName(stem: String) -> String { "\(stem)-\(rawValue).svg" }

  /// The caption in a few words.
  var caption: String {
    switch self {
    case .heat: "Who meets both objectives against what: the share of drills, strategy by disaster"
    case .cdf: "How many drills kept which RPO and RTO: cumulative shares over all disasters"
    case .gantt: "One drill step by step: the longest recovery of the first answer's strategy"
    case .stack: "What the cost consists of, and what disasters are expected to cost beside it, in a year"
    case .timeline: "How long the recovery took: each strategy's median drill against its slowest disaster"
    case .loss: "How much was lost: the achieved RPO of all drills"
    case .lag: "How far the copies were behind: claimed lag over time, and what trial failovers found"
    case .fill:
      "How vaults and links filled: bytes in each vault and use of each link, while no disaster struck"
    case .tiers: "How each tier came back: the share of its services over time, by strategy and disaster"
    case .cost: "What it costs to lose less: each strategy's cost against its achieved RPO"
    }
  }

  func svg(of report: Report) -> String {
    switch self {
    case .heat: HeatMap(HeatMap.Grid(report), identifier: "heat").svg
    case .cdf: CumulativeFigure(report: report).svg
    case .gantt: GanttFigure(report: report).svg
    case .stack: CostStackFigure(report: report).svg
    case .timeline: TimelineFigure(report: report).svg
    case .loss: LossFigure(report: report).svg
    case .cost: CostFigure(report: report).svg
    case .lag: LagFigure(report: report).svg
    case .fill: FillFigure(report: report).svg
    case .tiers: TierFigure(report: report).svg
    }
  }
}
