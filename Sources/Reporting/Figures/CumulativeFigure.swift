import Assessment
import Statistics
import Units

/// The cumulative distribution of the achieved RPO and RTO over all drills of each strategy, with the objectives.
///
/// All rows share both time axes, and each goes from 0 to 100 % of the drills. Unrecoverable drills are
/// missing at the top.
struct CumulativeFigure {
  let report: Report

  private static let left = 170.0
  private static let middle = 448.0
  private static let right = 748.0
  private static let top = 46.0
  private static let rowHeight = 52.0
  private static let plotHeight = 38.0

  var svg: String {
    let bottom = Self.top + Self.rowHeight * Double(max(1, report.strategies.count))
    let drills = report.strategies.map { $0.disasters.flatMap(\.drills) }
    let objectives = report.scenario.objectives
    let panels = [
      Panel(
        name: "RPO", values: drills.map { $0.map(\.achievedRPO) }, objective: objectives.rpo, left: Self.left,
        right: Self.middle - 30),
      Panel(
        name: "RTO", values: drills.map { $0.map(\.achievedRTO) }, objective: objectives.rto,
        left: Self.middle,
        right: Self.right - 20),
    ]
    var svg = SVG(
      "cdf", width: 760, height: Int(bottom + 46), title: "Cumulative distribution of RPO and RTO",
      description: description(panels))
    for panel in panels { axes(panel, bottom: bottom, &svg) }
    for (place, strategy) in report.strategies.enumerated() {
      let base = Self.top + Self.rowHeight * Double(place + 1) - 10
      svg.label(strategy.strategy.name.shortened(to: 24), x: Self.left - 26, y: base - 14, .end, size: 12)
      svg.label("100 %", x: Self.left - 4, y: base - Self.plotHeight + 8, .end, style: "faint", size: 9)
      svg.label("0", x: Self.left - 4, y: base, .end, style: "faint", size: 9)
      for panel in panels { curve(panel, place, base: base, &svg) }
    }
    return svg.text
  }

  /// One quantity of all strategies on one axis.
  private struct Panel {
    let name: String
    let values: [[Achieved]]
    let objective: Duration
    let left: Double
    let right: Double

    var axis: TimeAxis {
      TimeAxis(values.flatMap { $0 } + [.duration(objective)], from: left, to: right)
    }

    /// Returns the number of a strategy's drills that met the objective.
    func kept(_ place: Int) -> (count: Int, of: Int) {
      (values[place].count { $0 <= .duration(objective) }, values[place].count)
    }
  }

  private func axes(_ panel: Panel, bottom: Double, _ svg: inout SVG) {
    let axis = panel.axis
    svg.label("\(panel.name): share of drills at most as long", x: panel.left, y: 14, size: 12)
    var lastEnd = -Double.infinity
    for tick in axis.ticks {
      svg.line((tick.place, Self.top - 6), (tick.place, bottom - 8))
      let half = Double(tick.name.count) * 3.1
      guard tick.place - half > lastEnd else { continue }
      svg.label(tick.name, x: tick.place, y: bottom + 8, .middle, style: "faint", size: 10)
      lastEnd = tick.place + half + 3
    }
    let mark = axis.place(of: .duration(panel.objective))
    svg.line((mark, Self.top - 12), (mark, bottom - 8), style: "mark", dashes: "5 4")
    svg.label(
      "objective \(panel.objective.forReading)", x: mark, y: Self.top - 16,
      mark > panel.right - 60 ? .end : .middle, size: 11)
  }

  private func curve(_ panel: Panel, _ place: Int, base: Double, _ svg: inout SVG) {
    let sorted = panel.values[place].sorted()
    guard !sorted.isEmpty else { return }
    let axis = panel.axis
    // One step for each tenth of a pixel at most: hundreds of drills often lie at one place.
    var points: [(x: Double, share: Double)] = []
    for (rank, value) in sorted.enumerated() where value != .unrecoverable {
      let (x, share) = (axis.place(of: value), Double(rank + 1) / Double(sorted.count))
      if let last = points.last, abs(last.x - x) < 0.5 {
        points[points.count - 1].share = share
      } else {
        points.append((x, share))
      }
    }
    var path = "M\(panel.left.short) \(base.short)"
    for point in points { path += "H\(point.x.short)V\((base - Self.plotHeight * point.share).short)" }
    path += "H\(panel.right.short)"
    svg.line((panel.left, base), (panel.right, base))
    svg.add("<path d=\"\(path)\" fill=\"none\" stroke=\"\(Palette.blue)\" stroke-width=\"2\"/>")
    let kept = panel.kept(place)
    svg.label(
      kept.count.shareWording(of: kept.of), x: panel.right, y: base - 4, .end,
      style: kept.count == kept.of ? "ink halo" : "lost halo", size: 11)
  }

  private func description(_ panels: [Panel]) -> String {
    let parts = report.strategies.indices.map { place in
      let shares = panels.map { panel in
        let kept = panel.kept(place)
        return "\(panel.name) objective kept in \(kept.count.shareWording(of: kept.of))"
      }
      return "\(report.strategies[place].strategy.name): \(shares.joined(separator: ", "))"
    }
    return
      "For each strategy the share of drills, over all disasters, whose RPO and RTO are at most as long as the axis says. "
      + parts.joined(separator: "; ") + "."
  }
}
