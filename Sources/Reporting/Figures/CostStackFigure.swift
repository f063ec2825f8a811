import Assessment
import Glibc
import ScenarioLanguage
import Units

/// A figure of each strategy's protection cost by component on the left, and its expected loss on the right.
/// The losses are on a logarithmic scale.
struct CostStackFigure {
  let report: Report

  private static let left = 190.0
  private static let middle = 500.0
  private static let lossLeft = 590.0
  private static let right = 690.0
  private static let top = 66.0
  private static let rowHeight = 30.0

  private var costs: [StrategyCosts] { report.costs.strategies }

  /// The components with any cost, in their order.
  private var components: [CostComponent] {
    CostComponent.allCases.filter { component in costs.contains { amount(component, $0).minorUnits > 0 } }
  }

  private func amount(_ component: CostComponent, _ cost: StrategyCosts) -> Money {
    cost.steady.total(of: component) + cost.drill.total(of: component)
  }

  var svg: String {
    let bottom = Self.top + Self.rowHeight * Double(max(1, costs.count))
    let most = max(1, costs.map { $0.protection.minorUnits }.max() ?? 1)
    let scale = (Self.middle - Self.left) / Double(most)
    var svg = SVG(
      "stack", width: 760, height: Int(bottom + 34),
      title: "Cost of protection by component, and expected loss",
      description: description)
    legend(&svg)
    svg.label("protection in a year", x: Self.left, y: Self.top - 8, style: "faint", size: 11)
    svg.label("expected loss in a year (log.)", x: Self.lossLeft, y: Self.top - 8, style: "faint", size: 11)
    for (place, strategy) in zip(report.strategies, costs).enumerated() {
      draw(
        strategy.0.strategy.name, strategy.1, scale, y: Self.top + Self.rowHeight * Double(place), &svg)
    }
    svg.line((Self.left, Self.top), (Self.left, bottom), style: "mark")
    svg.line((Self.lossLeft, Self.top), (Self.lossLeft, bottom), style: "mark")
    let currency = report.costs.book.currency
    svg.label("0", x: Self.left, y: bottom + 16, .middle, style: "faint", size: 10)
    svg.label(
      "\(currency) \((most / 100).grouped)", x: Self.middle, y: bottom + 16, .end, style: "faint", size: 10)
    return svg.text
  }

  private func legend(_ svg: inout SVG) {
    var x = 12.0
    for (place, component) in components.enumerated() {
      svg.bar(x: x, y: 12, width: 12, height: 12, colour: Palette.colour(place))
      svg.label(component.rawValue, x: x + 17, y: 23, size: 12)
      x += 34 + Double(component.rawValue.count) * 7
    }
  }

  private func draw(_ name: String, _ cost: StrategyCosts, _ scale: Double, y: Double, _ svg: inout SVG) {
    svg.label(name.shortened(to: 26), x: Self.left - 8, y: y + 19, .end, size: 12)
    var x = Self.left
    for (place, component) in components.enumerated() {
      let money = amount(component, cost)
      guard money.minorUnits > 0 else { continue }
      let width = Double(money.minorUnits) * scale
      svg.bar(
        x: x, y: y + 5, width: width, height: 19, colour: Palette.colour(place),
        hint: "\(name), \(component.rawValue): \(money.forReading)")
      x += width
    }
    svg.label(wholeUnits(cost.protection), x: x + 5, y: y + 19, style: "ink halo", size: 11)
    guard let loss = cost.expectedLoss?.total else { return }
    guard case .money(let money) = loss else {
      svg.label("no sum: unrecoverable", x: Self.lossLeft + 5, y: y + 19, style: "lost", size: 11)
      return
    }
    let width = lossWidth(money)
    svg.bar(
      x: Self.lossLeft, y: y + 5, width: width, height: 19, colour: Palette.vermilion,
      hint: "\(name), expected loss: \(money.forReading)")
    svg.label(wholeUnits(money), x: Self.lossLeft + width + 5, y: y + 19, style: "ink halo", size: 11)
  }

  /// Returns the bar's width for a loss, logarithmic from a tenth of the least to the greatest.
  private func lossWidth(_ money: Money) -> Double {
    let sums = costs.compactMap { cost -> Double? in
      guard case .money(let money)? = cost.expectedLoss?.total, money.minorUnits > 0 else { return nil }
      return Double(money.minorUnits)
    }
    guard let least = sums.min(), let most = sums.max(), money.minorUnits > 0 else { return 0 }
    return (Self.right - Self.lossLeft) * log(Double(money.minorUnits) / least * 10) / log(most / least * 10)
  }

  private func wholeUnits(_ money: Money) -> String { ((money.minorUnits + 50) / 100).grouped }

  private var description: String {
    let parts = zip(report.strategies, costs).map { strategy, cost in
      let parts = components.filter { amount($0, cost).minorUnits > 0 }.map {
        "\($0.rawValue) \(amount($0, cost).forReading)"
      }
      let loss = cost.expectedLoss.map { ", expected loss \($0.total.forReading)" } ?? ""
      return "\(strategy.strategy.name): \(parts.joined(separator: ", "))\(loss)"
    }
    return "The cost of protection in a year by component, and the expected loss beside it. "
      + parts.joined(separator: "; ") + "."
  }
}
