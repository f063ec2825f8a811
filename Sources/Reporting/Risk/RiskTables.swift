import Decision
import Units

/// The risk of a scenario in a few lines for a terminal.
public struct RiskSummary: Sendable {
  let report: RiskReport

  public init(_ report: RiskReport) { self.report = report }

  public var text: String {
    PlainTable(RiskTables(report).header, RiskTables(report).rows).text + "\n" + conclusion + "\n"
  }

  /// The strategy with the least total cost, in a sentence.
  var conclusion: String {
    let priced = report.strategies.compactMap { strategy -> (String, Money)? in
      if case .money(let money) = strategy.totalCost.mean { (strategy.strategy, money) } else { nil }
    }
    guard let best = priced.min(by: { $0.1.minorUnits < $1.1.minorUnits }) else {
      return "Every strategy can lose everything, and 'costs.penalties.unrecoverable' does not price that."
    }
    return "With its risk, '\(best.0)' costs the least: \(best.1.forReading) over "
      + "\(report.costYears.of("year")) for protection and expected losses."
  }
}

/// The rows that the terminal and Markdown share.
struct RiskTables {
  let report: RiskReport

  init(_ report: RiskReport) { self.report = report }

  var header: [String] {
    [
      "strategy", "protection a year", "expected loss a year", "1 year in 20", "1 year in 100",
      "all lost in 10 years", "cost in \(report.costYears.of("year"))",
    ]
  }

  var rows: [[String]] {
    report.strategies.map { risk in
      [
        risk.strategy, risk.protection.forReading, risk.expected.value.forReading, risk.p95.value.forReading,
        risk.p99.value.forReading, risk.totalLoss.forReading, risk.totalCost.mean.forReading,
      ]
    }
  }
}

extension TotalLossEstimate {
  var forReading: String {
    method == .impossible ? "no way found" : probability.asProbability
  }

  /// The method and the interval, as a sentence.
  var evidence: String {
    let interval = "\(lower.asProbability) to \(upper.asProbability) with 95 % confidence"
    switch method {
    case .impossible: return "no sequence of these disasters reaches every copy, and no drill lost everything"
    case .counted: return "\(interval), counted in \(runs.of("lifetime"))"
    case .splitting:
      return "\(interval), by importance splitting with the work of \(runs.of("lifetime")); plain simulation "
        + "would need \(Int64(efficiency.rounded()).grouped) times as many"
    }
  }
}

extension Double {
  /// The probability in percent with two significant digits, as in `0.0012 %`.
  var asProbability: String {
    guard self > 0 else { return "0 %" }
    var (digits, places) = (self * 100, 0)
    while digits < 10, places < 15 { (digits, places) = (digits * 10, places + 1) }
    return decimal(UInt64(digits.rounded()), places: places) + " %"
  }
}

/// A table for a terminal, with padded columns.
struct PlainTable {
  let text: String

  init(_ header: [String], _ rows: [[String]]) {
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
    let lines = ([header] + rows).map { cells in
      let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      var line = Substring(padded.joined(separator: "  "))
      while line.last == " " { line.removeLast() }
      return line
    }
    text = lines.joined(separator: "\n") + "\n"
  }
}
