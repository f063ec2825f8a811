import Assessment
import Statistics
import Units

/// A figure of each strategy's cost against its achieved RPO, with the Pareto front.
struct CostFigure {
  let report: Report

  private static let width = 760.0
  private static let height = 460.0
  private static let left = 96.0
  private static let bottom = 396.0

  private struct Point {
    let standing: Comparison.Standing
    let label: String
    /// The RPO against the worst disaster; unrecoverable if one drill was.
    let rpo: Achieved
    let x: Double
    let y: Double
    /// Whether the strategy always recovers and no such strategy is better in cost and loss.
    var isBest = false
  }

  var svg: String {
    let axis = TimeAxis(
      report.strategies.map(\.worstOrUnrecoverableRPO) + [.duration(report.scenario.objectives.rpo)],
      from: Self.bottom - 14, to: 40)
    let points = points(axis)
    var svg = SVG(
      "cost", width: Int(Self.width), height: Int(Self.height), title: "Cost against achieved RPO",
      description: description(points))
    axes(axis, costAxis, &svg)
    let objective = axis.place(of: .duration(report.scenario.objectives.rpo))
    svg.line((Self.left, objective), (Self.width - 20, objective), style: "mark", dashes: "5 4")
    svg.label("objective", x: Self.width - 22, y: objective - 5, .end, style: "faint", size: 11)
    front(points, &svg)
    for point in points { draw(point, &svg) }
    labels(points, &svg)
    return svg.text
  }

  private var costAxis: CostAxis {
    CostAxis(
      Comparison(report).standings.map(\.cost), from: Self.left + 20, to: Self.width - 60)
  }

  private func points(_ axis: TimeAxis) -> [Point] {
    let costs = costAxis
    var points = zip(report.strategies, Comparison(report).standings).map {
      strategy, standing in
      let missing = strategy.unprotectedAgainst.count
      return Point(
        standing: standing,
        label: standing.strategy.shortened(to: 28)
          + (missing == 0 ? "" : " (\(strategy.disasters.count - missing)/\(strategy.disasters.count))"),
        rpo: strategy.worstOrUnrecoverableRPO, x: costs.place(of: standing.cost),
        y: axis.place(of: strategy.worstOrUnrecoverableRPO))
    }
    for place in points.indices where points[place].standing.alwaysRecovers {
      points[place].isBest = !points.contains { other in
        let point = points[place]
        return other.standing.alwaysRecovers && other.x <= point.x && other.y >= point.y
          && (other.x, -other.y) < (point.x, -point.y)
      }
    }
    return points
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
      "cost of protection in a year, \(report.costs.book.currency)", x: Self.width - 20,
      y: Self.bottom + 42, .end)
    svg.label("achieved RPO, p95 against the worst disaster", x: 12, y: 18)
    legend(&svg)
  }

  private func legend(_ svg: inout SVG) {
    let y = Self.bottom + 56
    svg.add(disc(x: 20, y: y - 4, isFilled: true))
    svg.label("always comes back", x: 32, y: y, style: "faint", size: 11)
    svg.add(disc(x: 152, y: y - 4, isFilled: false))
    svg.label(
      "unrecoverable in some drill; n/m: always back from n of m disasters",
      x: 164,
      y: y, style: "faint", size: 11)
  }

  /// Draws the best RPO available at each cost, as steps through the undominated strategies.
  private func front(_ points: [Point], _ svg: inout SVG) {
    let best = points.filter(\.isBest).sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    guard best.count > 1 else { return }
    var path = "M\(best[0].x.short) \(best[0].y.short)"
    for point in best.dropFirst() { path += "H\(point.x.short)V\(point.y.short)" }
    svg.add(
      "<path d=\"\(path)\" fill=\"none\" stroke=\"\(Palette.blue)\" stroke-width=\"2\" stroke-dasharray=\"6 4\"/>"
    )
  }

  private func draw(_ point: Point, _ svg: inout SVG) {
    svg.add(
      disc(
        x: point.x, y: point.y, isFilled: point.standing.alwaysRecovers, hint: sentence(point)))
  }

  /// Returns a disc for a strategy that always recovers, or a ring for one that does not.
  private func disc(x: Double, y: Double, isFilled: Bool, hint: String = "") -> String {
    let (fill, stroke) = isFilled ? (Palette.blue, Palette.blue) : ("none", Palette.vermilion)
    let title = hint.isEmpty ? "" : "<title>\(hint.xmlEscaped)</title>"
    return "<circle cx=\"\(x.short)\" cy=\"\(y.short)\" r=\"6\" fill=\"\(fill)\" stroke=\"\(stroke)\" "
      + "stroke-width=\"2.5\">\(title)</circle>"
  }

  private func labels(_ points: [Point], _ svg: inout SVG) {
    var placement = LabelPlacement(
      around: points.map { ($0.x, $0.y) }, left: Self.left, right: Self.width - 4, bottom: Self.bottom)
    for point in points.sorted(by: { ($0.isBest ? 0 : 1, $0.y, $0.x) < ($1.isBest ? 0 : 1, $1.y, $1.x) }) {
      let place = placement.place(point.label, of: (point.x, point.y))
      if abs(place.baseline - 4 - point.y) > 12 {
        // Which point a label belongs to that found no room beside it.
        let end = place.x > point.x ? place.x - 2 : place.x + 2 + Double(point.label.count) * 6.2
        svg.line((point.x, point.y), (end, place.baseline - 4), dashes: "2 2")
      }
      svg.label(point.label, x: place.x, y: place.baseline, style: "ink halo", size: 12)
    }
  }

  private func sentence(_ point: Point) -> String {
    let standing = point.standing
    return "\(point.label): \(standing.cost.forReading) a year, RPO \(point.rpo.forReading)"
  }

  private func description(_ points: [Point]) -> String {
    let front = points.filter(\.isBest).map(\.standing.strategy)
    return
      "Each strategy by its yearly cost and the RPO that 95 % of the drills kept against the worst disaster; a strategy that does "
      + "not always come back stands above every number, in brackets from how many disasters it always does. "
      + points.map(sentence).joined(separator: "; ")
      + (front.isEmpty ? "." : ". On the Pareto front: \(front.listed).")
  }
}
