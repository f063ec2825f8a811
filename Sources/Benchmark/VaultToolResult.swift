import Foundation

/// The runs of one tool, one per round; `nil` for one that failed.
struct VaultToolResult {
  var first: [TimedRun?] = []
  var second: [TimedRun?] = []
  var restore: [TimedRun?] = []
  var verify: [TimedRun?] = []
  var stored = 0

  private var parts: [(name: String, runs: [TimedRun?])] {
    [
      ("first backup", first), ("second backup, 1 % changed", second), ("restore", restore),
      ("verify", verify),
    ]
  }

  /// Returns the ratios of a quantity; `nil` when a run of either tool failed.
  func ratios(
    to other: VaultToolResult, _ runs: KeyPath<VaultToolResult, [TimedRun?]>,
    _ quantity: KeyPath<TimedRun, Double>
  ) -> [Double]? {
    let ratios = zip(self[keyPath: runs], other[keyPath: runs]).compactMap { own, other in
      own.flatMap { own in other.map { $0[keyPath: quantity] / own[keyPath: quantity] } }
    }
    return ratios.isEmpty || ratios.count < self[keyPath: runs].count ? nil : ratios
  }

  /// Returns the times of the newest round.
  func lastRound(_ name: String, number: Int) -> [BenchmarkFigure] {
    let times = parts.map { part in
      let time = part.runs.last.flatMap { $0 }.map { "\($0.wallSeconds.short) s" }
      return "\(part.name) \(time ?? "failed")"
    }
    return [BenchmarkFigure("round \(number), \(name)", times.joined(separator: ", "))]
  }

  func figures(_ name: String, mebibytes: Int) -> [BenchmarkFigure] {
    parts.compactMap { what, runs in
      guard let run = runs.medianRun else { return nil }
      let rate = Double(mebibytes) / run.wallSeconds
      return BenchmarkFigure(
        "\(name): \(what)",
        "\(run.wallSeconds.short) s, \(rate.short) MiB/s, \(run.processorSeconds.short) s of processors, \(run.peakMebibytes.short) MiB"
      )
    } + [BenchmarkFigure("\(name): stored", "\((Double(stored) / 1_048_576).short) MiB")]
  }
}

extension [TimedRun?] {
  /// The run with the median time; `nil` when there is none.
  var medianRun: TimedRun? {
    let runs = compactMap { $0 }.sorted { $0.wallSeconds < $1.wallSeconds }
    return runs.isEmpty ? nil : runs[runs.count / 2]
  }
}
