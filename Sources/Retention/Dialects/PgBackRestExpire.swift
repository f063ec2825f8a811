import Schedules
import Units

/// `pgbackrest expire`, 2.45, without the retention of write-ahead logs.
public struct PgBackRestExpire: DialectRules {
  /// `repo-retention-full`: a count, or days when `isFullByTime`.
  public var full: Int?
  public var isFullByTime = false
  /// `repo-retention-diff`: the number of newest full and differential backups that keep their differentials.
  public var differential: Int?

  public init() {}

  var ruleNames: [String] {
    [isFullByTime ? "retention-full (time)" : "retention-full (count)", "retention-diff"]
  }

  func findings(on points: [ArchivedPoint], locals: [Int], order: [Int], at now: Instant, zone: Zone)
    -> [Finding]
  {
    var findings = [Finding](repeating: .dropped, count: points.count)
    let fulls = order.filter { points[$0].kind == .full }
    let kept = keptFulls(fulls, of: points, at: now)
    for (rank, index) in fulls.prefix(kept).enumerated() { findings[index].keep(0, number: rank + 1) }
    let sets = order.filter {
      points[$0].kind == .full && findings[$0].isKept || points[$0].kind == .differential
    }
    .filter { points.root(of: $0).map { findings[$0].isKept } ?? false }
    for (rank, index) in sets.enumerated() where points[index].kind == .differential {
      if differential.map({ rank < $0 }) ?? true {
        findings[index].keep(1, number: differential == nil ? 0 : rank + 1)
      }
    }
    for index in order.reversed() where points[index].kind == .incremental {
      let isKept = points[index].parent.map { findings[$0].isKept } ?? false
      findings[index] = isKept ? .kept(.neededByKept) : .dropped(.dependsOnDropped)
      if isKept {
        findings[index] = Finding(isKept: true, rules: differential == nil ? 1 : 2, number: 0, note: .none)
      }
    }
    return findings
  }

  /// Returns the number of newest full backups that are kept.
  private func keptFulls(_ fulls: [Int], of points: [ArchivedPoint], at now: Instant) -> Int {
    guard let full else { return fulls.count }
    guard isFullByTime else { return full }
    // The newest full that is older than the limit stays, so that the whole window can be recovered.
    let older = fulls.firstIndex { points[$0].end < now.before(days: full) }
    return older.map { $0 + 1 } ?? fulls.count
  }
}

extension [ArchivedPoint] {
  /// Returns the full backup at the root of a chain; `nil` when a link is missing.
  func root(of index: Int) -> Int? {
    var place = index
    for _ in 0..<count {
      guard let parent = self[place].parent else { return self[place].kind == .full ? place : nil }
      place = parent
    }
    return nil
  }
}
