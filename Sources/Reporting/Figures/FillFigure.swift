import Assessment
import Documents
import Rehearsals
import ScenarioLanguage
import Units

/// The bytes in each vault and the use of each link over time, for every strategy, while no disaster strikes.
///
/// All rows share their scales. A number at the end of a line names the vault or link, so that colour is not the only
/// distinction.
struct FillFigure {
  /// A vault or link over time.
  struct Line {
    /// The number of the vault or link among those drawn, from 0.
    let number: Int
    /// Bytes in a vault at the samples, or the used share of a link in the steps between.
    let values: [Double]
  }

  struct Row {
    let strategy: String
    let vaults: [Line]
    let links: [Line]
  }

  let rows: [Row]
  /// The names of the vaults and links drawn, by number.
  let vaults: [String]
  let links: [String]
  /// The length of the window.
  let window: Duration

  private static let plotWidth = 216.0
  private static let vaultLeft = 64.0
  private static let linkLeft = 326.0
  private static let plotHeight = 44.0
  private static let rowHeight = 80.0

  private var legendHeight: Double { 18 * Double(max(vaults.count, links.count)) }
  private var top: Double { 34 + legendHeight }

  var svg: String {
    let height = top + Self.rowHeight * Double(max(1, rows.count)) + 46
    var svg = SVG(
      "fill", width: 560, height: Int(height), title: "Contents of vaults and use of links over time",
      description: description)
    svg.label("Bytes in each vault", x: 8, y: 20, size: 14)
    svg.label("Use of each link", x: Self.linkLeft - 46, y: 20, size: 14)
    legend(vaults, x: 8, &svg)
    legend(links, x: Self.linkLeft - 46, &svg)
    if rows.isEmpty { svg.label("no vault or link was used", x: 8, y: top + 24, style: "faint") }
    let bytes = FillScale(bytes: most(\.vaults))
    let share = FillScale(share: most(\.links))
    for (place, row) in rows.enumerated() {
      let base = top + Self.rowHeight * Double(place) + 26 + Self.plotHeight
      svg.label(row.strategy.shortened(to: 58), x: 8, y: base - Self.plotHeight - 12, size: 13)
      frame(bytes, left: Self.vaultLeft, base: base, &svg)
      for line in row.vaults {
        path(line, bytes, isStepped: false, left: Self.vaultLeft, base: base, &svg)
      }
      numbers(row.vaults, bytes, left: Self.vaultLeft, base: base, &svg)
      guard !links.isEmpty else { continue }
      frame(share, left: Self.linkLeft, base: base, &svg)
      for line in row.links { path(line, share, isStepped: true, left: Self.linkLeft, base: base, &svg) }
      numbers(row.links, share, left: Self.linkLeft, base: base, &svg)
    }
    if !rows.isEmpty { timeAxis(y: top + Self.rowHeight * Double(rows.count) + 4, &svg) }
    return svg.text
  }

  private func most(_ lines: (Row) -> [Line]) -> Double {
    rows.flatMap(lines).flatMap(\.values).max() ?? 0
  }

  // MARK: Parts

  private func legend(_ names: [String], x: Double, _ svg: inout SVG) {
    for (number, name) in names.enumerated() {
      let y = 40 + 18 * Double(number)
      stroke("M\(x.short) \((y - 4).short)h22", number, &svg)
      svg.label("\(number + 1)  \(name.shortened(to: 26))", x: x + 28, y: y, size: 13)
    }
  }

  /// Draws the axes with the ends of the scale.
  private func frame(_ scale: FillScale, left: Double, base: Double, _ svg: inout SVG) {
    let top = base - Self.plotHeight
    svg.add(
      "<path class=\"line\" fill=\"none\" d=\"M\(left.short) \(top.short)h216M\(left.short) \(base.short)h216\"/>"
    )
    svg.label(scale.name, x: left - 5, y: top + 4, .end, style: "faint", size: 12)
    svg.label("0", x: left - 5, y: base + 4, .end, style: "faint", size: 12)
  }

