import Decision
import Units

/// A figure of all strategies' loss exceedance curves: the share of years that lose more than an amount.
struct ExceedanceFigure {
  let report: RiskReport

  private static let width = 860.0
  private static let left = 92.0
  private static let right = 640.0
  private static let top = 44.0
  private var legendHeight: Double { Double(report.strategies.count) * 20 }
  private var bottom: Double { Swift.max(420, Self.top + legendHeight) }

  private var amounts: LogarithmicAxis {
    LogarithmicAxis(
      report.strategies.flatMap { $0.curve.map { Double($0.amount) / 100 } }, from: Self.left, to: Self.right)
  }

  private var probabilities: LogarithmicAxis {
    LogarithmicAxis([1, 1 / Double(report.years)], from: bottom, to: Self.top)
  }

  var svg: String {
    var svg = SVG(
      "exceedance", width: Int(Self.width), height: Int(bottom) + 64, title: "Loss exceedance",
      description: description)
    axes(&svg)
    for (place, risk) in report.strategies.enumerated() { draw(risk, place, &svg) }
    return svg.text
  }

  private func axes(_ svg: inout SVG) {
    for value in probabilities.decades {
      let y = probabilities.place(of: value)
      svg.line((Self.left, y), (Self.right, y))
      let period = Int64((1 / value).rounded())
      svg.label(
        period == 1 ? "every year" : "1 in \(period.grouped)", x: Self.left - 8, y: y + 4, .end,
        style: "faint", size: 11)
    }
    for value in amounts.decades {
      let x = amounts.place(of: value)
      svg.line((x, Self.top), (x, bottom))
      svg.label(
        Int64(value.rounded()).grouped, x: x, y: bottom + 20, .middle, style: "faint", size: 11)
    }
    svg.line((Self.left, bottom), (Self.right, bottom), style: "mark")
    svg.label("years that lose more", x: 12, y: 20)
    let currency = report.strategies.first.map { "\($0.protection.currency)" } ?? ""
    svg.label("loss in a year, \(currency)", x: Self.right, y: bottom + 44, .end)
  }

  private func draw(_ risk: StrategyRisk, _ place: Int, _ svg: inout SVG) {
    let colour = Palette.colour(place)
    // Colours repeat after seven strategies; then the line is dashed.
    let dashes = place < Palette.colours.count ? "" : " stroke-dasharray=\"6 3\""
    let y = Self.top + Double(place) * 20 + 8
    if risk.curve.isEmpty {
      svg.label("\(risk.strategy): no loss", x: Self.right + 42, y: y + 4, size: 12)
    } else {
      let path = risk.curve.enumerated().map { index, point in
        let x = amounts.place(of: Double(point.amount) / 100)
        let y = probabilities.place(of: point.probability)
        return index == 0 ? "M\(x.short) \(y.short)" : "L\(x.short) \(y.short)"
      }.joined()
      svg.add(
        "<path d=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"\(dashes)>"
          + "<title>\(sentence(risk).xmlEscaped)</title></path>")
      svg.label(risk.strategy.shortened(to: 26), x: Self.right + 42, y: y + 4, size: 12)
    }
    svg.add(
      "<path d=\"M\((Self.right + 14).short) \(y.short)H\((Self.right + 36).short)\" stroke=\"\(colour)\" "
        + "stroke-width=\"2\"\(dashes)/>")
  }

  private func sentence(_ risk: StrategyRisk) -> String {
    "\(risk.strategy): 1 year in 20 loses \(risk.p95.value.forReading) or more, 1 in 100 \(risk.p99.value.forReading)"
  }

  private var description: String {
    "For each strategy the share of \(report.years.of("simulated year")) in which the loss exceeds an amount. "
      + report.strategies.map(sentence).joined(separator: "; ") + "."
  }
}
