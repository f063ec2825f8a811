import Schedules
import Units

/// snapper 0.10.4, `cleanup timeline`. The first snapshot of each period is kept up to the limit of that kind
/// of period.
public struct SnapperTimeline: DialectRules {
  public enum Period: Int, CaseIterable, Hashable, Sendable {
    case hourly, daily, weekly, monthly, yearly

    var calendar: CalendarPeriod {
      switch self {
      case .hourly: .hour
      case .daily: .day
      case .weekly: .week
      case .monthly: .month
      case .yearly: .year
      }
    }
  }

  /// The limits, in the order of `Period`.
  public var limits = [Int](repeating: 10, count: Period.allCases.count)
  /// `TIMELINE_MIN_AGE`: younger snapshots count but are not deleted.
  public var ageMinimum = Duration.seconds(1_800)

  public init() {}

  var ruleNames: [String] { Period.allCases.map { "\($0) \(limits[$0.rawValue])" } }

  func findings(on points: [ArchivedPoint], locals: [Int], order: [Int], at now: Instant, zone: Zone)
    -> [Finding]
  {
    var findings = [Finding](repeating: .dropped, count: points.count)
    for period in Period.allCases {
      var count = 0
      let numbers = order.map { period.calendar.number(atSecond: locals[$0]) }
      for (place, index) in order.enumerated() where count < limits[period.rawValue] {
        let isFirst = place + 1 == order.count || numbers[place + 1] != numbers[place]
        guard isFirst else { continue }
        count += 1
        findings[index].keep(period.rawValue, number: count)
      }
    }
    for index in order where !findings[index].isKept && now - points[index].instant < ageMinimum {
      findings[index] = .kept(.young)
    }
    return findings
  }
}
