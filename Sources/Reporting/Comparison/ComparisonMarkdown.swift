import Decision
import Statistics
import Units

/// Two scenarios side by side, as Markdown that fits a pull request.
public struct ComparisonMarkdown: Sendable {
  let comparison: ScenarioComparison

  /// The largest number of rows in a table of a pull request.
  private static let rowsMaximum = 40

  public init(_ comparison: ScenarioComparison) { self.comparison = comparison }

  public var text: String {
    [
      "## \(Markdown.code(comparison.before)) and \(Markdown.code(comparison.after))",
      "**\(Markdown.escaped(headline))**", turned, strategies, differences, changes,
    ].filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  /// The conclusion in a sentence.
  public var headline: String {
    let turned = comparison.turned
    guard !turned.isEmpty else { return "No verdict turns." }
    let worse = turned.count(where: \.disaster.isWorse)
    return
      "\(turned.count.of("verdict")) \(turned.count == 1 ? "turns" : "turn"): \(worse.grouped) for the worse, "
      + "\((turned.count - worse).grouped) for the better."
  }

  private var turned: String {
    let rows = comparison.turned.map { strategy, disaster in
      [
        Markdown.code(strategy), Markdown.code(disaster.name), disaster.verdict.before?.name ?? "",
        disaster.isWorse ? "**\(disaster.verdict.after?.name ?? "")**" : disaster.verdict.after?.name ?? "",
      ]
    }
    return table(["strategy", "disaster", "before", "after"], rows)
  }

  private var strategies: String {
    let isRisky = comparison.riskYears > 0
    let header =
      ["strategy", "verdict", "cost a year", "RPO", "RTO"]
      + (isRisky ? ["expected loss a year", "1 year in 100"] : [])
    let rows = comparison.strategies.map { strategy in
      [
        Markdown.code(strategy.name), arrow(strategy.verdict) { $0.name },
        arrow(strategy.cost) { $0.forReading },
        arrow(strategy.rpo) { $0.forReading }, arrow(strategy.rto) { $0.forReading },
      ]
        + (isRisky
          ? [
            arrow(strategy.risk) { $0.expected.value.forReading },
            arrow(strategy.risk) { $0.p99.value.forReading },
          ] : [])
    }
    let risk =
      isRisky
      ? " Losses are those of \(comparison.riskYears.of("simulated year")) with both sides' rates." : ""
    return table(header, rows)
      + "\n\nRPO and RTO are those of the worst disaster, as 95 % of the drills achieved them.\(risk)"
  }

  /// The differences whose interval excludes zero, largest first.
  private var differences: String {
    let all = comparison.strategies.flatMap { strategy in
      strategy.disasters.flatMap { disaster in
        [("RPO", disaster.rpo), ("RTO", disaster.rto)].compactMap { measure, difference in
          difference.flatMap { difference -> (PairedDifference, [String])? in
            guard difference.isCertain else { return nil }
            return (
              difference,
              [
                Markdown.code(strategy.name), Markdown.code(disaster.name), measure,
                difference.mean.signed,
                difference.interval.map { "\($0.lower.signed) to \($0.upper.signed)" } ?? "",
                difference.pairs.grouped,
              ]
            )
          }
        }
      }
    }
    guard !all.isEmpty else { return "No RPO or RTO differs, drill by drill, by more than chance." }
    let sorted = all.enumerated().sorted {
      ($1.element.0.mean.nanoseconds.magnitude, $0.offset)
        < ($0.element.0.mean.nanoseconds.magnitude, $1.offset)
    }
    return "Differences drill by drill, after minus before, with 95 % confidence:\n\n"
      + table(
        ["strategy", "disaster", "of", "mean", "interval", "drills"], sorted.map(\.element.1))
  }

  private var changes: String {
    guard !comparison.changes.isEmpty else { return "" }
    let rows = comparison.changes.map {
      [Markdown.code($0.path), $0.before.map(Markdown.code) ?? "-", $0.after.map(Markdown.code) ?? "-"]
    }
    return "<details><summary>\(comparison.changes.count.of("value")) of the scenario changed</summary>\n\n"
      + table(["value", "before", "after"], rows) + "\n\n</details>"
  }

  private func table(_ header: [String], _ rows: [[String]]) -> String {
    guard !rows.isEmpty else { return "" }
    let table = Markdown.table(header, Array(rows.prefix(Self.rowsMaximum)))
    let rest = rows.count - Self.rowsMaximum
    return rest > 0 ? "\(table)\n\nand \(rest.of("more row"))." : table
  }

  /// Returns both values, or one where they are equal.
  private func arrow<Value>(
    _ pair: ScenarioComparison.Pair<Value>, _ text: (Value) -> String
  ) -> String {
    let (before, after) = (pair.before.map(text), pair.after.map(text))
    switch (before, after) {
    case (let before?, let after?): return before == after ? before : "\(before) → \(after)"
    case (let before?, nil): return "\(before) → removed"
    case (nil, let after?): return "added: \(after)"
    case (nil, nil): return "-"
    }
  }
}

extension PairedDifference {
  /// Whether the interval excludes zero.
  fileprivate var isCertain: Bool {
    guard let interval else { return mean != .zero }
    return interval.lower > .zero || interval.upper < .zero
      || (mean != .zero && interval.lower == interval.upper)
  }
}

extension Duration {
  /// The duration with its sign.
  fileprivate var signed: String { nanoseconds > 0 ? "+\(forReading)" : forReading }
}
