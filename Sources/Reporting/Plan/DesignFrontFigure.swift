import Decision
import Statistics
import Units

/// A figure of every rehearsed design: its cost against its RPO and RTO.
///
/// The Pareto fronts are drawn as steps, and the plan is marked.
struct DesignFrontFigure {
  let report: DesignReport

  private static let width = 760.0
  private static let left = 96.0
  private static let panelHeight = 330.0
  private static let top = 40.0

  private struct Point {
    let design: RehearsedDesign
    let x: Double
    let y: Double
  }

  /// One of the two panels.
  private struct Panel {
    let kind: DesignRequirement.Kind
    let objective: Duration
    let top: Double
    var bottom: Double { top + panelHeight - 90 }

    func value(_ design: RehearsedDesign) -> Achieved {
      kind == .rpo ? design.result.rpo : design.result.rto
    }
  }

  var svg: String {
    let panels = [
      Panel(kind: .rpo, objective: report.objectives.rpo, top: Self.top),
      Panel(kind: .rto, objective: report.objectives.rto, top: Self.top + Self.panelHeight),
    ]
    var svg = SVG(
      "front", width: Int(Self.width), height: Int(Self.top + 2 * Self.panelHeight), title: "Designs by cost",
      description: description)
    for panel in panels { draw(panel, &svg) }
    legend(&svg)
    return svg.text
  }

  private var costs: CostAxis {
    CostAxis(report.rehearsed.map(\.result.cost), from: Self.left + 20, to: Self.width - 60)
  }

  private func draw(_ panel: Panel, _ svg: inout SVG) {
    let values = report.rehearsed.map(panel.value) + [.duration(panel.objective)]
    let axis = TimeAxis(values, from: panel.bottom - 10, to: panel.top + 12)
    axes(panel, axis, &svg)
    let points = report.rehearsed.map {
      Point(design: $0, x: costs.place(of: $0.result.cost), y: axis.place(of: panel.value($0)))
    }
    front(points, &svg)
    // The plan is drawn last, so that it lies on top.
    for point in points.sorted(by: { !isPlan($0.design) && isPlan($1.design) }) { draw(point, panel, &svg) }
  }

  private func axes(_ panel: Panel, _ axis: TimeAxis, _ svg: inout SVG) {
    for tick in axis.ticks {
      svg.line((Self.left, tick.place), (Self.width - 20, tick.place))
      svg.label(tick.name, x: Self.left - 8, y: tick.place + 4, .end, style: "faint", size: 11)
    }
    for tick in costs.ticks {
      svg.line((tick.place, panel.bottom), (tick.place, panel.bottom + 5), style: "mark")
      svg.label(tick.name, x: tick.place, y: panel.bottom + 20, .middle, style: "faint", size: 11)
    }
    svg.line((Self.left, panel.bottom), (Self.width - 20, panel.bottom), style: "mark")
    let objective = axis.place(of: .duration(panel.objective))
    svg.line((Self.left, objective), (Self.width - 20, objective), style: "mark", dashes: "5 4")
    svg.label("strictest objective", x: Self.width - 22, y: objective - 5, .end, style: "faint", size: 11)
    svg.label(
      "\(panel.kind.rawValue.uppercased()) against the worst disaster\(share)", x: 12, y: panel.top - 18)
    svg.label(
      "cost of protection in a year, \(report.plan.cost.currency)", x: Self.width - 20,
      y: panel.bottom + 40, .end)
  }

  private var share: String {
    report.level == .one ? "" : ", in \(report.level.asPercent) of the drills"
  }

  /// Draws the best value at each cost, as steps through the designs that none beats in both.
  private func front(_ points: [Point], _ svg: inout SVG) {
    var best: [Point] = []
    for point in points.sorted(by: { ($0.x, -$0.y) < ($1.x, -$1.y) })
    where best.last.map({ point.y > $0.y }) ?? true {
      best.append(point)
    }
    guard best.count > 1 else { return }
    let path = best.dropFirst().reduce(into: "M\(best[0].x.short) \(best[0].y.short)") {
      $0 += "H\($1.x.short)V\($1.y.short)"
    }
    svg.add(
      "<path d=\"\(path)\" fill=\"none\" stroke=\"\(Palette.blue)\" stroke-width=\"1.5\" stroke-dasharray=\"6 4\"/>"
    )
  }

  private func isPlan(_ design: RehearsedDesign) -> Bool {
    design.result.design.number == report.plan.design.number
  }

  private func draw(_ point: Point, _ panel: Panel, _ svg: inout SVG) {
    let design = point.design
    svg.add(
      mark(
        (point.x, point.y), isWhole: design.isWhole, meets: design.meetsObjectives, hint: sentence(design)))
    guard isPlan(design) else { return }
    svg.add(
      "<circle class=\"mark\" cx=\"\(point.x.short)\" cy=\"\(point.y.short)\" r=\"10\" fill=\"none\" stroke-width=\"2\"/>"
    )
    let anchor: SVG.Anchor = point.x > Self.width / 2 ? .end : .start
    svg.label(
      "the plan: \(panel.value(design).forReading)", x: point.x + (anchor == .end ? -14 : 14),
      y: point.y + 16, anchor, style: "ink halo", size: 12)
  }

  /// Returns a disc for a whole rehearsal and a ring for a part, blue where the objectives are met.
  private func mark(
    _ place: (x: Double, y: Double), isWhole: Bool, meets: Bool, hint: String = ""
  ) -> String {
    let colour = meets ? Palette.blue : Palette.vermilion
    let title = hint.isEmpty ? "" : "<title>\(hint.xmlEscaped)</title>"
    return
      "<circle cx=\"\(place.x.short)\" cy=\"\(place.y.short)\" r=\"4\" fill=\"\(isWhole ? colour : "none")\" "
      + "stroke=\"\(colour)\" stroke-width=\"1.5\">\(title)</circle>"
  }

  private func legend(_ svg: inout SVG) {
    let y = Self.top + 2 * Self.panelHeight - 16
    var x = 20.0
    func entry(_ text: String, isWhole: Bool, meets: Bool) {
      svg.add(mark((x, y - 4), isWhole: isWhole, meets: meets))
      svg.label(text, x: x + 10, y: y, style: "faint", size: 11)
      x += 24 + Double(text.count) * 5.6
    }
    entry("meets the objectives in every rehearsed strike", isWhole: true, meets: true)
    entry("misses one", isWhole: true, meets: false)
    entry("ring: some of the strikes were rehearsed", isWhole: false, meets: true)
  }

  private func sentence(_ design: RehearsedDesign) -> String {
    let result = design.result
    return "\(result.design.label): \(result.cost.forReading) a year, RPO \(result.rpo.forReading), RTO "
      + "\(result.rto.forReading)\(design.isWhole ? "" : " in some of the strikes")"
  }

  private var description: String {
    "\(report.rehearsed.count.of("rehearsed design")) by the yearly cost of protection, above against the RPO, below "
      + "against the RTO. The plan is \(report.plan.design.label), at \(report.plan.cost.forReading) a year with an RPO of "
      + "\(report.plan.rpo.forReading) and an RTO of \(report.plan.rto.forReading)."
  }
}
