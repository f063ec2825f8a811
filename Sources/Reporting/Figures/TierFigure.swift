import Assessment
import Rehearsals
import ScenarioLanguage
import Statistics
import Units

/// The share of each tier's services that are back over time, for every strategy and disaster.
///
/// Solid lines are the median drill, dashed ones the 95th percentile. A number at the end of a median names the tier,
/// so that colour is not the only distinction.
struct TierFigure {
  let report: Report

  private static let width = 560.0
  private static let left = 56.0
  private static let right = 544.0
  private static let plotHeight = 110.0
  private static let rowHeight = 186.0

  private struct Panel {
    let name: String
    let tiers: [TierReport]

    /// The longest time drawn.
    var longest: Duration {
      let times = tiers.flatMap { tier in
        tier.steps.flatMap { [$0.p50.duration, $0.p95.duration] } + [tier.tier.rto]
      }
      return max(.seconds(1), times.compactMap { $0 }.max() ?? .zero)
    }
  }

  private var panels: [Panel] {
    report.strategies.flatMap { strategy in
      strategy.disasters.filter { !$0.drills.isEmpty }.map {
        Panel(name: "\(strategy.strategy.name), \($0.disaster.name)", tiers: $0.tiers)
      }
    }
  }

  private var tiers: [ServiceTier] { report.scenario.objectives.tiers }
  private var top: Double { 50 + 20 * Double(tiers.count) }

  var svg: String {
    let panels = panels
    var svg = SVG(
      "tiers", width: Int(Self.width), height: Int(top + Self.rowHeight * Double(max(1, panels.count)) + 10),
      title: "Share of services that are back over time, by tier", description: description(panels))
    svg.label("Share of a tier's services that are back", x: 12, y: 20, size: 15)
    for (place, tier) in tiers.enumerated() { legend(tier, place, &svg) }
    for (place, panel) in panels.enumerated() {
      draw(panel, base: top + Self.rowHeight * Double(place) + 26 + Self.plotHeight, &svg)
    }
    return svg.text
  }

  private func legend(_ tier: ServiceTier, _ place: Int, _ svg: inout SVG) {
    let y = 42 + 20 * Double(place)
    stroke("M12 \(y.short)H48", place, isMedian: true, &svg)
    let objective = tier.rto.map { ", to be back within \($0.forReading)" } ?? ""
    svg.label(
      "\(place + 1)  \(tier.name.shortened(to: 24)), \(tier.services.count.of("service"))\(objective)", x: 56,
      y: y + 5, size: 13)
    guard place == 0 else { return }
    svg.add(
      "<path class=\"mark\" d=\"M410 \(y.short)H436\" fill=\"none\" stroke-width=\"1.5\"/>"
        + "<path class=\"mark\" d=\"M494 \(y.short)H520\" fill=\"none\" stroke-width=\"1.5\" stroke-dasharray=\"5 4\"/>"
    )
    svg.label("p50", x: 440, y: y + 5, size: 13)
    svg.label("p95", x: 524, y: y + 5, size: 13)
  }

  private func draw(_ panel: Panel, base: Double, _ svg: inout SVG) {
    let top = base - Self.plotHeight
    svg.label(panel.name.shortened(to: 58), x: 12, y: top - 22, size: 14)
    for (name, share) in [("0", 0.0), ("50 %", 0.5), ("100 %", 1.0)] {
      let y = base - share * Self.plotHeight
      svg.line((Self.left, y), (Self.right, y))
      svg.label(name, x: Self.left - 6, y: y + 4, .end, style: "faint", size: 12)
    }
    let longest = panel.longest
    for tick in LinearTimeAxis(to: longest).ticks {
      let x = place(of: tick, within: longest)
      svg.line((x, base), (x, base + 4))
      svg.label(
        tick.forReading, x: x, y: base + 18, x > Self.right - 20 ? .end : .middle, style: "faint", size: 12)
    }
    for (place, tier) in panel.tiers.enumerated() {
      objective(tier, place, top: top, base: base, within: longest, &svg)
      curve(tier, place, \.p95, isMedian: false, base: base, within: longest, &svg)
      curve(tier, place, \.p50, isMedian: true, base: base, within: longest, &svg)
    }
    numbers(panel, y: top - 5, within: longest, &svg)
  }

