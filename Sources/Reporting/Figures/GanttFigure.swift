import Assessment
import Rehearsals
import Units

/// The longest recovery of one strategy, step by step, with the critical path marked.
struct GanttFigure {
  let report: Report

  private static let left = 230.0
  private static let right = 690.0
  private static let top = 52.0
  private static let rowHeight = 21.0
  /// The largest number of rows. Further steps are cut.
  private static let rowsMaximum = 40

  /// The longest recovery of the strategy that the comparison names first.
  private var subject: (strategy: String, disaster: String, drill: Drill)? {
    let reference = Comparison(report).reference
    guard let strategy = report.strategies.first(where: { $0.strategy.name == reference }) else { return nil }
    var longest: (disaster: String, drill: Drill)?
    for disaster in strategy.disasters {
      guard let drill = disaster.longestOutage, !drill.timeline.isEmpty else { continue }
      if longest.map({ $0.drill.achievedRTO < drill.achievedRTO }) ?? true {
        longest = (disaster.disaster.name, drill)
      }
    }
    return longest.map { (strategy.strategy.name, $0.disaster, $0.drill) }
  }

  var svg: String {
    guard let subject else {
      var svg = SVG(
        "gantt", width: 760, height: 60, title: "One drill step by step",
        description: "No drill has any steps.")
      svg.label("no drill has any steps", x: 20, y: 34, style: "faint")
      return svg.text
    }
    let drill = subject.drill
    let shown = min(drill.timeline.count, Self.rowsMaximum)
    let bottom = Self.top + Self.rowHeight * Double(shown)
    let objective = report.scenario.objectives.rto
    let longest = max(objective, drill.timeline.map { $0.end - drill.outageStart }.max() ?? objective)
    let scale = (Self.right - Self.left) / longest.seconds
    var svg = SVG(
      "gantt", width: 760, height: Int(bottom + 44), title: "\(subject.strategy) against \(subject.disaster)",
      description: description(subject.strategy, subject.disaster, drill))
    svg.label("\(subject.strategy) against \(subject.disaster), \(drill.strike.forReading)", x: 8, y: 18)
    svg.label("dark: the end waited for it (critical path)", x: 8, y: 36, style: "faint", size: 11)
    axis(longest, scale, bottom: bottom, &svg)
    for index in 0..<shown {
      draw(drill, index, scale, y: Self.top + Self.rowHeight * Double(index), &svg)
    }
    let mark = Self.left + objective.seconds * scale
    svg.line((mark, Self.top - 6), (mark, bottom + 4), style: "mark", dashes: "5 4")
    svg.label(
      "RTO objective \(objective.forReading)", x: mark, y: bottom + 36, mark > 560 ? .end : .middle, size: 11)
    return svg.text
  }

  private func axis(_ longest: Duration, _ scale: Double, bottom: Double, _ svg: inout SVG) {
    for time in LinearTimeAxis(to: longest).ticks {
      let x = Self.left + time.seconds * scale
      svg.line((x, Self.top - 4), (x, bottom))
      svg.label(time.forReading, x: x, y: bottom + 16, .middle, style: "faint", size: 10)
    }
    svg.label("from the start of the outage", x: 8, y: bottom + 16, style: "faint", size: 11)
  }

  private func draw(_ drill: Drill, _ index: Int, _ scale: Double, y: Double, _ svg: inout SVG) {
    let entry = drill.timeline[index]
    let isCritical = drill.criticalPath.contains(index)
    let name = "\(entry.phase.reportName), \(entry.attemptedSubject)"
    svg.label(name.shortened(to: 34), x: Self.left - 8, y: y + 14, .end, size: 11)
    let (start, time) = (entry.start - drill.outageStart, entry.end - entry.start)
    svg.bar(
      x: Self.left + start.seconds * scale, y: y + 3, width: time.seconds * scale, height: 14,
      colour: isCritical ? Palette.blue : Palette.colours[4],
      hint:
        "\(name): \(time.forReading), from \(start.forReading)\(isCritical ? ", on the critical path" : "")")
    svg.label(
      time.forReading, x: Self.left + (start + time).seconds * scale + 4, y: y + 14, style: "ink halo",
      size: 10)
  }

  private func description(_ strategy: String, _ disaster: String, _ drill: Drill) -> String {
    let steps = drill.criticalPath.map { index in
      let entry = drill.timeline[index]
      return "\(entry.phase.reportName) of \(entry.attemptedSubject) \((entry.end - entry.start).forReading)"
    }
    return
      "The longest recovery of \(strategy), against \(disaster): \(drill.achievedRTO.forReading). The critical path: "
      + steps.joined(separator: ", ") + "."
  }
}
