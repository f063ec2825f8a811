import Assessment
import ScenarioLanguage
import Statistics
import Units

/// The history of checks: a row for each check of a strategy, and a figure of all rows.
public struct CheckTrend: Sendable {
  private struct Row {
    let day: String
    let subject: String
    let rpo: Achieved
    let rto: Achieved
    let isHeld: Bool
  }

  private static let header = "day,scenario,strategy,rpo_p95_s,rto_p95_s,met_ratio,is_held\r\n"
  private static let width = 760.0
  private static let rowHeight = 92.0

  private let rows: [Row]

  /// Reads the table, skipping lines that are no rows.
  public init(_ table: String) {
    rows = table.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard cells.count == 7 else { return nil }
      func time(_ text: String) -> Achieved {
        (try? Duration(parsing: "\(text) s")).map { .duration($0) } ?? .unrecoverable
      }
      return Row(
        day: cells[0], subject: "\(cells[1]), \(cells[2])", rpo: time(cells[3]), rto: time(cells[4]),
        isHeld: cells[6] == "true")
    }
  }

  /// Returns the table with a new row for each strategy of these checks. Names are plain words, so no cell
  /// needs quotes.
  public static func appending(_ checks: [Check], on day: Instant, to table: String) -> String {
    let rows = checks.flatMap { check in
      check.strategies.map { strategy -> String in
        func worst(_ metric: Metric) -> String {
          let values = check.checks.filter { $0.strategy == strategy && $0.metric == metric }.map(\.value)
          guard case .time(let time)? = values.max() else { return "" }
          return time.inSeconds
        }
        let met = check.checks.filter { $0.strategy == strategy && $0.metric == .metShare }.map(\.value).min()
        var share = ""
        if case .share(let ratio)? = met { share = ratio.asNumber }
        let isHeld = !check.open.contains { $0.strategy == strategy }
        return [
          day.date, check.scenario, strategy, worst(.rpoP95), worst(.rtoP95), share, "\(isHeld)",
        ].joined(separator: ",") + "\r\n"
      }
    }
    return (table.isEmpty ? header : table) + rows.joined()
  }

  /// A figure of the RPO and RTO of each strategy over its checks, on the scale of the greatest. Failed
  /// checks are red.
  public var svg: String {
    let subjects = rows.map(\.subject).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let height = 40 + Self.rowHeight * Double(max(1, subjects.count))
    var svg = SVG(
      "trend", width: Int(Self.width), height: Int(height), title: "Trend of checks",
      description: "RPO and RTO, p95 against the worst disaster, at each check. "
        + subjects.map { subject in
          let own = rows.filter { $0.subject == subject }
          return "\(subject): \(own.count.of("check")), \(own.count { !$0.isHeld }.grouped) not held"
        }.joined(separator: "; ") + ".")
    svg.label("RPO (blue) and RTO (orange), p95 against the worst disaster, check by check", x: 12, y: 20)
    for (place, subject) in subjects.enumerated() {
      draw(
        rows.filter { $0.subject == subject }, subject, base: 30 + Self.rowHeight * Double(place + 1) - 26,
        &svg)
    }
    return svg.text
  }

  private func draw(_ rows: [Row], _ subject: String, base: Double, _ svg: inout SVG) {
    let (left, right, plot) = (190.0, Self.width - 90, 52.0)
    let times = rows.flatMap { [$0.rpo.duration, $0.rto.duration] }.compactMap { $0 }
    let most = max(.seconds(1), times.max() ?? .zero)
    let step = (right - left) / Double(max(1, rows.count - 1))
    svg.label(subject.shortened(to: 27), x: left - 10, y: base - 20, .end, size: 12)
    svg.line((left, base), (right, base), style: "mark")
    svg.label(most.forReading, x: right + 6, y: base - plot + 4, style: "faint", size: 11)
    svg.label("0 s", x: right + 6, y: base + 4, style: "faint", size: 11)
    svg.label(rows.first?.day ?? "", x: left, y: base + 15, style: "faint", size: 11)
    if rows.count > 1 {
      svg.label(rows.last?.day ?? "", x: right, y: base + 15, .end, style: "faint", size: 11)
    }
    for (colour, value) in [(Palette.blue, \Row.rpo), (Palette.orange, \Row.rto)] {
      let points = rows.enumerated().map { place, row -> (x: Double, y: Double) in
        let share = row[keyPath: value].duration.map { $0.seconds / most.seconds } ?? 1.1
        return (left + step * Double(place), base - plot * share)
      }
      let path = points.enumerated().map {
        "\($0.offset == 0 ? "M" : "L")\($0.element.x.short) \($0.element.y.short)"
      }
      svg.add(
        "<path d=\"\(path.joined())\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>")
      for (row, point) in zip(rows, points) {
        svg.add(
          "<circle cx=\"\(point.x.short)\" cy=\"\(point.y.short)\" r=\"3\" fill=\"\(row.isHeld ? colour : Palette.vermilion)\">"
            + "<title>\("\(row.day): \(row[keyPath: value].forReading)".xmlEscaped)</title></circle>")
      }
    }
  }
}
