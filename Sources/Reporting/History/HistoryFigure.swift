import History
import Units

/// A figure of each source's runs along time: good ones, failed ones, and the period of the worst RPO.
public struct HistoryFigure {
  private let histories: [BackupHistory]
  private static let left = 200.0
  private static let right = 960.0

  public init(_ histories: [BackupHistory]) { self.histories = Array(histories.prefix(40)) }

  public var text: String {
    let height = histories.count * 46 + 60
    var figure = SVG(
      "history", width: 980, height: height, title: "Runs and worst RPO of each source",
      description: histories.map(HistoryReport.sentence).joined(separator: " "))
    for (row, history) in histories.enumerated() { draw(history, at: Double(row * 46 + 30), in: &figure) }
    figure.label(
      "orange: the stretch of the worst RPO; blue: usable runs; red: failed runs", x: Self.left,
      y: Double(height - 14), style: "faint")
    return figure.text
  }

  private func draw(_ history: BackupHistory, at y: Double, in figure: inout SVG) {
    let first = min(history.window.lowerBound, history.runs.first?.start ?? history.window.lowerBound)
    let span = max(1, (history.window.upperBound - first).seconds)
    func place(_ instant: Instant) -> Double {
      Self.left + (Self.right - Self.left) * min(1, max(0, (instant - first).seconds / span))
    }
    figure.label(
      history.source.count > 26 ? "..." + history.source.suffix(24) : history.source, x: 4, y: y + 4)
    figure.label(
      history.worst.map { "worst \($0.rpo.wholeSeconds)" } ?? "unprotected", x: 4, y: y + 19, style: "faint",
      size: 11)
    figure.line((Self.left, y), (Self.right, y))
    if let worst = history.worst {
      let start = place(worst.before.start)
      figure.bar(
        x: start, y: y - 10, width: place(worst.end) - start, height: 20, colour: Palette.orange,
        hint: HistoryReport.sentence(on: history))
    }
    // More marks than pixels say no more.
    var drawn = -1.0
    for run in history.runs {
      let x = place(run.start)
      guard x - drawn > 0.7 || !run.isUsable else { continue }
      drawn = x
      figure.bar(
        x: x, y: y - (run.isUsable ? 7 : 12), width: max(1, run.end.map { place($0) - x } ?? 1),
        height: run.isUsable ? 14 : 24, colour: run.isUsable ? Palette.blue : Palette.vermilion,
        hint: "\(run.name) \(run.start.toSecond)")
    }
  }
}
