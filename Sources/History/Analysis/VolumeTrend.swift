import Units

/// The size of backups, its growth, the duration of a run, and an estimate for a restore.
public struct VolumeTrend: Hashable, Sendable {
  /// The size of the newest run.
  public let size: Int64?
  /// The growth of the size in bytes per day, by least squares.
  public let growthPerDay: Int64?
  /// The bytes that the runs added to the store per day.
  public let addedPerDay: Int64?
  public let durationMedian: Duration?
  public let durationHigh: Duration?
  public let durationMaximum: Duration?
  /// The rate in bytes per second of the run that moved the most; `nil` if that was little.
  public let rate: Int64?
  /// The estimated restore time of the newest run at that rate. No restore was observed.
  public let restore: Duration?

  /// - Parameter runs: usable, ascending in their starts.
  init(_ runs: [BackupRun]) {
    let sized = runs.filter { $0.size != nil }
    size = sized.last?.size
    growthPerDay = Self.slope(sized)
    let span =
      runs.first.flatMap { first in runs.last.map { ($0.start - first.start).seconds / 86_400 } } ?? 0
    let added = runs.dropFirst().compactMap(\.added)
    addedPerDay = added.isEmpty || span <= 0 ? nil : Int64(added.reduce(0.0) { $0 + Double($1) } / span)
    let durations = runs.compactMap { run in run.duration.flatMap { $0 > .zero ? $0 : nil } }.sorted()
    durationMedian = durations.isEmpty ? nil : durations[durations.count / 2]
    durationHigh = durations.isEmpty ? nil : durations[min(durations.count - 1, durations.count * 95 / 100)]
    durationMaximum = durations.last
    // A run that moves little spends its time on looking for changes, and says nothing about a restore.
    let least = (sized.last?.size ?? 0) / 10
    let timed = runs.filter { ($0.moved ?? 0) > least && ($0.duration ?? .zero) > .zero }
    let rate = timed.max { ($0.moved ?? 0) < ($1.moved ?? 0) }.flatMap { run in
      run.duration.map { Double(run.moved ?? 0) / $0.seconds }
    }
    self.rate = rate.map { Int64($0) }
    restore = size.flatMap { size in rate.flatMap { $0 > 0 ? Duration(seconds: Double(size) / $0) : nil } }
  }

  private static func slope(_ runs: [BackupRun]) -> Int64? {
    guard let first = runs.first, runs.count > 2, runs[runs.count - 1].start > first.start else { return nil }
    let days = runs.map { ($0.start - first.start).seconds / 86_400 }
    let sizes = runs.map { Double($0.size ?? 0) }
    let count = Double(runs.count)
    let (meanDay, meanSize) = (days.reduce(0, +) / count, sizes.reduce(0, +) / count)
    let covariance = zip(days, sizes).reduce(0.0) { $0 + ($1.0 - meanDay) * ($1.1 - meanSize) }
    let variance = days.reduce(0.0) { $0 + ($1 - meanDay) * ($1 - meanDay) }
    return variance > 0 ? Int64((covariance / variance).rounded()) : nil
  }
}
