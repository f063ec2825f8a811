import Assessment
import Statistics
import Units

/// A figure of the distribution of the achieved RPO over all drills of each strategy.
struct LossFigure {
  let report: Report

  private static let left = 196.0
  private static let rowHeight = 46.0
  private static let top = 42.0
  private static let bins = 48

  var svg: String {
    let width = 760.0
    let bottom = Self.top + Self.rowHeight * Double(report.strategies.count)
    let values = report.strategies.map { $0.disasters.flatMap { $0.drills.map(\.achievedRPO) } }
    let objective = Achieved.duration(report.scenario.objectives.rpo)
    let axis = TimeAxis(values.flatMap { $0 } + [objective], from: Self.left + 10, to: width - 50)
    var svg = SVG(
      "loss", width: Int(width), height: Int(bottom + 56), title: "Distribution of the achieved RPO",
      description: description(values))
    svg.label(
      "achieved RPO of all drills; each row is as high as its most frequent value", x: 8, y: 13, size: 12)
    for tick in axis.ticks {
      svg.line((tick.place, Self.top - 10), (tick.place, bottom))
      svg.label(tick.name, x: tick.place, y: bottom + 17, .middle, style: "faint", size: 11)
    }
    for (place, strategy) in report.strategies.enumerated() {
      let base = Self.top + Self.rowHeight * Double(place + 1) - 8
      svg.label(strategy.strategy.name.shortened(to: 27), x: Self.left - 10, y: base - 8, .end)
      draw(values[place], on: axis, base: base, &svg)
    }
    let mark = axis.place(of: objective)
    svg.line((mark, Self.top - 14), (mark, bottom), style: "mark", dashes: "5 4")
    svg.label(
      "RPO objective \(report.scenario.objectives.rpo.forReading)", x: mark, y: bottom + 38,
      mark > 520 ? .end : .middle)
    return svg.text
  }

  /// Draws a step curve of the share of drills in each part of the axis. Drills that met the objective are
  /// left of its mark.
  private func draw(_ values: [Achieved], on axis: TimeAxis, base: Double, _ svg: inout SVG) {
    guard !values.isEmpty else { return }
    var counts = [Int](repeating: 0, count: Self.bins)
    let step = (axis.end - axis.start) / Double(Self.bins - 1)
    for value in values {
      counts[min(Self.bins - 1, Int((axis.place(of: value) - axis.start + step / 2) / step))] += 1
    }
    let highest = Double(max(1, counts.max() ?? 1))
    var path = "M\((axis.start - step / 2).short) \(base.short)"
    for (bin, count) in counts.enumerated() {
      let height = count == 0 ? 0 : max(1.5, Double(count) / highest * (Self.rowHeight - 14))
      path += "V\((base - height).short)h\(step.short)"
      if bin + 1 < counts.count, counts[bin + 1] == count { continue }
    }
    path += "V\(base.short)Z"
    svg.add("<path d=\"\(path)\" fill=\"\(Palette.blue)\" fill-opacity=\"0.85\"/>")
    svg.line((axis.start - step / 2, base), (axis.end + step / 2, base))
  }

  private func description(_ values: [[Achieved]]) -> String {
    let parts = zip(report.strategies, values).map { strategy, values -> String in
      guard let sample = Sample(values) else { return "\(strategy.strategy.name): no drill" }
      let lost = sample.unrecoverableCount
      return "\(strategy.strategy.name): median \(sample.quantile(.percent(50)).forReading), 95 % at most "
        + "\(sample.quantile(.percent(95)).forReading), \(lost.grouped) of \(values.count.grouped) drills never back"
    }
    return "For each strategy the share of its drills, over all disasters, by achieved RPO. "
      + parts.joined(separator: "; ")
      + "."
  }
}
