import Schedules
import Units

/// sanoid 2.1.0, with a count for each type of snapshot. A snapshot is removed only when it is both too old
/// and beyond the count.
public struct SanoidPolicy: DialectRules {
  public enum SnapshotType: Int, CaseIterable, Hashable, Sendable {
    case frequently, hourly, daily, weekly, monthly, yearly
  }

  /// The number of snapshots to keep of each type, in the order of `SnapshotType`.
  public var counts = [Int](repeating: 0, count: SnapshotType.allCases.count)
  /// The period of `frequently` in minutes.
  public var frequentPeriod = 15

  public init() {}

  var ruleNames: [String] { SnapshotType.allCases.map { "\($0) \(counts[$0.rawValue])" } }

  func findings(on points: [ArchivedPoint], locals: [Int], order: [Int], at now: Instant, zone: Zone)
    -> [Finding]
  {
    var findings = [Finding](repeating: .dropped, count: points.count)
    var left = [Int](repeating: 0, count: counts.count)
    for index in order { left[points[index].series] += 1 }
    var ranks = left
    for index in order.reversed() {
      let type = points[index].series
      // In seconds: a large count times a year leaves the range of nanoseconds.
      let limit = now.wholeSeconds - period(of: type) * counts[type]
      let isOld = points[index].instant.wholeSeconds < limit
      ranks[type] -= 1
      if isOld && left[type] > counts[type] {
        left[type] -= 1
      } else {
        findings[index].keep(type, number: ranks[type] + 1)
      }
    }
    return findings
  }

  /// Returns the period in seconds.
  private func period(of type: Int) -> Int {
    switch SnapshotType.allCases[type] {
    case .frequently: frequentPeriod * 60
    case .hourly: 3_600
    case .daily: 86_400
    case .weekly: 7 * 86_400
    case .monthly: 31 * 86_400
    case .yearly: 8_766 * 3_600
    }
  }
}

extension SanoidPolicy {
  /// Returns the last instant through `now` at which a snapshot of a type was due. sanoid's default times are
  /// daily 23:59, weekly Monday 23:30, monthly the first at 00:00, yearly 1 January.
  func dueInstant(of type: SnapshotType, before now: Int, in zone: Zone) -> Int {
    let local = zone.local(now)
    let day = local.flooredQuotient(86_400)
    let date = CalendarDay(number: day)
    func last(_ candidates: [Int]) -> Int {
      candidates.compactMap { zone.seconds(showing: $0).first ?? $0 - zone.offset(at: now) }
        .filter { $0 <= now }.max() ?? now
    }
    switch type {
    case .frequently:
      let period = frequentPeriod * 60
      return now - local.flooredRemainder(3_600) % period
    case .hourly: return now - local.flooredRemainder(3_600)
    case .daily: return last([0, 1].map { (day - $0) * 86_400 + 23 * 3_600 + 59 * 60 })
    case .weekly:
      let monday = day - date.weekday
      return last([0, 7].map { (monday - $0) * 86_400 + 23 * 3_600 + 30 * 60 })
    case .monthly: return last([(day - date.dayOfMonth + 1) * 86_400])
    case .yearly: return last([CivilTime(year: date.year, month: 1, day: 1).daysSinceEpoch * 86_400])
    }
  }
}
