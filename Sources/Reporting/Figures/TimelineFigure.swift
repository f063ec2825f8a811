import Assessment
import Rehearsals
import ScenarioLanguage
import Units

/// A figure of the recovery over time, for each strategy's slowest disaster, with the objective marked.
struct TimelineFigure {
  let report: Report

  private static let left = 196.0
  private static let rowHeight = 46.0
  private static let top = 62.0

  /// The groups of phases shown, from the alarm to the last service.
  private static let groups: [(name: String, phases: [Phase])] = [
    ("people", [.detect, .declare, .decide]), ("provision", [.provision]),
    ("data", [.restoreData, .failover]), ("start", [.boot, .appRecovery]), ("verify", [.verify]),
    ("redirect", [.redirect]), ("warm-up", [.warmUp]),
  ]

  private struct Row {
    let strategy: String
    let disaster: String?
    /// The drill with the median time against that disaster.
    let drill: Drill?
    /// The disasters from which not every drill recovered.
    let unrecovered: [String]
  }

  private var rows: [Row] {
    report.strategies.map { strategy in
      let medians = strategy.disasters.compactMap { disaster in
        disaster.medianOutage.map { (name: disaster.disaster.name, drill: $0) }
      }
      var slowest: (name: String, drill: Drill)?
      for median in medians where slowest.map({ $0.drill.achievedRTO < median.drill.achievedRTO }) ?? true {
        slowest = median
      }
      return Row(
        strategy: strategy.strategy.name, disaster: slowest?.name, drill: slowest?.drill,
        unrecovered: strategy.unprotectedAgainst)
    }
  }

  var svg: String {
    let rows = rows
    let objective = report.scenario.objectives.rto
    let longest = max(objective, rows.compactMap { $0.drill?.achievedRTO.duration }.max() ?? objective)
    let width = 760.0
    let bottom = Self.top + Self.rowHeight * Double(rows.count)
    let scale = (width - Self.left - 110) / longest.seconds
    var svg = SVG(
      "timeline", width: Int(width), height: Int(bottom + 48), title: "Time line of the recovery",
      description: description(rows))
    legend(&svg)
    for time in LinearTimeAxis(to: longest).ticks {
      let x = Self.left + time.seconds * scale
      svg.line((x, Self.top - 4), (x, bottom))
      svg.label(time.forReading, x: x, y: bottom + 14, .middle, style: "faint", size: 10)
    }
    svg.label("from the start of the outage", x: 8, y: bottom + 14, style: "faint", size: 11)
    let mark = Self.left + objective.seconds * scale
    svg.line((mark, Self.top - 8), (mark, bottom + 4), style: "mark", dashes: "5 4")
    for (place, row) in rows.enumerated() {
      draw(row, at: Self.top + Self.rowHeight * Double(place), scale, &svg)
    }
    svg.label("RTO objective \(objective.forReading)", x: mark, y: bottom + 34, mark > 560 ? .end : .middle)
    return svg.text
  }

  private func legend(_ svg: inout SVG) {
    var x = Self.left
    for (place, group) in Self.groups.enumerated() {
      svg.bar(x: x, y: 20, width: 12, height: 12, colour: Palette.colour(place))
      svg.label(group.name, x: x + 17, y: 31)
      x += 30 + Double(group.name.count) * 7
    }
  }

  private func draw(_ row: Row, at y: Double, _ scale: Double, _ svg: inout SVG) {
    svg.label(row.strategy.shortened(to: 27), x: Self.left - 10, y: y + 12, .end)
    if !row.unrecovered.isEmpty {
      svg.add(
        "<text class=\"lost\" x=\"\(Self.left.short)\" y=\"\((y + 33).short)\" font-size=\"11\">"
          + "not always back: \(row.unrecovered.listed.shortened(to: 84).xmlEscaped)</text>")
    }
    guard let drill = row.drill, let disaster = row.disaster, let rto = drill.achievedRTO.duration else {
      svg.label("in most drills nothing came back", x: Self.left, y: y + 17, style: "faint")
      return
    }
    svg.label(disaster.shortened(to: 24), x: Self.left - 10, y: y + 26, .end, style: "faint", size: 11)
    var x = Self.left
    for (place, group) in Self.groups.enumerated() {
      let time = drill.criticalPhases.filter { group.phases.contains($0.phase) }
        .reduce(Duration.zero) { $0 + $1.time }
      guard time > .zero else { continue }
      svg.bar(
        x: x, y: y, width: time.seconds * scale, height: 20, colour: Palette.colour(place),
        hint: "\(row.strategy), \(group.name): \(time.forReading)")
      x += time.seconds * scale
    }
    svg.label(rto.forReading, x: x + 6, y: y + 15, style: "ink halo")
  }

  private func description(_ rows: [Row]) -> String {
    let parts = rows.map { row in
      guard let drill = row.drill, let disaster = row.disaster else {
        return "\(row.strategy): nothing came back in most drills"
      }
      let lost = row.unrecovered.isEmpty ? "" : ", not always back from \(row.unrecovered.listed)"
      return "\(row.strategy) against \(disaster): \(drill.achievedRTO.forReading)\(lost)"
    }
    return
      "For each strategy the median recovery from the disaster that took it longest, by phase on the critical path. "
      + parts.joined(separator: "; ") + "."
  }
}

extension String {
  /// Returns the text, cut to `count` characters if longer.
  func shortened(to count: Int) -> String { self.count <= count ? self : prefix(count - 1) + "…" }
}
