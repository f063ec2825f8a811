import Foundation

/// Measures values that must not depend on the scale: RPO with its bounds, RTO and costs. The scales lie 32 times
/// apart, and the mean RPO is compared with closed forms.
///
/// The default estate has three scales: at 1/32 it does not fit an ordinary machine, at 1/33554432 it has no pages.
func resolutionFigures() -> [BenchmarkFigure] {
  let small = ResolutionTable(
    scenario: "Sources/Benchmark/Peers/resolution.yaml", disaster: "fire", scales: [1, 32, 1_024, 32_768],
    closedForms: ["interval": 453.6, "checkpoints": 2.5, "synchronous": 0])
  let backups = ResolutionTable(
    scenario: "Sources/Benchmark/Peers/resolution.yaml", disaster: "deletion",
    scales: [1, 32, 1_024, 32_768], closedForms: ["snapshots": 1_800])
  let whole = ResolutionTable(
    scenario: "scenarios/backup-and-dr.yaml", disaster: "fire", scales: [1_024, 32_768, 1_048_576],
    closedForms: ["pilot-light": 454.5, "warm-standby": 2.5])
  return small.figures + backups.figures + whole.figures
}

/// The rows of one scenario against one disaster.
private struct ResolutionTable {
  let scenario: String
  let disaster: String
  let scales: [Int]
  /// The mean RPO in seconds: T/2 + transfer for intervals, c/2 + transfer for checkpoints, 0 for synchronous
  /// copies.
  let closedForms: [String: Double]

  var figures: [BenchmarkFigure] { closedForms.keys.sorted().flatMap(figures) }

  private func figures(of strategy: String) -> [BenchmarkFigure] {
    let form = closedForms[strategy] ?? 0
    var finest: Row?
    return scales.flatMap { scale -> [BenchmarkFigure] in
      guard let row = Row(scenario, strategy, disaster, scale: scale) else {
        return [
          BenchmarkFigure("\(strategy) at 1/\(scale)", "not measured: firedrill was not built, or failed")
        ]
      }
      let distance = max(0, row.lower - row.resolution - form, form - row.upper)
      var figures = [
        BenchmarkFigure("\(strategy) at 1/\(scale)", row.text),
        BenchmarkFigure(
          "  closed form \(form.short) s: beyond the interval of the mean", distance, "s", atMost: 0),
      ]
      if let finest {
        figures.append(
          BenchmarkFigure(
            "  RTO and cost: from those at 1/\(scales[0])", 100 * row.change(from: finest), "%", atMost: 1))
      } else {
        finest = row
      }
      return figures
    }
  }
}

/// The results of one run for one strategy.
private struct Row {
  let text: String
  private let outage: Double
  private let cost: Double
  let lower: Double
  let upper: Double
  let resolution: Double

  init?(_ scenario: String, _ strategy: String, _ disaster: String, scale: Int) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "resolution-\(getpid())-\(scale)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let arguments = [
      "run", scenario, "--strategy", strategy, "--disaster", disaster, "--scale", "\(scale)", "--format",
      "csv",
    ]
    guard CommandRun(command: arguments, reports: folder.path) != nil,
      let name = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        .first(where: { $0.hasSuffix(".csv") && !$0.hasSuffix("-drills.csv") }),
      let text = try? String(contentsOf: folder.appending(path: name), encoding: .utf8)
    else { return nil }
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    guard lines.count == 2 else { return nil }
    func value(_ column: String) -> Double? {
      lines[0].firstIndex { $0 == column }.flatMap { Double(lines[1][$0]) }
    }
    guard let mean = value("achieved_rpo_mean_s"), let least = value("rpo_at_least_mean_s") else {
      return nil
    }
    resolution = value("rpo_resolution_s") ?? 0
    lower = (value("achieved_rpo_mean_lower_s") ?? mean)
    upper = value("achieved_rpo_mean_upper_s") ?? mean
    cost = (value("protection_cost_minor") ?? 0) / 100
    outage = value("achieved_rto_mean_s") ?? 0
    self.text =
      "RPO mean \(least) to \(mean) s, p95 \(value("achieved_rpo_p95_s") ?? 0) s, maximum "
      + "\(value("rpo_at_least_max_s") ?? 0) to \(value("achieved_rpo_max_s") ?? 0) s, RTO mean "
      + "\(outage) s, cost \(cost) a year"
  }

  /// The greater of the changes of mean RTO and cost, as a share.
  func change(from other: Row) -> Double {
    zip([outage, cost], [other.outage, other.cost]).map { abs($0 - $1) / max($1, 1e-9) }.max() ?? 0
  }
}
