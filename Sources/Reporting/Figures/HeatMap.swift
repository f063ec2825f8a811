import Assessment

/// The share of drills that met both objectives, a row for each disaster and a column for each strategy.
///
/// Every cell has its number, so that colour is not the only distinction.
struct HeatMap {
  struct Cell {
    let disaster: String
    let met: Int
    let unrecoverable: Int
    let drills: Int
  }

  struct Row {
    let name: String
    let cells: [Cell]
  }

  /// The strategies, each with its cells by disaster.
  struct Grid {
    let strategies: [Row]

    var disasters: [String] {
      strategies.flatMap { $0.cells.map(\.disaster) }.reduce(into: []) {
        if !$0.contains($1) { $0.append($1) }
      }
    }
  }

  private let grid: Grid
  private let identifier: String

  init(_ grid: Grid, identifier: String) {
    self.grid = grid
    self.identifier = identifier
  }

  private static let left = 190.0
  private static let top = 132.0
  private static let right = 748.0
  private static let rowHeight = 24.0

  /// The classes of the colours, from best to worst.
  private enum Level: CaseIterable {
    case all, most, half, few, lost

    init(_ cell: Cell) {
      if cell.unrecoverable > 0 {
        self = .lost
      } else if cell.met == cell.drills {
        self = .all
      } else if cell.met * 100 >= cell.drills * 95 {
        self = .most
      } else {
        self = cell.met * 2 >= cell.drills ? .half : .few
      }
    }

    /// The background and text colours, with a contrast of at least 4.5.
    var colours: (ground: String, ink: String) {
      switch self {
      case .all: ("#005a8c", "#ffffff")
      case .most: ("#9fd3f5", "#10212d")
      case .half: ("#f7e08a", "#2b2400")
      case .few: ("#eaa221", "#2b1a00")
      case .lost: ("#a83c00", "#ffffff")
      }
    }

    var wording: String {
      switch self {
      case .all: "all met"
      case .most: "95 % or more"
      case .half: "half or more"
      case .few: "fewer"
      case .lost: "x: some unrecoverable"
      }
    }
  }

  var svg: String {
    let disasters = grid.disasters
    let bottom = Self.top + Self.rowHeight * Double(max(1, disasters.count))
    let width = (Self.right - Self.left) / Double(max(1, grid.strategies.count))
    var svg = SVG(
      identifier, width: 760, height: Int(bottom + 44), title: "Share of drills that met both objectives",
      description: description)
    svg.label("share of drills that met both objectives", x: 8, y: 18)
    // The names end at their columns, so that none passes the right edge.
    for (column, strategy) in grid.strategies.enumerated() {
      let x = Self.left + width * (Double(column) + 0.5)
      svg.add(
        "<text class=\"ink\" font-size=\"11\" text-anchor=\"end\" "
          + "transform=\"translate(\((x + 3).short) \((Self.top - 6).short)) rotate(40)\">"
          + "\(strategy.name.shortened(to: 24).xmlEscaped)</text>")
    }
    for (row, disaster) in disasters.enumerated() {
      let y = Self.top + Self.rowHeight * Double(row)
      svg.label(disaster.shortened(to: 26), x: Self.left - 8, y: y + 16, .end, size: 12)
      for (column, strategy) in grid.strategies.enumerated() {
        guard let cell = strategy.cells.first(where: { $0.disaster == disaster }), cell.drills > 0 else {
          continue
        }
        draw(cell, strategy.name, x: Self.left + width * Double(column), y: y, width: width, &svg)
      }
    }
    legend(y: bottom + 16, &svg)
    return svg.text
  }

  private func draw(
    _ cell: Cell, _ strategy: String, x: Double, y: Double, width: Double, _ svg: inout SVG
  ) {
    let colours = Level(cell).colours
    let lost = cell.unrecoverable > 0 ? ", \(cell.unrecoverable.grouped) unrecoverable" : ""
    svg.bar(
      x: x + 0.8, y: y + 0.8, width: width - 1.6, height: Self.rowHeight - 1.6, colour: colours.ground,
      hint:
        "\(strategy) against \(cell.disaster): \(cell.met.grouped) of \(cell.drills.of("drill")) met\(lost)")
    let share = cell.met.shareWording(of: cell.drills).dropLast(2)
    svg.add(
      "<text x=\"\((x + width / 2).short)\" y=\"\((y + 16).short)\" text-anchor=\"middle\" font-size=\"11\" "
        + "fill=\"\(colours.ink)\">\(cell.unrecoverable > 0 ? "x " : "")\(share)</text>")
  }

  private func legend(y: Double, _ svg: inout SVG) {
    var x = 8.0
    for level in Level.allCases {
      svg.bar(x: x, y: y, width: 14, height: 14, colour: level.colours.ground)
      svg.label(level.wording, x: x + 19, y: y + 12, style: "faint", size: 11)
      x += 40 + Double(level.wording.count) * 6.4
    }
  }

  private var description: String {
    grid.strategies.map { strategy in
      let cells = strategy.cells.map { cell in
        "\(cell.disaster) \(cell.met.shareWording(of: cell.drills))"
          + (cell.unrecoverable > 0 ? " with \(cell.unrecoverable.grouped) unrecoverable" : "")
      }
      return "\(strategy.name): \(cells.joined(separator: ", "))"
    }.joined(separator: "; ") + "."
  }
}

extension HeatMap.Grid {
  init(_ report: Report) {
    strategies = report.strategies.map { strategy in
      HeatMap.Row(
        name: strategy.strategy.name,
        cells: strategy.disasters.map { disaster in
          HeatMap.Cell(
            disaster: disaster.disaster.name, met: disaster.metCount(report.scenario.objectives),
            unrecoverable: disaster.unrecoverableCount, drills: disaster.drills.count)
        })
    }
  }
}
