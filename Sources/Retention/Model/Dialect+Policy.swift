import Schedules
import Units

extension Dialect {
  /// Returns the rules' reasons for full backups of one schedule, in the order given.
  ///
  /// Where a tool makes several series (hourly, daily, ...), one point stands for all series that were due at its
  /// instant, and stays while any of them keeps it.
  func reasons(on instants: [Instant], at now: Instant, zone: Zone) -> [RetentionReason] {
    let order = instants.indices.sorted { (instants[$0], $0) < (instants[$1], $1) }
    var source = PointSource(self, zone: zone)
    var points: [ArchivedPoint] = []
    var owners: [Int] = []
    for index in order {
      for product in source.products(at: instants[index]) {
        var point = ArchivedPoint(instant: instants[index])
        point.series = product.series
        if case .cbr(let policy) = self, case .duration(let days) = policy.keep {
          point.expiry = instants[index].after(days: days)
        }
        points.append(point)
        owners.append(index)
      }
    }
    var reasons = [RetentionReason](
      repeating: .ruled("no series was due", keeps: false), count: instants.count)
    for (owner, finding) in zip(owners, findings(on: points, at: now, zone: zone)) where !reasons[owner].keeps
    {
      reasons[owner] = .ruled(explanation(finding), keeps: finding.isKept)
    }
    return reasons
  }

  /// Whether a rehearsal can follow the dialect. rsnapshot's slots depend on every earlier run.
  public var canBeRehearsed: Bool { if case .rsnapshot = self { false } else { true } }
}
