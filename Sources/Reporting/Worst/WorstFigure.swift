import Decision
import Units

/// A figure of a search along time: the loss of each rehearsed strike, with the worst one marked.
struct WorstFigure {
  let finding: WorstFinding
  let objective: Duration

  private static let width = 860.0
  private static let left = 92.0
  private static let right = 836.0
  private static let top = 48.0
  private static let bottom = 320.0

  private var axis: TimeAxis {
    TimeAxis(
      finding.probes.map(\.value) + [finding.value, .duration(objective)], from: Self.bottom, to: Self.top)
  }

  var svg: String {
    var svg = SVG(
      "worst", width: Int(Self.width), height: 396, title: "Worst instant of \(finding.disaster)",
      description: description)
    axes(&svg)
    for probe in finding.probes { dot(probe, isWorst: probe.strike == finding.drill.strike, &svg) }
    svg.label(
      "\(finding.strategy), \(finding.disaster): \(finding.measure.rawValue.uppercased()) by the instant of the strike",
      x: 12, y: 22)
    return svg.text
  }

  private func place(_ instant: Instant) -> Double {
    let span = Swift.max(1, (finding.window.upperBound - finding.window.lowerBound).nanoseconds)
    let passed = (instant - finding.window.lowerBound).nanoseconds
    return Self.left + 10 + Double(passed) / Double(span) * (Self.right - Self.left - 20)
  }

  private func axes(_ svg: inout SVG) {
    for tick in axis.ticks {
      svg.line((Self.left, tick.place), (Self.right, tick.place))
      svg.label(tick.name, x: Self.left - 8, y: tick.place + 4, .end, style: "faint", size: 11)
    }
    let y = axis.place(of: .duration(objective))
    svg.line((Self.left, y), (Self.right, y), style: "mark", dashes: "5 4")
    svg.label("objective", x: Self.right - 2, y: y - 5, .end, style: "faint", size: 11)
    svg.label("\(finding.window.lowerBound)", x: Self.left, y: Self.bottom + 40, style: "faint", size: 11)
    svg.label(
      "\(finding.window.upperBound)", x: Self.right, y: Self.bottom + 40, .end, style: "faint", size: 11)
    let worst = place(finding.drill.strike)
    svg.line((worst, Self.top), (worst, Self.bottom + 12), style: "mark", dashes: "2 3")
    let anchor: SVG.Anchor = worst > (Self.left + Self.right) / 2 ? .end : .start
    svg.label("worst: \(finding.value.forReading)", x: worst, y: Self.bottom + 26, anchor, size: 12)
    svg.label(
      "each dot is a rehearsal; \(finding.rehearsals.of("rehearsal"))", x: Self.left, y: Self.bottom + 62,
      style: "faint", size: 11)
  }

  private func dot(_ probe: InstantProbe, isWorst: Bool, _ svg: inout SVG) {
    let colour = isWorst ? Palette.vermilion : Palette.blue
    svg.add(
      "<circle cx=\"\(place(probe.strike).short)\" cy=\"\(axis.place(of: probe.value).short)\" r=\"\(isWorst ? 6 : 3)\" "
        + "fill=\"\(colour)\"><title>\("\(probe.strike): \(probe.value.forReading)".xmlEscaped)</title></circle>"
    )
  }

  private var description: String {
    "\(finding.rehearsals.of("rehearsal")) of \(finding.disaster) under \(finding.strategy) by the instant of the strike. "
      + "The worst is \(finding.value.forReading), at \(finding.drill.strike)."
  }
}
