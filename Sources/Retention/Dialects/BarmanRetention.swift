import Schedules
import Units

/// The retention policies of barman 3.4.0 and 3.20.1, the latter with incremental backups.
public struct BarmanRetention: DialectRules {
  public enum Policy: Hashable, Sendable {
    case redundancy(Int)
    /// Points needed to recover to any time of the last days. Weeks have 7 days and months 31.
    case recoveryWindow(days: Int)
  }

  public var policy: Policy
  public var redundancyMinimum: Int

  public init(_ policy: Policy, redundancyMinimum: Int = 0) {
    self.policy = policy
    self.redundancyMinimum = redundancyMinimum
  }

  var ruleNames: [String] {
    switch policy {
    case .redundancy(let count): ["REDUNDANCY \(count)", "KEEP:FULL", "KEEP:STANDALONE"]
    case .recoveryWindow(let days): ["RECOVERY WINDOW OF \(days) DAYS", "KEEP:FULL", "KEEP:STANDALONE"]
    }
  }

  func findings(on points: [ArchivedPoint], locals: [Int], order: [Int], at now: Instant, zone: Zone)
    -> [Finding]
  {
    var findings = [Finding](repeating: .kept(.notJudged), count: points.count)
    let judged = order.filter { points[$0].parent == nil && points[$0].status == .done }
    let unmarked = judge(judged, of: points, at: now)
    for (index, finding) in zip(judged, unmarked) {
      findings[index] = points[index].mark.map(Self.marked) ?? finding
    }
    let ofRoots = Self.byPlace(judged, unmarked, count: points.count)
    for index in order where points[index].parent != nil && points[index].status == .done {
      guard let root = points.root(of: index), points[root].status == .done else { continue }
      findings[index] = incremental(below: root, of: points, ofRoots[root] ?? .dropped, at: now)
    }
    return findings
  }

  /// Returns the obsolete backups where all are whole, without marks, and ended well.
  func drops(seconds: [Int], locals: [Int], at now: Int) -> [Int]? {
    let first =
      switch policy {
      case .redundancy(let count): seconds.count - max(count, redundancyMinimum)
      case .recoveryWindow(let days):
        // The first backup before the window is needed to restore into it.
        min(seconds.firstPlace(after: now - days * 86_400 - 1) - 1, seconds.count - redundancyMinimum)
      }
    return Array(0..<max(0, first))
  }

  private func judge(_ judged: [Int], of points: [ArchivedPoint], at now: Instant) -> [Finding] {
    switch policy {
    case .redundancy(let count):
      let limit = max(count, redundancyMinimum)
      return judged.indices.map { rank in
        var finding = Finding.dropped
        if rank < limit { finding.keep(0, number: rank + 1) }
        return finding
      }
    case .recoveryWindow(let days):
      var hasOlder = false
      return judged.enumerated().map { rank, index in
        var finding = Finding.dropped
        let isInside = points[index].end >= now.before(days: days)
        if isInside || !hasOlder {
          finding.keep(0)
        } else if rank < redundancyMinimum {
          return .kept(.minimumRedundancy)
        }
        if !isInside { hasOlder = true }
        return finding
      }
    }
  }

  /// Returns the finding on an incremental backup, which has the status of the full one at its root.
  private func incremental(
    below root: Int, of points: [ArchivedPoint], _ unmarked: Finding, at now: Instant
  ) -> Finding {
    switch (points[root].mark, policy) {
    case (nil, _): return unmarked
    case (.full, _):
      var finding = Finding.dropped
      finding.keep(0)
      return finding
    case (.standalone, .redundancy): return unmarked
    case (.standalone, .recoveryWindow(let days)):
      var finding = Finding.dropped
      if points[root].end >= now.before(days: days) { finding.keep(0) }
      return finding
    }
  }

  private static func marked(_ mark: ArchivedPoint.Mark) -> Finding {
    var finding = Finding.dropped
    finding.keep(mark == .full ? 1 : 2)
    return finding
  }

  private static func byPlace(_ places: [Int], _ findings: [Finding], count: Int) -> [Finding?] {
    var table = [Finding?](repeating: nil, count: count)
    for (place, finding) in zip(places, findings) { table[place] = finding }
    return table
  }
}
