import Schedules
import Units

/// zfs-auto-snapshot 1.2.4. Each label keeps its newest snapshots, including the new one.
public struct ZFSAutoSnapshotLabels: DialectRules {
  public struct Label: Hashable, Sendable {
    public let name: String
    /// `--keep`.
    public let count: Int

    public init(name: String, count: Int) {
      self.name = name
      self.count = count
    }
  }

  public var labels: [Label]

  public init(_ labels: [Label]) { self.labels = labels }

  var ruleNames: [String] { labels.map { "\($0.name) \($0.count)" } }

  func findings(on points: [ArchivedPoint], locals: [Int], order: [Int], at now: Instant, zone: Zone)
    -> [Finding]
  {
    var findings = [Finding](repeating: .dropped, count: points.count)
    var ranks = [Int](repeating: 0, count: labels.count)
    for index in order {
      let label = points[index].series
      ranks[label] += 1
      if ranks[label] <= labels[label].count { findings[index].keep(label, number: ranks[label]) }
    }
    return findings
  }
}
