import Schedules
import Units

/// Cloud Backup and Recovery of Open Telekom Cloud and Huawei. A count or a duration applies, with points of
/// days, weeks, months and years.
///
/// The rules apply to automatic backups only. When a policy changes, a duration stays with the points that were made
/// under it, a count applies to all points from the next completed backup on, and points that were made under a count
/// stay for ever when a duration takes its place.
public struct CBRPolicy: DialectRules {
  public enum Keep: Hashable, Sendable {
    case count(Int)
    case duration(days: Int)
    case permanent
  }

  public var keep: Keep
  /// `day_backups`, `week_backups`, `month_backups`, `year_backups`: the number of periods whose newest point
  /// is kept, in the policy's zone.
  public var periods: [Int]

  public init(_ keep: Keep, periods: [Int] = [0, 0, 0, 0]) {
    precondition(periods.count == 4, "days, weeks, months, years")
    self.keep = keep
    self.periods = periods
  }

  var ruleNames: [String] {
    let first =
      switch keep {
      case .count(let count): "max_backups \(count)"
      case .duration(let days): "retention_duration_days \(days)"
      case .permanent: "permanent"
      }
    let names = ["day_backups", "week_backups", "month_backups", "year_backups"]
    return [first] + zip(names, periods).map { "\($0) \($1)" } + ["made by hand"]
  }

  func findings(on points: [ArchivedPoint], locals: [Int], order: [Int], at now: Instant, zone: Zone)
    -> [Finding]
  {
    var findings = [Finding](repeating: .dropped, count: points.count)
    let automatic = order.filter { points[$0].isAutomatic }
    for index in order where !points[index].isAutomatic { findings[index].keep(5) }
    for (rank, index) in automatic.enumerated() {
      findings[index] = finding(on: points[index], rank: rank + 1, at: now)
    }
    keepPeriods(automatic, locals, &findings)
    return findings
  }

  private func finding(on point: ArchivedPoint, rank: Int, at now: Instant) -> Finding {
    if let expiry = point.expiry, now >= expiry { return .dropped(.expired) }
    var finding = Finding.dropped
    switch keep {
    case .count(let count): if rank <= count { finding.keep(0, number: rank) }
    case .permanent: finding.keep(0)
    case .duration:
      if point.expiry == nil { return .kept(.orphaned) }
      finding.keep(0)
    }
    return finding
  }

  private func keepPeriods(
    _ automatic: [Int], _ locals: [Int], _ findings: inout [Finding]
  ) {
    let calendar: [CalendarPeriod] = [.day, .week, .month, .year]
    for (place, count) in periods.enumerated() where count > 0 {
      var heads = PeriodHeads(calendar[place], limit: count)
      for index in automatic {
        if heads.isFull { break }
        guard let number = heads.take(locals[index]),
          findings[index].note != .expired
        else { continue }
        findings[index].keep(place + 1, number: number)
      }
    }
  }
}
