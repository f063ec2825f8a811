import Glibc
import Planning
import Units

/// What each strategy costs against the worst RPO that it achieved, with the Pareto front.
struct CostFigure {
  let report: Report

  private static let width = 760.0
  private static let height = 430.0
  private static let left = 96.0
  private static let bottom = 372.0

  private struct Point {
    let standing: Comparison.Standing
    let x: Double
    let y: Double
    /// No other costs as little or less and loses as little or less, and better in one.
    var isBest = true
  }

  var svg: String {
    let comparison = Comparison(report)
    let standings = comparison.standings.filter { $0.cost != nil && $0.rpo != nil }
    let axis = TimeAxis(
      standings.compactMap(\.rpo) + [.duration(report.scenario.objectives.rpo)], from: Self.bottom - 14,
      to: 34)
    let costs = CostAxis(standings.compactMap { $0.cost }, from: Self.left + 20, to: Self.width - 130)
    var points = standings.map { standing in
      Point(
        standing: standing, x: costs.place(of: standing.cost),
        y: axis.place(of: standing.rpo ?? .unrecoverable))
    }
    for place in points.indices {
      points[place].isBest = !points.contains { other in
        let point = points[place]
        return other.x <= point.x && other.y >= point.y && (other.x, -other.y) < (point.x, -point.y)
      }
    }
    var svg = SVG(
      "cost", width: Int(Self.width), height: Int(Self.height), title: "Cost against achieved RPO",
      description: description(points))
    axes(axis, costs, &svg)
    let objective = axis.place(of: .duration(report.scenario.objectives.rpo))
    svg.line((Self.left, objective), (Self.width - 20, objective), style: "mark", dashes: "5 4")
    svg.label("objective", x: Self.width - 22, y: objective - 5, .end, style: "faint", size: 11)
    front(points, &svg)
    for point in points { draw(point, &svg) }
    labels(points, &svg)
    return svg.text
  }

  private func axes(_ axis: TimeAxis, _ costs: CostAxis, _ svg: inout SVG) {
    for tick in axis.ticks {
      svg.line((Self.left, tick.place), (Self.width - 20, tick.place))
      svg.label(tick.name, x: Self.left - 8, y: tick.place + 4, .end, style: "faint", size: 11)
    }
    for tick in costs.ticks {
      svg.line((tick.place, Self.bottom), (tick.place, Self.bottom + 5), style: "mark")
      svg.label(tick.name, x: tick.place, y: Self.bottom + 20, .middle, style: "faint", size: 11)
    }
    svg.line((Self.left, Self.bottom), (Self.width - 20, Self.bottom), style: "mark")
    svg.label(
      "cost of protection in a year, \(report.costs.map { "\($0.book.currency)" } ?? "")", x: Self.width - 20,
      y: Self.height - 16, .end)
    svg.label("achieved RPO, worst disaster, 95 % of the drills", x: 12, y: 18)
  }

  /// A stair: at each cost the best RPO that the money buys, among the strategies that no other beats.
  private func front(_ points: [Point], _ svg: inout SVG) {
    let best = points.filter { $0.isBest && $0.standing.rpo != .unrecoverable }.sorted {
      ($0.x, $0.y) < ($1.x, $1.y)
    }
    guard best.count > 1 else { return }
    var path = "M\(best[0].x.short) \(best[0].y.short)"
    for point in best.dropFirst() { path += "H\(point.x.short)V\(point.y.short)" }
    svg.add(
      "<path d=\"\(path)\" fill=\"none\" stroke=\"\(Palette.blue)\" stroke-width=\"2\" stroke-dasharray=\"6 4\"/>"
    )
  }

  /// A disc on the front, a ring behind it.
  private func draw(_ point: Point, _ svg: inout SVG) {
    let isBest = point.isBest
    let fill = isBest ? Palette.blue : "none"
    let stroke = isBest ? Palette.blue : Palette.vermilion
    svg.add(
      "<circle cx=\"\(point.x.short)\" cy=\"\(point.y.short)\" r=\"6\" fill=\"\(fill)\" stroke=\"\(stroke)\" "
        + "stroke-width=\"2.5\"><title>\(sentence(point.standing).xmlEscaped)</title></circle>")
  }

  /// Beside the points, moved down where two would lie on each other.
  private func labels(_ points: [Point], _ svg: inout SVG) {
    var placed: [(x: Double, y: Double)] = []
    for point in points.sorted(by: { ($0.y, $0.x) < ($1.y, $1.x) }) {
      let isLeft = point.x > Self.width - 260
      var y = point.y + 4
      while placed.contains(where: { abs($0.y - y) < 14 && abs($0.x - point.x) < 190 }) { y += 14 }
      placed.append((point.x, y))
      svg.label(
        point.standing.strategy.shortened(to: 24), x: point.x + (isLeft ? -11 : 11), y: y,
        isLeft ? .end : .start,
        style: "ink halo", size: 12)
    }
  }

  private func sentence(_ standing: Comparison.Standing) -> String {
    "\(standing.strategy): \(standing.cost?.forReading ?? "-") a year, RPO \(standing.rpo?.forReading ?? "-"), RTO "
      + (standing.rto?.forReading ?? "-")
  }

  private func description(_ points: [Point]) -> String {
    let front = points.filter(\.isBest).map(\.standing.strategy)
    return
      "Each strategy by its yearly cost and the RPO that 95 % of the drills against its worst disaster kept. "
      + points.map { sentence($0.standing) }.joined(separator: "; ")
      + ". On the Pareto front: \(front.listed)."
  }
}

/// Places amounts of money: evenly, or by their logarithm when they differ much.
private struct CostAxis {
  private let start: Double
  private let end: Double
  private let least: Double
  private let most: Double
  private let isLogarithmic: Bool

  init(_ amounts: [Money], from start: Double, to end: Double) {
    self.start = start
    self.end = end
    let values = amounts.map { Double($0.minorUnits) / 100 }
    let largest = max(1, values.max() ?? 1)
    let smallest = max(1, values.min() ?? 1)
    isLogarithmic = largest / smallest > 20
    let decade = pow(10, floor(log10(largest)))
    most = (largest / decade).rounded(.up) * decade
    least = isLogarithmic ? pow(10, floor(log10(smallest))) : 0
  }

  func place(of money: Money?) -> Double { place(of: Double(money?.minorUnits ?? 0) / 100) }

  private func place(of value: Double) -> Double {
    let share = isLogarithmic ? log(max(least, value) / least) / log(most / least) : value / most
    return start + share * (end - start)
  }

  var ticks: [(name: String, place: Double)] {
    var values: [Double] = []
    if isLogarithmic {
      var value = least
      while value <= most {
        values.append(value)
        value *= 10
      }
    } else {
      values = (0...4).map { most / 4 * Double($0) }
    }
    return values.map { (Int64($0.rounded()).grouped, place(of: $0)) }
  }
}
