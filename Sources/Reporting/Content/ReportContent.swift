import Assessment
import Rehearsals
import ScenarioLanguage
import Units

/// The content of a report in the order of a decision: the answer, reasons and costs, evidence, and
/// reproduction. Markdown and HTML render it.
///
/// Times and sizes are rounded for reading; the exact ones stand in the tables and the JSON.
struct ReportContent {
  let report: Report
  let comparison: Comparison

  init(_ report: Report) {
    self.report = report
    comparison = Comparison(report)
  }

  var page: SectionedPage {
    SectionedPage(
      title: report.scenario.title, answers: answers, question: question, coverage: coverage,
      sections: sections)
  }

  var objectives: Objectives { report.scenario.objectives }

  private var sections: [Section] {
    [glance, choice, matrix] + [tiers].compactMap { $0 } + [figures] + [costs, copies].compactMap { $0 }
      + [evidence, differences].compactMap { $0 } + [assumptions, terms, reproduction]
  }

  private var figures: Section {
    Section(id: "figures", name: "Figures", blocks: Figure.all(of: report.scenario).map { .figure($0) })
  }

  /// A sentence for readers of a filtered or changed run; `nil` for the whole scenario.
  var coverage: Prose? { Coverage(report).sentence }

  /// The question that the answers belong to.
  private var question: Prose {
    let strategies = report.strategies.count.of("strategy", "strategies")
    return
      "Asked for: at most \(objectives.rpo.forReading) of lost data (RPO), and the entire system back within "
      + "\(objectives.rto.forReading) (RTO)\(tierObjectives). \(strategies) against \(report.disasters.count.of("disaster")), in "
      + "\(report.drillCount.of("drill")) on the same workload and at the same instants. At scale "
      + "\(report.scenario.scale) every RPO is given as its upper bound; the lower bound is at most "
      + "\(report.resolution.forReading) below."
  }
}

/// A strategy with its results, in the order of the report.
struct StrategyEntry {
  let strategy: StrategyReport
  let standing: Comparison.Standing
  let costs: StrategyCosts

  var name: String { strategy.strategy.name }
}

extension ReportContent {
  var entries: [StrategyEntry] {
    zip(report.strategies, comparison.standings).enumerated().map { place, pair in
      StrategyEntry(strategy: pair.0, standing: pair.1, costs: report.costs.strategies[place])
    }
  }

  /// Returns the names of disasters in the shortest form.
  func disasters(_ names: [String]) -> Prose {
    let all = report.disasters.map(\.name)
    let others = all.filter { !names.contains($0) }
    if names.isEmpty { return "-" }
    if all.count == 1 { return .names(names) }
    if others.isEmpty { return "every disaster" }
    return others.count * 4 <= all.count ? "all but " + .names(others) : .names(names)
  }
}
