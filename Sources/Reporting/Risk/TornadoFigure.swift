import Decision
import Units

/// A figure of the most important assumptions: one strategy's expected annual loss when each is halved or
/// doubled.
struct TornadoFigure {
  let report: RiskReport

  private static let width = 760.0
  private static let left = 240.0
  private static let right = 730.0
  private static let barsMaximum = 12
  private static let step = 26.0

  /// The strategy with the least total cost, else the first.
  private var subject: StrategyRisk? {
    func cost(_ risk: StrategyRisk) -> Int64 {
      if case .money(let money) = risk.totalCost.mean { money.minorUnits } else { .max }
    }
    return report.strategies.min { cost($0) < cost($1) }
  }

  var svg: String {
    let bars = Array((subject?.tornado ?? []).prefix(Self.barsMaximum))
    let height = 92 + Double(max(1, bars.count)) * Self.step
    var svg = SVG(
      "tornado", width: Int(Self.width), height: Int(height), title: "Assumptions that matter most",
      description: description(bars))
    let name = subject.map { "\($0.strategy): expected loss a year" } ?? ""
    svg.label(name, x: 12, y: 22)
    guard !bars.isEmpty else {
      svg.label("no loss is expected", x: 12, y: 60, style: "faint")
      return svg.text
    }
    draw(bars, &svg)
    return svg.text
  }

  private func draw(_ bars: [TornadoBar], _ svg: inout SVG) {
    let least = Double(bars.map(\.halved.minorUnits).min() ?? 0) / 100
    let most = Double(bars.map(\.doubled.minorUnits).max() ?? 1) / 100
    func place(_ amount: Double) -> Double {
      Self.left + 8 + (amount - least) / Swift.max(1e-9, most - least) * (Self.right - Self.left - 60)
    }
    // Halved lies half as far below the base as doubled above.
    let base = (Double(bars[0].halved.minorUnits) * 2 + Double(bars[0].doubled.minorUnits)) / 300
    let bottom = 44 + Double(bars.count) * Self.step
    for (row, bar) in bars.enumerated() {
      let y = 44 + Double(row) * Self.step
      let (low, high) = (Double(bar.halved.minorUnits) / 100, Double(bar.doubled.minorUnits) / 100)
      svg.label(bar.assumption.shortened(to: 34), x: Self.left - 8, y: y + 13, .end, size: 12)
      svg.bar(
        x: place(low), y: y, width: place(base) - place(low), height: Self.step - 9, colour: Palette.blue,
        hint: "halved: \(bar.halved.forReading)")
      svg.bar(
        x: place(base), y: y, width: place(high) - place(base), height: Self.step - 9,
        colour: Palette.orange,
        hint: "doubled: \(bar.doubled.forReading)")
    }
    svg.line((place(base), 36), (place(base), bottom), style: "mark")
    for (amount, anchor) in [(least, SVG.Anchor.start), (base, .middle), (most, .end)] {
      svg.label(
        Int64(amount.rounded()).grouped, x: place(amount), y: bottom + 16, anchor, style: "faint", size: 11)
    }
    svg.bar(x: Self.left + 8, y: bottom + 28, width: 12, height: 10, colour: Palette.blue)
    svg.label("halved", x: Self.left + 26, y: bottom + 37, style: "faint", size: 11)
    svg.bar(x: Self.left + 84, y: bottom + 28, width: 12, height: 10, colour: Palette.orange)
    svg.label("doubled", x: Self.left + 102, y: bottom + 37, style: "faint", size: 11)
  }

  private func description(_ bars: [TornadoBar]) -> String {
    "The expected yearly loss of \(subject?.strategy ?? "the strategy") when one assumption is halved or doubled. "
      + bars.map { "\($0.assumption): \($0.halved.forReading) to \($0.doubled.forReading)" }
      .joined(separator: "; ") + "."
  }
}
