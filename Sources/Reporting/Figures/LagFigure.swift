import Assessment
import Estate
import Rehearsals
import Statistics
import Units

/// A figure of each strategy's lag over time. The left side shows normal operation with trial failovers, the
/// right side the worst drill without an outage.
struct LagFigure {
  let report: Report

  private static let left = 170.0
  private static let middle = 440.0
  private static let right = 740.0
  private static let top = 40.0
  private static let rowHeight = 86.0
  private static let plotHeight = 50.0

  private struct Row {
    let name: String
    let steady: ReplicationCourse
    let trials: [LagTrial]
    /// The worst drill that ended without an outage, and its disaster.
    let worst: (disaster: String, course: ReplicationCourse)?
  }

  private var rows: [Row] {
    report.strategies.compactMap { strategy in
      guard let replication = strategy.replication, let steady = replication.courses.max(by: Self.isBetter)
      else { return nil }
      let place = replication.courses.firstIndex(of: steady) ?? 0
      return Row(
        name: strategy.strategy.name, steady: steady,
        trials: replication.trials.filter { $0.pair.index == place }, worst: worst(of: strategy))
    }
  }

  private static func isBetter(_ a: ReplicationCourse, _ b: ReplicationCourse) -> Bool {
    (a.peakLag ?? Duration(nanoseconds: .max)) < (b.peakLag ?? Duration(nanoseconds: .max))
  }

  private func worst(of strategy: StrategyReport) -> (disaster: String, course: ReplicationCourse)? {
    var worst: (disaster: String, course: ReplicationCourse)?
    for disaster in strategy.disasters {
      for drill in disaster.drills where drill.timeline.isEmpty {
        guard let course = drill.protection?.courses.max(by: Self.isBetter) else { continue }
        if worst.map({ Self.isBetter($0.course, course) }) ?? true {
          worst = (disaster.disaster.name, course)
        }
      }
    }
    return worst
  }

  var svg: String {
    let rows = rows
    let height = Self.top + Self.rowHeight * Double(max(1, rows.count)) + 10
    var svg = SVG(
      "lag", width: 760, height: Int(height), title: "Replication lag over time",
      description: description(rows))
    svg.label("claimed lag while nothing happened", x: Self.left, y: 16)
    svg.label("each plot on its own scale", x: 8, y: 16, style: "faint", size: 11)
    svg.label("in the worst drill without an outage", x: Self.middle + 30, y: 16)
    if rows.isEmpty { svg.label("nothing is replicated", x: Self.left, y: Self.top + 20, style: "faint") }
    for (place, row) in rows.enumerated() {
      draw(row, base: Self.top + Self.rowHeight * Double(place) + Self.plotHeight + 14, &svg)
    }
    return svg.text
  }

  private func draw(_ row: Row, base: Double, _ svg: inout SVG) {
    svg.label(row.name.shortened(to: 22), x: Self.left - 10, y: base - 20, .end)
    let end = report.scenario.windowEnd - report.scenario.windowStart
    let steady = Plot(
      left: Self.left, right: Self.middle, base: base, height: Self.plotHeight, time: end,
      course: row.steady, objective: report.scenario.objectives.rpo)
    steady.draw(name: "\(row.name), while nothing happened", &svg)
    steady.dots(
      row.trials.compactMap { trial in
        trial.truth.achieved.duration.map { (time: trial.instant - row.steady.start, lag: $0) }
      }, &svg)
    guard let (disaster, course) = row.worst else { return }
    let plot = Plot(
      left: Self.middle + 30, right: Self.right, base: base, height: Self.plotHeight,
      time: course.end - course.start, course: course, objective: report.scenario.objectives.rpo)
    plot.draw(name: "\(row.name) against \(disaster)", &svg)
    svg.label(
      disaster.shortened(to: 24), x: Self.right, y: base - Self.plotHeight - 4, .end, style: "faint", size: 11
    )
  }

