import Foundation

/// Measures values that must not depend on the scale: RPO with its bounds, RTO and costs at four scales. The
/// mean RPO is compared with closed forms.
func resolutionFigures() -> [BenchmarkFigure] {
  let small = ResolutionTable(
    scenario: "Sources/Benchmark/Peers/resolution.yaml", disaster: "fire",
    scales: [1_024, 32_768, 1_048_576],
    closedForms: ["interval": 453.6, "checkpoints": 2.5, "synchronous": 0])
  let whole = ResolutionTable(
    scenario: "scenarios/backup-and-dr.yaml", disaster: "fire", scales: [1_024, 8_192, 32_768, 131_072],
    closedForms: ["pilot-light": 454.5, "warm-standby": 2.5])
  return small.figures + whole.figures
}

/// The rows of one scenario against one disaster.
private struct ResolutionTable {
  let scenario: String
  let disaster: String
  let scales: [Int]
  /// The mean RPO in seconds: T/2 + transfer for intervals, c/2 + transfer for checkpoints, 0 for synchronous
  /// copies.
  let closedForms: [String: Double]

  var figures: [BenchmarkFigure] {
    closedForms.keys.sorted().flatMap { strategy in
      scales.map { scale in
        guard let row = Row(scenario, strategy, disaster, scale: scale) else {
          return BenchmarkFigure(
            "\(scenario) \(strategy) 1/\(scale)", "not measured: firedrill was not built, or failed")
        }
        let form = closedForms[strategy] ?? 0
        let isHeld = row.lower - row.resolution <= form && form <= row.upper
        return BenchmarkFigure(
          "\(strategy) at 1/\(scale): \(row.text); closed form \(form) s within the interval", isHeld ? 0 : 1,
          "", below: 0.5)
      }
    }
  }
}

/// The results of one run for one strategy.
private struct Row {
  let text: String
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
    let cost = (value("protection_cost_minor") ?? 0) / 100
    self.text =
      "RPO mean \(least) to \(mean) s, p95 \(value("achieved_rpo_p95_s") ?? 0) s, maximum "
      + "\(value("rpo_at_least_max_s") ?? 0) to \(value("achieved_rpo_max_s") ?? 0) s, RTO mean "
      + "\(value("achieved_rto_mean_s") ?? 0) s, cost \(cost) a year"
  }
}
