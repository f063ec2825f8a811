import Schedules
import Units

/// The protection of one source by its past backups within a window of time.
///
/// A backup counts from its successful end on, and protects the state at its start. So at any instant the RPO
/// is the time since the start of the youngest completed backup.
public struct BackupHistory: Sendable {
  /// A period of the window with the two points that bound it.
  public struct Gap: Hashable, Sendable {
    /// The loss of a disaster at the end of the period.
    public let rpo: Duration
    /// The point that such a disaster would have used.
    public let before: BackupRun
    /// The point that ends the period; `nil` for the end of the window.
    public let after: BackupRun?
    public let end: Instant
  }

  public let tool: String
  public let source: String
  public let window: Range<Instant>
  /// The runs, ascending by start.
  public let runs: [BackupRun]
  public let remarks: [String]
  /// The gap with the greatest RPO; `nil` while no backup protects any instant of the window.
  public let worst: Gap?
  /// The median and the 95th percentile of the RPO over all instants of the window.
  public let typical: Duration?
  public let high: Duration?
  /// The time within the window without any usable backup.
  public let unprotected: Duration
  public let newest: BackupRun?
  /// The runs that began before an earlier one had ended, each with the earlier one.
  public let overlaps: [(earlier: BackupRun, later: BackupRun)]
  public let punctuality: Punctuality?
  public let volume: VolumeTrend

  public var failed: [BackupRun] { runs.filter(\.isFailed) }
  /// The runs that have not ended.
  public var running: [BackupRun] { runs.filter { !$0.isUsable && !$0.isFailed } }
  public var usable: [BackupRun] { runs.filter(\.isUsable) }
  /// The time since the start of the newest usable backup, at the end of the window.
  public var age: Duration? { newest.map { window.upperBound - $0.start } }

  /// Groups lists by source and examines each. Sources ascend by tool and name.
  ///
  /// - Parameters:
  ///   - start: the window's start; `nil`: the end of the first usable backup.
  ///   - end: the window's end.
  ///   - timetable: when the backups should run; `nil`: what their starts suggest.
  ///
  /// Complexity: O(n log n) in the number of runs.
  public static func examine(
    _ lists: [BackupList], from start: Instant?, until end: Instant, timetable: Timetable?
  ) -> [BackupHistory] {
    let all = RunMerger.merge(lists)
    let sorted = all.sorted {
      ($0.tool, $0.run.source, $0.run.start, $0.run.name) < (
        $1.tool, $1.run.source, $1.run.start, $1.run.name
      )
    }
    var histories: [BackupHistory] = []
    var first = 0
    while first < sorted.count {
      let (tool, source) = (sorted[first].tool, sorted[first].run.source)
      var last = first
      while last < sorted.count, sorted[last].tool == tool, sorted[last].run.source == source { last += 1 }
      let remarks = lists.filter { $0.tool == tool }.flatMap(\.remarks)
      let runs = sorted[first..<last].map(\.run)
      let needsEnds = runs.contains { $0.end == nil && $0.isUsable }
      histories.append(
        BackupHistory(
          tool: tool, source: source, runs: runs, remarks: needsEnds ? remarks : [], from: start, until: end,
          timetable: timetable))
      first = last
    }
    return histories
  }

  private init(
    tool: String, source: String, runs: [BackupRun], remarks: [String], from start: Instant?,
    until end: Instant,
    timetable: Timetable?
  ) {
    let usable = runs.filter { $0.isUsable && ($0.end ?? $0.start) <= end }
      .sorted { ($0.end ?? $0.start, $0.start) < ($1.end ?? $1.start, $1.start) }
    let first = usable.first.map { $0.end ?? $0.start } ?? end
    let window = min(start ?? first, end)..<end
    let sawtooth = Sawtooth(usable, in: window)
    self.tool = tool
    self.source = source
    self.window = window
    self.runs = runs
    self.remarks = remarks.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    worst = sawtooth.worst
    typical = sawtooth.quantile(0.5)
    high = sawtooth.quantile(0.95)
    unprotected = max(.zero, min(first, end) - window.lowerBound)
    newest = usable.max { $0.start < $1.start }
    overlaps = Self.overlaps(of: runs)
    punctuality = Punctuality(runs, timetable: timetable, until: end)
    volume = VolumeTrend(usable.sorted { $0.start < $1.start })
  }

  private static func overlaps(of runs: [BackupRun]) -> [(earlier: BackupRun, later: BackupRun)] {
    var latest: BackupRun?
    var found: [(earlier: BackupRun, later: BackupRun)] = []
    for run in runs {
      if let latest, let end = latest.end, run.start < end { found.append((latest, run)) }
      if let end = run.end, latest.flatMap(\.end).map({ end > $0 }) ?? true { latest = run }
    }
    return found
  }
}

/// The RPO over a window, which rises with time and falls at the end of each usable backup.
public struct Sawtooth: Sendable {
  /// A rise from one RPO to another.
  struct Rise: Sendable {
    let from: Duration
    let to: Duration
  }

  private(set) var rises: [Rise] = []
  private(set) var worst: BackupHistory.Gap?

  /// - Parameter usable: ascending in their ends.
  init(_ usable: [BackupRun], in window: Range<Instant>) {
    var best: BackupRun?
    var since: Instant?
    for run in usable {
      let end = run.end ?? run.start
      note(best, from: since, closedBy: run, at: end, in: window)
      if best.map({ run.start >= $0.start }) ?? true { best = run }
      since = end
    }
    note(best, from: since, closedBy: nil, at: window.upperBound, in: window)
  }

  private mutating func note(
    _ best: BackupRun?, from: Instant?, closedBy next: BackupRun?, at end: Instant, in window: Range<Instant>
  ) {
    guard let best, let from else { return }
    let (start, stop) = (max(from, window.lowerBound), min(end, window.upperBound))
    guard start < stop else { return }
    rises.append(Rise(from: start - best.start, to: stop - best.start))
    guard stop - best.start > worst?.rpo ?? .zero else { return }
    worst = BackupHistory.Gap(
      rpo: stop - best.start, before: best, after: stop == end ? next : nil, end: stop)
  }

  /// Returns a quantile of the RPO over all instants, to the second; `nil` without any protected instant.
  func quantile(_ share: Double) -> Duration? {
    guard let worst else { return nil }
    let total = rises.reduce(0.0) { $0 + ($1.to - $1.from).seconds }
    var (low, high) = (0.0, worst.rpo.seconds)
    while high - low > 0.5 {
      let middle = (low + high) / 2
      let below = rises.reduce(0.0) { sum, rise in
        sum + max(0, min(rise.to.seconds, middle) - rise.from.seconds)
      }
      if below < share * total { low = middle } else { high = middle }
    }
    return Duration(seconds: high.rounded())
  }
}