  private func description(_ rows: [Row]) -> String {
    let parts = rows.map { row -> String in
      let understated = row.trials.count(where: \.isUnderstated)
      var text =
        "\(row.name): mean \(row.steady.meanLag?.forReading ?? "unknown"), peak "
        + "\(Achieved(row.steady.peakLag).forReading), within the objective \(row.steady.timeInRPO.asShareOfTime) "
        + "of the time, \(understated.grouped) of \(row.trials.count.of("trial failover")) found more lag than claimed"
      if let (disaster, course) = row.worst {
        text += "; in the worst drill, against \(disaster), up to \(Achieved(course.peakLag).forReading)"
      }
      return text
    }
    return
      "For each replicating strategy the claimed replication lag over time as an area, what trial failovers found as dots, "
      + "and the RPO objective as a dashed line where it lies within the plot. "
      + parts.joined(separator: "; ") + "."
  }
}

/// The lag over time in a frame with its own scale.
private struct Plot {
  let left: Double
  let right: Double
  let base: Double
  let height: Double
  let time: Duration
  let course: ReplicationCourse
  let objective: Duration

  /// The lag at the full height of the plot.
  private var most: Duration { max(.milliseconds(1), course.lag.samples.compactMap(\.lag).max() ?? .zero) }

  private func x(_ time: Duration) -> Double {
    left + (right - left) * min(1, time.seconds / max(self.time.seconds, 1e-9))
  }

  private func y(_ lag: Duration) -> Double { base - height * min(1, lag.seconds / most.seconds) }

  func draw(name: String, _ svg: inout SVG) {
    area(name, &svg)
    svg.line((left, base), (right, base), style: "mark")
    svg.label(most.forReading, x: left, y: base - height - 4, style: "faint", size: 11)
    svg.label(time.forReading, x: (left + right) / 2, y: base + 14, .middle, style: "faint", size: 11)
    guard objective <= most else { return }
    svg.line((left, y(objective)), (right, y(objective)), style: "mark", dashes: "5 4")
    svg.label("RPO", x: right, y: y(objective) - 3, .end, style: "faint halo", size: 10)
  }

  /// Draws a step for each two samples. Periods without a copy have full height and another colour.
  private func area(_ name: String, _ svg: inout SVG) {
    var path = ""
    var isDrawing = false
    let samples = course.lag.samples
    for place in stride(from: 0, to: samples.count, by: 2) {
      let sample = max(samples[place], samples[min(place + 1, samples.count - 1)])
      let begin = x(course.lag.step * Int64(place))
      let end = x(course.lag.step * Int64(min(place + 2, samples.count)))
      if case .lag(let lag) = sample {
        path += (isDrawing ? "" : "M\(begin.short) \(base.short)") + "V\(y(lag).short)H\(end.short)"
      } else if isDrawing {
        path += "V\(base.short)Z"
      }
      if sample == .noCopy {
        svg.bar(
          x: begin, y: base - height, width: end - begin, height: height, colour: Palette.vermilion,
          hint: "nothing to fail over to")
      }
      isDrawing = sample.lag != nil
    }
    guard !path.isEmpty else { return }
    if isDrawing { path += "V\(base.short)Z" }
    svg.add(
      "<path d=\"\(path)\" fill=\"\(Palette.blue)\" fill-opacity=\"0.7\"><title>\(name.xmlEscaped)</title></path>"
    )
  }

  /// Draws dots as lines of zero length with round ends.
  func dots(_ points: [(time: Duration, lag: Duration)], _ svg: inout SVG) {
    guard !points.isEmpty else { return }
    let path = points.map { "M\(x($0.time).short) \(y($0.lag).short)h0" }.joined()
    svg.add(
      "<path d=\"\(path)\" stroke=\"\(Palette.orange)\" stroke-width=\"3.6\" stroke-linecap=\"round\">"
        + "<title>what trial failovers found</title></path>")
  }
}