  /// Marks the objective of a tier by a triangle on the axis.
  private func objective(
    _ tier: TierReport, _ number: Int, top: Double, base: Double, within longest: Duration, _ svg: inout SVG
  ) {
    guard let rto = tier.tier.rto else { return }
    let x = place(of: rto, within: longest)
    svg.add(
      "<path d=\"M\(x.short) \(base.short)v\((-Self.plotHeight).short)\" fill=\"none\" stroke=\"\(Palette.colour(number))\" "
        + "stroke-width=\"1\" stroke-dasharray=\"1 3\"/>")
    svg.label("\(number + 1)", x: x, y: base + 32, .middle, style: "faint", size: 12)
    svg.add(
      "<path d=\"M\(x.short) \((base + 1).short)l-5 8h10z\" fill=\"\(Palette.colour(number))\">"
        + "<title>objective of \(tier.tier.name.xmlEscaped): \(rto.forReading)</title></path>")
  }

  private func curve(
    _ tier: TierReport, _ number: Int, _ time: (TierReport.Step) -> Achieved, isMedian: Bool, base: Double,
    within longest: Duration, _ svg: inout SVG
  ) {
    var path = "M\(Self.left.short) \(base.short)"
    for step in tier.steps {
      guard let back = time(step).duration else { break }
      let share = Double(step.count) / Double(tier.tier.services.count)
      path += "H\(place(of: back, within: longest).short)V\((base - share * Self.plotHeight).short)"
    }
    stroke(path + "H\(Self.right.short)", number, isMedian: isMedian, &svg)
  }

  /// Writes each tier's number where its median is complete, apart from each other.
  private func numbers(_ panel: Panel, y: Double, within longest: Duration, _ svg: inout SVG) {
    let ends = panel.tiers.enumerated().compactMap { number, tier in
      tier.steps.last?.p50.duration.map { (number: number, x: place(of: $0, within: longest)) }
    }.sorted { ($0.x, $0.number) < ($1.x, $1.number) }
    var last = -Double.infinity
    for end in ends {
      last = max(end.x, last + 12)
      svg.label("\(end.number + 1)", x: last, y: y, .middle, style: "ink halo", size: 13)
    }
    if panel.tiers.contains(where: { $0.steps.last?.p95 == .unrecoverable }) {
      svg.label("some drills never back", x: Self.right, y: y - 15, .end, style: "lost", size: 12)
    }
  }

  private func stroke(_ path: String, _ number: Int, isMedian: Bool, _ svg: inout SVG) {
    let look = isMedian ? "stroke-width=\"2.5\"" : "stroke-width=\"1.5\" stroke-dasharray=\"5 4\""
    svg.add("<path d=\"\(path)\" fill=\"none\" stroke=\"\(Palette.colour(number))\" \(look)/>")
  }

  private func place(of time: Duration, within longest: Duration) -> Double {
    Self.left + time.seconds / longest.seconds * (Self.right - Self.left - 10)
  }

  private func description(_ panels: [Panel]) -> String {
    let parts = panels.map { panel in
      let tiers = panel.tiers.map { tier in
        "\(tier.tier.name) all back after \(tier.steps.last?.p50.forReading ?? "unknown") in the median, "
          + "\(tier.steps.last?.p95.forReading ?? "unknown") at the 95th percentile"
      }
      return "\(panel.name): \(tiers.joined(separator: "; "))"
    }
    return
      "For each strategy and disaster, step lines of the share of a tier's services that are back over time. "
      + parts.joined(separator: ". ") + "."
  }
}