  private func timeAxis(y: Double, _ svg: inout SVG) {
    for left in links.isEmpty ? [Self.vaultLeft] : [Self.vaultLeft, Self.linkLeft] {
      let ticks = LinearTimeAxis(to: window).ticks
      // Every second tick has room for its name.
      for (place, tick) in ticks.enumerated() where place % 2 == 0 {
        let x = left + tick.seconds / window.seconds * Self.plotWidth
        svg.line((x, y - 14), (x, y - 9))
        svg.label(tick.forReading, x: x, y: y + 4, .middle, style: "faint", size: 12)
      }
    }
    svg.label(
      "time since the first instant at which a disaster can strike", x: 8, y: y + 24, style: "faint", size: 12
    )
  }

  /// Draws a line in whole steps of the figure's grid, which keeps its text short.
  private func path(
    _ line: Line, _ scale: FillScale, isStepped: Bool, left: Double, base: Double, _ svg: inout SVG
  ) {
    let count = isStepped ? line.values.count : line.values.count - 1
    guard count > 0 else { return }
    let heights = line.values.map { Int((scale.share($0) * Self.plotHeight).rounded()) }
    var text = "M\(left.short) \((base - Double(heights[0])).short)"
    var flat = 0
    func x(_ step: Int) -> Int { Int((Self.plotWidth * Double(step) / Double(count)).rounded()) }
    for step in 0..<count {
      let width = x(step + 1) - x(step)
      let rise = (step + 1 < heights.count ? heights[step + 1] : heights[step]) - heights[step]
      if isStepped {
        flat += width
        if rise != 0 { text += "h\(flat)v\(-rise)" }
        if rise != 0 { flat = 0 }
      } else if rise == 0 {
        flat += width
      } else {
        text += (flat > 0 ? "h\(flat)" : "") + "l\(width) \(-rise)"
        flat = 0
      }
    }
    stroke(text + (flat > 0 ? "h\(flat)" : ""), line.number, &svg)
  }

  private func stroke(_ path: String, _ number: Int, _ svg: inout SVG) {
    svg.add("<path d=\"\(path)\" fill=\"none\" stroke=\"\(Palette.colour(number))\" stroke-width=\"2\"/>")
  }

  /// Writes each line's number at its end, apart from each other.
  private func numbers(
    _ lines: [Line], _ scale: FillScale, left: Double, base: Double, _ svg: inout SVG
  ) {
    let ends = lines.map { (number: $0.number, y: base - scale.share($0.values.last ?? 0) * Self.plotHeight) }
      .sorted { ($0.y, $0.number) > ($1.y, $1.number) }
    var last = base + 16
    for end in ends {
      last = min(end.y + 4, last - 11)
      svg.label("\(end.number + 1)", x: left + Self.plotWidth + 4, y: last, style: "ink", size: 12)
    }
  }

  private var description: String {
    let parts = rows.map { row -> String in
      let filled = row.vaults.map { line in
        "\(vaults[line.number]) from \(Self.size(line.values.first)) to \(Self.size(line.values.last))"
      }
      let used = row.links.map { line in
        "\(links[line.number]) used up to \(FillScale.percent(line.values.max() ?? 0))"
      }
      return "\(row.strategy): \((filled + used).joined(separator: ", "))"
    }
    return
      "For each strategy, lines of the bytes in each vault and of the used share of each link, over the window. "
      + parts.joined(separator: "; ") + "."
  }

  private static func size(_ bytes: Double?) -> String { ByteCount(Int64(bytes ?? 0)).forReading }
}

/// The scale of an axis from zero, with a round end.
struct FillScale {
  let most: Double
  /// The name of the end.
  let name: String

  /// Creates a scale for bytes, in binary units.
  init(bytes most: Double) {
    var unit = 1_024.0
    while unit * 1_000 < most { unit *= 1_024 }
    let round: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]
    self.most = (round.first { $0 * unit >= most } ?? 1_000) * unit
    name = ByteCount(Int64(self.most)).forReading
  }

  /// Creates a scale for shares.
  init(share most: Double) {
    self.most = [0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1].first { $0 >= most } ?? 1
    name = Self.percent(self.most)
  }

  func share(_ value: Double) -> Double { min(1, max(0, value / most)) }

  static func percent(_ share: Double) -> String {
    let tenths = Int64((share * 1_000).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(decimal(UInt64(max(0, tenths)), places: 1)) %"
  }
}
