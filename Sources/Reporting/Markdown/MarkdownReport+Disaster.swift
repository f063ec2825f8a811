import Planning
import Units

extension MarkdownReport {
  /// How one strategy fared against one disaster.
  func section(_ disaster: DisasterReport, of strategy: StrategyReport) -> [String] {
    let heading =
      "\(Markdown.code(strategy.strategy.name)) against \(Markdown.code(disaster.disaster.name)): \(disaster.verdict.name)"
    let lead =
      "\(Markdown.escaped(report.scenario.wording(of: disaster.disaster).capitalised)). \(disaster.drills.count.of("drill"))."
    return [
      "### \(heading)", lead, numbers(disaster, of: strategy), sources(disaster, of: strategy),
      surprise(disaster),
      phases(disaster), loss(disaster), unrecoverable(disaster), failback(disaster),
    ].compactMap { $0 }
  }

  /// The four numbers side by side: asked for, published, computed and achieved.
  private func numbers(_ disaster: DisasterReport, of strategy: StrategyReport) -> String? {
    guard let rpo = disaster.rpo, let rto = disaster.rto else { return nil }
    func achieved(_ level: String, _ value: KeyPath<Summary, Estimated>) -> [String] {
      ["achieved, \(level)", rpo[keyPath: value].forReading, rto[keyPath: value].forReading]
    }
    var rows = [["objective", objectives.rpo.forReading, objectives.rto.forReading]]
    rows += published(disaster, strategy).map { publisher, published in
      [
        "published, \(publisher)", published.rpo?.forReading ?? "none", published.rto?.forReading ?? "none",
      ]
    }
    rows += [
      ["estimate", disaster.estimate.rpo.forReading, disaster.estimate.rto.forReading],
      achieved("p50", \.p50), achieved("p95", \.p95), achieved("p99", \.p99),
      ["achieved, worst", rpo.maximum.forReading, rto.maximum.forReading],
      [
        "verdict",
        verdict(disaster.rpoVerdict, disaster.drills.map { $0.rpoVerdict(objectives) }),
        verdict(disaster.rtoVerdict, disaster.drills.map { $0.rtoVerdict(objectives) }),
      ],
    ]
    return Markdown.table(["", "RPO", "RTO"], rows)
  }

  private func verdict(_ verdict: Verdict, _ drills: [Verdict]) -> String {
    let breached = drills.count { $0 == .breached }
    let count = verdict == .unrecoverable ? drills.count { $0 == .unrecoverable } : breached
    guard count > 0 else { return verdict.emphasised }
    return "\(verdict.emphasised) in \(count.grouped) of \(drills.count.of("drill"))"
      + (verdict == .unrecoverable && breached > 0 ? ", breached in \(breached.grouped)" : "")
  }

  /// Where the rehearsal was worse than the formula.
  private func surprise(_ disaster: DisasterReport) -> String? {
    let (rpo, rto) = (disaster.estimate.rpo.duration, disaster.estimate.rto.duration)
    if rpo != nil, rto != nil, disaster.verdict == .unrecoverable {
      return "The estimate foresees a recovery that did not always come."
    }
    let excesses = [("RPO", disaster.rpo, rpo), ("RTO", disaster.rto, rto)].compactMap {
      name, achieved, estimate in
      guard let worst = achieved?.maximum.duration, let estimate, worst > estimate else {
        return String?.none
      }
      return "that of the \(name) by \((worst - estimate).forReading)"
    }
    return excesses.isEmpty ? nil : "The worst drill exceeds the estimate: \(excesses.listed)."
  }

  private func published(_ disaster: DisasterReport, _ strategy: StrategyReport) -> [(String, Published)] {
    [("real incident", disaster.disaster.published), ("strategy", strategy.strategy.published)]
      .compactMap { publisher, published in published.map { (publisher, $0) } }
  }

  private func sources(_ disaster: DisasterReport, of strategy: StrategyReport) -> String? {
    let lines = published(disaster, strategy).map { publisher, published in
      "Published, \(publisher): \(Markdown.escaped(published.scope)) (\(Markdown.escaped(published.source)))"
    }
    return lines.isEmpty ? nil : lines.joined(separator: "\n\n")
  }
}

extension Estimated {
  /// The value and, in brackets, where the true one lies.
  var forReading: String {
    guard let interval, !interval.isTrivial else { return value.forReading }
    let bounds =
      switch (interval.lower, interval.upper) {
      case (let lower?, let upper?): "\(lower.forReading) to \(upper.forReading)"
      case (let lower?, nil): "at least \(lower.forReading)"
      case (nil, let upper?): "at most \(upper.forReading)"
      case (nil, nil): "unknown"
      }
    return "\(value.forReading) (\(bounds))"
  }
}

extension ConfidenceInterval {
  /// Whether it tells no more than that a time is not negative, or that unrecoverable is the worst.
  fileprivate var isTrivial: Bool { upper == nil && (lower == .duration(.zero) || lower == .unrecoverable) }
}

extension String {
  fileprivate var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
